"""The authority ladder as a pure rule: who may grant how much alone."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from csba.accounts.models import User
from csba.rulebook.models import Rule
from returns.models import ReturnRequest
from returns.rules import authority
from returns.rules.book import Limit
from sellers.models import Seller
from tests.returns.money.asking import ask, bought

LADDER = (
    Limit("agent", Decimal("10.00"), 15),
    Limit("senior", Decimal("50.00"), 30),
    Limit("lead", None, 100),
)


def stand(role: str, amount: str, **given: Any) -> authority.Rung:
    money = {
        name: Decimal(given.pop(name, default))
        for name, default in (
            ("entitled", "0"),
            ("before_order", "0"),
            ("before_items", "0"),
        )
    }
    price = given.pop("item_price", "100.00")
    return authority.stand(
        role,
        LADDER,
        amount=Decimal(amount),
        item_price=None if price is None else Decimal(price),
        currency=given.pop("currency", "EUR"),
        **money,
    )


@pytest.mark.parametrize(
    ("held", "role"),
    [
        ([], None),
        (["returns.view_refund"], None),
        (["returns.ask_refund"], "agent"),
        (["returns.ask_refund", "returns.ask_larger_refund"], "senior"),
        (["returns.approve_refund", "returns.ask_refund"], "lead"),
    ],
)
def test_the_highest_permission_names_the_rung(held: Iterable[str], role: str | None) -> None:
    assert authority.role_of(held) == role


@pytest.mark.parametrize(
    ("role", "amount", "given", "alone"),
    [
        ("agent", "10.00", {}, True),
        ("agent", "10.01", {}, False),
        # the share is the smaller one
        ("agent", "3.00", {"item_price": "20.00"}, True),
        ("agent", "3.01", {"item_price": "20.00"}, False),
        # what was granted before counts: for the order, for the items
        ("agent", "4.00", {"before_order": "6.00"}, True),
        ("agent", "4.01", {"before_order": "6.00"}, False),
        ("agent", "1.01", {"item_price": "20.00", "before_items": "2.00"}, False),
        # only what goes beyond the entitlement counts
        ("agent", "100.00", {"entitled": "100.00"}, True),
        ("agent", "100.00", {"entitled": "90.00"}, True),
        ("agent", "100.00", {"entitled": "89.99"}, False),
        ("agent", "5.00", {"entitled": "5.00", "before_order": "99.00"}, True),
        # what cannot be told is nothing
        ("agent", "0.01", {"item_price": None}, False),
        ("agent", "0.01", {"currency": "GBP"}, False),
        ("stranger", "0.01", {}, False),
        ("senior", "30.00", {}, True),
        ("senior", "30.01", {}, False),
        ("lead", "9999.00", {"item_price": None, "currency": "GBP"}, True),
    ],
)
def test_who_may_grant_what_alone(
    role: str, amount: str, given: dict[str, Any], alone: bool
) -> None:
    assert stand(role, amount, **given).alone is alone


def test_what_is_left_is_the_smaller_rest() -> None:
    rung = stand("agent", "1.00", before_order="7.00", before_items="2.00")
    assert rung.left == Decimal("3.00")
    assert stand("lead", "1.00").left is None


@pytest.fixture
def returned(blume: Seller, travel: Any) -> ReturnRequest:
    """A return whose stored entitlement gives 79.00 back."""
    line = bought(blume, price="79.00")
    request: ReturnRequest = ReturnRequest.objects.create(
        order=line.order,
        seller=blume,
        via="DESK",
        reason="DEFECTIVE",
        condition="OPENED",
        asked_at=line.order.placed_at,
        entitlement={"lines": {str(line.pk): {"outcome": {"total": "79.00"}, "trace": []}}},
    )
    return request


@pytest.mark.django_db
def test_the_returns_entitlement_gives_its_amount_once(
    returned: ReturnRequest, agent: User
) -> None:
    line = returned.order.lines.get()
    line.price = Decimal("119.00")
    line.save(update_fields=["price"])
    first = ask(line, "79.00", origin="AGENT", by=agent, request=returned)
    assert first.status == "ASKED"
    again = ask(line, "20.00", origin="AGENT", by=agent, request=returned)
    assert again.status == "TO_APPROVE"


@pytest.mark.django_db
def test_a_policy_admin_may_want_a_second_person_for_the_entitlement_too(
    returned: ReturnRequest, agent: User
) -> None:
    rule = Rule.objects.get(key="concession.entitled_free")
    Rule.objects.filter(pk=rule.pk).update(value=False)
    refund = ask(returned.order.lines.get(), "79.00", origin="AGENT", by=agent, request=returned)
    assert refund.status == "TO_APPROVE"
