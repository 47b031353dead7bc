"""Declarations of withdrawal: kept word for word, confirmed at once, once."""

from typing import Any

import pytest

from csba.errors import Conflict, Refused
from returns.models import Withdrawal
from returns.operations import withdrawals
from sellers.models import OrderLine, Seller
from tests.conftest import Letters, Travel
from tests.returns.requests.goods_bought import bought
from tests.together import all_at_once

pytestmark = pytest.mark.django_db


def declare(line: OrderLine, **fields: Any) -> Withdrawal:
    values: dict[str, Any] = {
        "key": "page:1",
        "name": "Jonas Weber",
        "contact": "jonas@buyers.test",
        "words": "Ich widerrufe.\n\nBitte bestätigen.",
        "language": "de",
    }
    return withdrawals.declare(line.order, **{**values, **fields})


@pytest.fixture
def line(headphones: OrderLine, travel: Travel) -> OrderLine:
    travel.to("2026-10-12T10:00:00+02:00")
    return headphones


def test_the_same_declaration_twice_is_one(line: OrderLine, letters: Letters) -> None:
    first = declare(line)
    assert declare(line) == first
    assert Withdrawal.objects.count() == 1
    assert letters.to("jonas@buyers.test").count("withdrawal_confirmed") == 1


def test_a_key_of_another_order_is_refused(line: OrderLine, blume: Seller, travel: Travel) -> None:
    declare(line)
    other = bought(
        blume,
        "KITCHEN",
        "9.00",
        placed="2026-10-02T10:00:00+02:00",
        delivered="2026-10-05T11:00:00+02:00",
    )
    with pytest.raises(Conflict):
        declare(other)


@pytest.mark.parametrize("language", ["de", "zh-hans", "en"])
def test_the_confirmation_is_in_the_buyers_language_with_date_and_time(
    line: OrderLine, letters: Letters, language: str
) -> None:
    declare(line, language=language)
    mail = next(one for one in letters() if one.template.endswith("withdrawal_confirmed"))
    assert mail.language == language
    assert "10:00:00" in mail.text
    assert "> Ich widerrufe.\n> \n> Bitte bestätigen." in mail.text
    assert line.order.number in mail.text


def test_before_the_delivery_it_counts_and_waits_for_a_person(
    blume: Seller, travel: Travel, letters: Letters
) -> None:
    travel.to("2026-10-12T10:00:00+02:00")
    line = bought(
        blume,
        "KITCHEN",
        "9.00",
        placed="2026-10-11T10:00:00+02:00",
        delivered=None,
        deliver_by_from=None,
        deliver_by_to=None,
    )
    declared = declare(line)
    assert (declared.in_time, declared.request) == (None, None)
    assert withdrawals.without_return() == 1
    assert "withdrawal_confirmed" in letters.to("jonas@buyers.test")


def test_a_second_declaration_for_goods_on_their_way_back_is_kept_and_confirmed_too(
    line: OrderLine, letters: Letters
) -> None:
    declare(line)
    second = declare(line, key="mail:2")
    assert second.request is None
    assert letters.to("jonas@buyers.test").count("withdrawal_confirmed") == 2


@pytest.mark.parametrize("missing", ["name", "contact", "words", "key"])
def test_a_declaration_without_name_contact_or_words_is_refused(
    line: OrderLine, missing: str
) -> None:
    with pytest.raises(Refused):
        declare(line, **{missing: " " if missing != "key" else ""})
    assert not Withdrawal.objects.exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_twenty_declarations_with_one_key_at_once_are_one(headphones: OrderLine) -> None:
    found = all_at_once(lambda n: declare(headphones))
    assert {one.pk for one in found} == {Withdrawal.objects.get().pk}
