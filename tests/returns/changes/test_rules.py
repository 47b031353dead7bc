"""Who may still change an order: the buyer alone, the seller, or nobody."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from returns.models import OrderChange
from returns.rules import changes
from returns.rules.changes import Who, Wish, answer
from tests.conftest import START

pytestmark = pytest.mark.django_db

Kind = OrderChange.Kind
Via = OrderChange.Via
HALF_AN_HOUR = timedelta(minutes=30)
SECOND = timedelta(seconds=1)


def wish(kind: Kind, **known: Any) -> Wish:
    plain: dict[str, Any] = {
        "via": Via.BUYER,
        "placed_at": START,
        "order_status": "UNSHIPPED",
        "shipped": False,
    }
    return Wish(kind=kind, **{**plain, **known})


@pytest.mark.parametrize(
    ("kind", "known", "after", "who", "last"),
    [
        (Kind.CANCEL, {}, SECOND, Who.BUYER, "change.buyer_alone"),
        (Kind.CANCEL, {}, HALF_AN_HOUR - SECOND, Who.BUYER, "change.buyer_alone"),
        (Kind.CANCEL, {}, HALF_AN_HOUR, Who.SELLER, "change.seller_until_shipment"),
        (Kind.CANCEL, {"via": Via.DESK}, SECOND, Who.BUYER, "change.buyer_alone"),
        (Kind.CANCEL, {"shipped": True}, SECOND, Who.NOBODY, "change.cancel_shipped"),
        (
            Kind.CANCEL,
            {"order_status": "CANCELED"},
            SECOND,
            Who.NOBODY,
            "change.order_cancelled",
        ),
        (Kind.ADDRESS, {}, SECOND, Who.BUYER, "change.buyer_alone"),
        (Kind.ADDRESS, {}, HALF_AN_HOUR, Who.SELLER, "change.seller_until_shipment"),
        (
            Kind.ADDRESS,
            {"via": Via.DESK},
            SECOND,
            Who.SELLER,
            "change.address_never_by_agents",
        ),
        (Kind.ADDRESS, {"shipped": True}, SECOND, Who.NOBODY, "change.address_shipped"),
        (Kind.REPLACE, {}, SECOND, Who.SELLER, "change.stock_needed"),
        (Kind.REPLACE, {"shipped": True}, HALF_AN_HOUR, Who.SELLER, "change.stock_needed"),
        (Kind.REPLACE, {"quantity": 2}, SECOND, Who.NOBODY, "change.more_than_bought"),
        (
            Kind.REPLACE,
            {"bought": 2, "quantity": 2, "replaced": 1},
            SECOND,
            Who.NOBODY,
            "change.more_than_bought",
        ),
        (
            Kind.REPLACE,
            {"paid": Decimal("20.00"), "paid_back": Decimal("20.00")},
            SECOND,
            Who.NOBODY,
            "change.already_refunded",
        ),
        (
            Kind.REPLACE,
            {"paid": Decimal("20.00"), "paid_back": Decimal("10.00"), "bought": 2},
            SECOND,
            Who.SELLER,
            "change.stock_needed",
        ),
        (Kind.EXCHANGE, {}, SECOND, Who.SELLER, "change.exchange_before_shipment"),
        (Kind.EXCHANGE, {"shipped": True}, SECOND, Who.SELLER, "change.exchange_with_return"),
    ],
)
def test_who_decides_about_a_change(
    kind: Kind, known: dict[str, Any], after: timedelta, who: Who, last: str
) -> None:
    found = answer(wish(kind, **known), START + after)
    assert (found.who, found.trace[-1].rule) == (who, last)
    assert found.reason
    assert "%(" not in found.reason


def test_the_trace_names_the_row_of_the_rulebook_and_the_moment_in_the_readers_zone() -> None:
    found = answer(wish(Kind.CANCEL), START + SECOND)
    assert set(found.trace[0].versions) == {"cancel.buyer_alone_minutes"}
    assert datetime.fromisoformat(str(found.trace[0].facts["until"])) == START + HALF_AN_HOUR


def test_every_rule_of_a_change_has_its_words() -> None:
    seen = set()
    for kind in Kind:
        for via in Via:
            for shipped in (False, True):
                for known in (
                    {},
                    {"quantity": 3},
                    {"paid": Decimal("5"), "paid_back": Decimal("5")},
                    {"order_status": "CANCELED"},
                ):
                    for after in (SECOND, HALF_AN_HOUR):
                        asked = wish(kind, via=via, shipped=shipped, **known)
                        seen |= {step.rule for step in answer(asked, START + after).trace}
    assert seen == changes.RULES
