"""Single values as files write them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sellers.feeds import values
from tests.sellers.feeds.reading import BERLIN


@pytest.mark.parametrize(
    ("told", "amount"),
    [
        ("12.90", "12.90"),
        ("12,90", "12.90"),
        ("1.299,90", "1299.90"),
        ("1,299.90", "1299.90"),
        ("1299", "1299.00"),
        ("0", "0.00"),
        ("-3.5", "-3.50"),
        ("4.1666", "4.17"),
        (" 7 ", "7.00"),
        (Decimal("5.9"), "5.90"),
        (5, "5.00"),
    ],
)
def test_amounts_are_read_to_the_cent(told: object, amount: str) -> None:
    found = values.amount(told, "price")
    assert found == Decimal(amount)
    assert str(found) == amount


@pytest.mark.parametrize("told", [None, "", " "])
def test_a_missing_amount_is_unknown_and_never_zero(told: object) -> None:
    assert values.amount(told, "price") is None


@pytest.mark.parametrize("told", ["1,299", "abc", "NaN", "Infinity", "1e99", True, [], "12 EUR"])
def test_what_is_no_amount_is_refused(told: object) -> None:
    with pytest.raises(values.BadValue, match="price"):
        values.amount(told, "price")


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-09-29T10:15:00Z", datetime(2026, 9, 29, 10, 15, tzinfo=UTC)),
        ("2026-09-29T10:15:00.123Z", datetime(2026, 9, 29, 10, 15, 0, 123000, tzinfo=UTC)),
        ("2026-09-29T10:15:00+02:00", datetime(2026, 9, 29, 8, 15, tzinfo=UTC)),
        ("2026-09-29 10:15:00", datetime(2026, 9, 29, 8, 15, tzinfo=UTC)),
        ("2026-09-29", datetime(2026, 9, 28, 22, tzinfo=UTC)),
        ("29-Sep-2026", datetime(2026, 9, 28, 22, tzinfo=UTC)),
        ("29-Sept-2026", datetime(2026, 9, 28, 22, tzinfo=UTC)),
        ("1-Okt-2026", datetime(2026, 9, 30, 22, tzinfo=UTC)),
        ("29.09.2026", datetime(2026, 9, 28, 22, tzinfo=UTC)),
        ("29-Sep-2026 10:15:00", datetime(2026, 9, 29, 8, 15, tzinfo=UTC)),
        ("25-Dec-2026", datetime(2026, 12, 24, 23, tzinfo=UTC)),
    ],
)
def test_moments_are_read_however_they_are_written(told: str, moment: datetime) -> None:
    assert values.moment(told, "date", BERLIN) == moment


def test_the_end_of_a_day_is_its_last_second() -> None:
    found = values.moment("25-Oct-2026", "date", BERLIN, end_of_day=True)
    assert found == datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "told",
    ["29/09/2026", "2026-13-01", "soon", "0001-01-01T00:00:00Z", "9999-01-01", "29-Foo-2026"],
)
def test_what_is_no_date_is_refused(told: str) -> None:
    with pytest.raises(values.BadValue, match="is no date"):
        values.moment(told, "date", BERLIN)
