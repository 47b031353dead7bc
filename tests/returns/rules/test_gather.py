"""What is known about an order, as the facts of a decision."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from csba.errors import Refused
from returns.models import ReturnRequest
from returns.operations import gather, returns
from returns.operations.gather import part_of
from returns.reasons import Condition, Ground, Reason, Trait
from returns.rules.facts import Facts
from returns.rules.standard import standard
from sellers.models import OrderLine, Seller
from tests.conftest import Travel
from tests.factories.sellers import ParcelFactory
from tests.returns.requests.goods_bought import bought, german_address
from tests.returns.rules.cases import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(travel: Travel) -> None:
    """Wednesday, 4 November 2026."""


def lamp(seller: Seller, quantity: int = 1, price: str = "60.00", **order: Any) -> OrderLine:
    """Ordered on 26 October 2026 and delivered on the 28th."""
    return bought(
        seller,
        "HOME",
        price,
        placed="2026-10-26T10:00:00+01:00",
        delivered="2026-10-28T11:00:00+01:00",
        quantity=quantity,
        **order,
    )


def facts(line: OrderLine, quantity: int | None = None) -> Facts:
    return gather.facts_of(
        line,
        asked_at=at("2026-11-04"),
        reason=Reason.NOT_NEEDED,
        condition=Condition.UNOPENED,
        quantity=quantity,
    )


def test_the_order_its_line_and_its_page_give_the_facts(blume: Seller) -> None:
    line = lamp(blume, quantity=2, price="60.00")
    line.discount = Decimal("10.00")
    found = facts(line)
    assert (found.price, found.quantity, found.bought) == (Decimal("50.00"), 2, 2)
    assert (found.category, found.state, found.ship_from) == ("HOME", "SN", "DE")
    assert (found.consumer, found.local_address, found.traits) == (True, True, frozenset())
    assert found.delivered_at == at("2026-10-28 11:00")


def test_a_window_begins_with_the_last_parcel_and_not_before_it_is_there(blume: Seller) -> None:
    line = lamp(blume)
    second = ParcelFactory(order=line.order, status="SHIPPED", delivered_at=None)
    found = facts(line)
    assert found.delivered_at is None
    assert found.deliver_by == line.order.deliver_by_to
    second.delivered_at = at("2026-11-02")
    second.save(update_fields=["delivered_at"])
    assert facts(line).delivered_at == at("2026-11-02")


def test_what_is_special_about_goods_comes_from_line_and_page(blume: Seller) -> None:
    line = lamp(blume)
    line.customised, line.condition = True, "Used"
    assert facts(line).traits == {Trait.CUSTOM_MADE, Trait.USED_GOODS}


def test_a_business_is_no_consumer_and_a_foreign_postcode_tells_no_state(blume: Seller) -> None:
    found = facts(lamp(blume, business=True, ship_postcode="1010", ship_country="AT"))
    assert (found.consumer, found.state) == (False, "")


def test_a_seller_abroad_takes_back_at_an_address_that_is_on_file(longmen: Seller) -> None:
    line = lamp(longmen)
    assert (facts(line).ship_from, facts(line).local_address) == ("CN", False)
    german_address(longmen)
    assert facts(line).local_address


def test_a_price_that_nobody_knows_is_never_taken_for_zero(blume: Seller) -> None:
    line = lamp(blume)
    line.price = None
    with pytest.raises(Refused) as refusal:
        facts(line)
    assert refusal.value.code == "price_unknown"


def test_an_order_older_than_every_policy_is_refused_in_a_sentence(blume: Seller) -> None:
    line = lamp(blume)
    line.order.placed_at = at("2020-01-01")
    with pytest.raises(Refused) as refusal:
        gather.entitlement_of(
            line,
            asked_at=at("2026-11-04"),
            reason=Reason.NOT_NEEDED,
            condition=Condition.UNOPENED,
        )
    assert refusal.value.code == "no_policy"


@pytest.mark.parametrize("quantity", [0, -1, 4])
def test_only_what_was_bought_can_be_asked_about(blume: Seller, quantity: int) -> None:
    with pytest.raises(Refused):
        gather.entitlement_of(
            lamp(blume, quantity=3),
            asked_at=at("2026-11-04"),
            reason=Reason.NOT_NEEDED,
            condition=Condition.UNOPENED,
            quantity=quantity,
        )


@pytest.mark.parametrize(
    ("whole", "bought_", "parts", "shares"),
    [
        ("10.00", 3, [1, 1, 1], ["3.33", "3.33", "3.34"]),
        ("10.00", 3, [1, 2], ["3.33", "6.67"]),
        ("10.00", 3, [2, 1], ["6.66", "3.34"]),
        ("10.00", 3, [3], ["10.00"]),
        ("0.01", 2, [1, 1], ["0.00", "0.01"]),
        (
            "99.99",
            7,
            [1, 1, 1, 1, 1, 1, 1],
            ["14.28", "14.28", "14.29", "14.28", "14.29", "14.28", "14.29"],
        ),
    ],
)
def test_the_parts_of_a_price_are_the_whole_together(
    whole: str, bought_: int, parts: list[int], shares: list[str]
) -> None:
    before, found = 0, []
    for pieces in parts:
        found.append(str(part_of(Decimal(whole), pieces, bought_, before)))
        before += pieces
        assert sum(map(Decimal, found)) <= Decimal(whole)
    assert found == shares
    assert sum(map(Decimal, found)) == Decimal(whole)


def test_pieces_that_are_in_a_return_already_have_had_their_share(blume: Seller) -> None:
    german_address(blume)
    line = lamp(blume, quantity=3, price="10.00")
    assert facts(line, 2).price == Decimal("6.66")
    returns.open_return(
        line.order,
        lines={line: 1},
        reason=Reason.NOT_NEEDED,
        condition=Condition.UNOPENED,
        via=ReturnRequest.Via.DESK,
    )
    assert facts(line, 2).price == Decimal("6.67")


def test_one_decision_reads_little(blume: Seller, django_assert_max_num_queries: Any) -> None:
    line = OrderLine.objects.select_related("order__seller").get(pk=lamp(blume, quantity=3).pk)
    standard(line.order.placed_at)  # the rulebook is in memory
    with django_assert_max_num_queries(4):  # returns, product, parcels, policy
        _facts, found = gather.entitlement_of(
            line,
            asked_at=at("2026-11-04"),
            reason=Reason.NOT_NEEDED,
            condition=Condition.UNOPENED,
            quantity=1,
        )
    assert found.outcome.ground == Ground.STATUTORY
    assert found.outcome.until is not None
    assert found.outcome.until - at("2026-10-28") > timedelta(days=29)
