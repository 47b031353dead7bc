"""Money is rounded in one way and shown as its reader writes it."""

from decimal import Decimal

import pytest

from csba.money import cents, share, shown


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("1.005", "1.01"), ("1.004", "1.00"), ("0.125", "0.13"), ("2", "2.00"), ("-1.005", "-1.01")],
)
def test_half_a_cent_goes_away_from_zero(amount: str, rounded: str) -> None:
    assert str(cents(Decimal(amount))) == rounded


def test_a_share_is_rounded_once() -> None:
    assert share(Decimal("12.99"), 15) == Decimal("1.95")


@pytest.mark.parametrize(
    ("language", "text"),
    [("de", "1.234,50\xa0€"), ("en", "€1,234.50"), ("zh-hans", "€1,234.50")],
)
def test_an_amount_is_shown_as_its_reader_writes_it(language: str, text: str) -> None:
    assert shown(Decimal("1234.50"), "EUR", language) == text
