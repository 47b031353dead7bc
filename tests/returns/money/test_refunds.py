"""Refunds asked for: what is taken, what is refused, what happens twice, who may call back."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import read as journal
from returns.models import LineBalance, Refund
from returns.operations import balances, payouts, refunds
from sellers.models import LedgerLine, Seller
from tests.conftest import Letters, Travel
from tests.factories.sellers import OrderFactory, OrderLineFactory
from tests.returns.money.asking import ITEM, SHIPPING, ask, balance, bought, senior, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("travel")]


def test_what_was_paid_is_the_price_less_the_discount(blume: Seller) -> None:
    line = bought(blume, price="20.00", discount=Decimal("2.50"))
    ask(line, "17.50")
    assert (balance(line).paid_item, balance(line).back_item) == (Decimal("17.50"),) * 2
    with pytest.raises(Refused, match=r"at most €0\.00"):
        ask(line, "0.01")


def test_item_and_shipping_are_counted_apart(blume: Seller) -> None:
    line = bought(blume)
    refund = ask(line, parts={(line, ITEM): Decimal("15.00"), (line, SHIPPING): Decimal("3.90")})
    assert refund.amount == Decimal("18.90")
    assert [(part.part, str(part.amount)) for part in refund.lines.all()] == [
        (ITEM, "15.00"),
        (SHIPPING, "3.90"),
    ]
    with pytest.raises(Refused, match="shipping"):
        ask(line, "0.01", part=SHIPPING)


def test_more_than_paid_is_refused_with_what_is_left_and_nothing_is_kept(blume: Seller) -> None:
    line = bought(blume)
    ask(line, "10.00")
    with pytest.raises(Refused, match=r"at most €5\.00") as refused:
        ask(line, "5.01")
    assert refused.value.code == "more_than_paid"
    assert Refund.objects.count() == 1
    assert balance(line).back_item == Decimal("10.00")


def test_an_unknown_price_is_refused_and_never_taken_for_zero(blume: Seller) -> None:
    line = bought(blume, price=None)
    with pytest.raises(Refused, match="is not known") as refused:
        ask(line, "1.00")
    assert refused.value.code == "price_unknown"
    assert not LineBalance.objects.exists()


def test_a_newer_price_of_the_marketplace_counts_but_never_below_what_went_back(
    blume: Seller,
) -> None:
    line = bought(blume, price="15.00")
    ask(line, "12.00")
    line.price = Decimal("10.00")
    line.save(update_fields=["price"])
    with pytest.raises(Refused):
        ask(line, "0.01")
    line.price = Decimal("20.00")
    line.save(update_fields=["price"])
    ask(line, "8.00")
    assert balance(line).back_item == Decimal("20.00")


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "1.005", "NaN", "Infinity"])
def test_only_amounts_above_zero_to_the_cent(blume: Seller, amount: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(bought(blume), amount)
    assert refused.value.code == "amount"
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("order_currency", "line_currency", "passes"),
    [("EUR", "EUR", True), ("EUR", "", True), ("", "EUR", True), ("EUR", "USD", False),
     ("", "", False)],
)  # fmt: skip
def test_the_currency_must_be_the_orders(
    blume: Seller, order_currency: str, line_currency: str, passes: bool
) -> None:
    line = bought(blume, currency=line_currency, order={"currency": order_currency})
    if passes:
        assert ask(line).currency == "EUR"
        return
    with pytest.raises(Refused) as refused:
        ask(line)
    assert refused.value.code == "currency"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"parts": {}}, "empty"),
        ({"reason": "  "}, "empty"),
        ({"key": ""}, "key"),
        ({"key": "x" * 121}, "key"),
        ({"origin": "AGENT", "by": None}, "nobody"),
        ({"origin": "SELLER", "goodwill": True}, "goodwill"),
    ],
)
def test_what_cannot_be_asked_is_refused(blume: Seller, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(bought(blume), **fields)
    assert refused.value.code == code


def test_a_line_of_another_order_is_refused(blume: Seller) -> None:
    mine, other = bought(blume), bought(blume)
    with pytest.raises(Refused, match="another order"):
        ask(mine, parts={(other, ITEM): Decimal("1.00")})


def test_the_same_key_gives_the_same_refund_once(blume: Seller) -> None:
    line = bought(blume)
    first = ask(line, "5.00", key="once")
    assert ask(line, "5.00", key="once").pk == first.pk
    assert balance(line).back_item == Decimal("5.00")
    assert [row.verb for row in journal.of(first)] == ["refund_asked"]


def test_a_key_used_for_something_else_is_a_conflict(blume: Seller) -> None:
    line, other = bought(blume), bought(blume)
    ask(line, "5.00", key="once")
    for again in (lambda: ask(line, "6.00", key="once"), lambda: ask(other, "5.00", key="once")):
        with pytest.raises(Conflict):
            again()
    assert not LineBalance.objects.filter(line=other).exists()


def test_the_constraint_has_the_last_word(blume: Seller) -> None:
    line = bought(blume)
    ask(line, "15.00")
    with pytest.raises(IntegrityError), transaction.atomic():
        LineBalance.objects.filter(line=line).update(back_item=Decimal("15.01"))


def test_two_lines_of_one_order_in_one_refund(blume: Seller) -> None:
    order = OrderFactory(seller=blume)
    second = OrderLineFactory(order=order, price=Decimal("7.00"), shipping_price=None)
    first = order.lines.first()
    refund = refunds.ask(
        order,
        parts={(first, ITEM): Decimal("15.00"), (second, ITEM): Decimal("7.00")},
        reason="Storniert.",
        clause="",
        origin="RULE",
        key="both",
    )
    assert refund.amount == Decimal("22.00")
    with pytest.raises(Refused, match=r"at most €0\.00"):
        ask(second, "0.01", part=SHIPPING)


def test_pieces_with_a_promised_replacement_are_not_refunded_as_well(blume: Seller) -> None:
    line = bought(blume, price="30.00", quantity=3)
    balances.promise_replacement(line, pieces=1)
    with pytest.raises(Refused, match=r"at most €20\.00"):
        ask(line, "20.01")
    ask(line, "20.00")
    with pytest.raises(Refused, match="already gone back"):
        balances.promise_replacement(line, pieces=1)
    balances.withdraw_replacement(line, pieces=1)
    ask(line, "10.00")


def test_goodwill_is_outside_what_was_paid_and_has_its_own_limit(blume: Seller, lead: User) -> None:
    line = bought(blume)
    ask(line, "15.00")
    for amount in ("20.00", "10.00"):
        ask(line, amount, goodwill=True, origin="AGENT", by=lead)
    assert balance(line).back_item == Decimal("15.00")
    with pytest.raises(Refused, match=r"at most €0\.00 of goodwill") as refused:
        ask(line, "0.01", goodwill=True, origin="AGENT", by=lead)
    assert refused.value.code == "goodwill_limit"


def test_goodwill_called_back_can_be_given_again(blume: Seller, lead: User) -> None:
    line = bought(blume)
    refund = ask(line, "30.00", goodwill=True)
    refunds.call_back(refund, by=lead, reason="Falscher Auftrag.")
    ask(line, "30.00", goodwill=True)


def test_goodwill_is_paid_by_the_operator_and_not_debited(blume: Seller, letters: Letters) -> None:
    refund = settle(ask(bought(blume), "5.00", goodwill=True))
    assert refund.status == "SETTLED"
    assert not LedgerLine.objects.exists()
    assert letters.to("jonas@buyers.test") == ["refund_settled"]
    assert not letters.to("service@blume.test")


def test_within_the_hold_it_can_be_called_back_and_the_money_is_free_again(
    blume: Seller, agent: User, travel: Travel
) -> None:
    line = bought(blume)
    refund = ask(line, "15.00")
    travel(hours=1, minutes=59)
    refunds.call_back(refund, by=agent, reason="Der Käufer behält den Artikel.")
    assert balance(line).back_item == 0
    assert Refund.objects.get().status == "CANCELLED"
    ask(line, "15.00")


def test_after_the_hold_it_can_no_longer_be_called_back_even_before_the_sweep(
    blume: Seller, agent: User, travel: Travel
) -> None:
    refund = ask(bought(blume))
    travel(hours=2)
    with pytest.raises(Refused, match="is over"):
        refunds.call_back(refund, by=agent, reason="Zu spät.")
    payouts.release_due(timezone.now())
    with pytest.raises(Refused):
        refunds.call_back(refund, by=agent, reason="Zu spät.")
    assert balance(refund.lines.get().line).back_item == Decimal("5.00")


def test_calling_back_twice_gives_back_once(blume: Seller, agent: User) -> None:
    line = bought(blume)
    ask(line, "5.00")
    refund = ask(line, "4.00")
    refunds.call_back(refund, by=agent, reason="Doppelt.")
    with pytest.raises(Refused):
        refunds.call_back(refund, by=agent, reason="Doppelt.")
    assert balance(line).back_item == Decimal("5.00")


def test_without_hold_it_leaves_with_the_next_sweep(blume: Seller, agent: User) -> None:
    refund = ask(bought(blume), hold=False)
    with pytest.raises(Refused):
        refunds.call_back(refund, by=agent, reason="Zu spät.")
    payouts.release_due(timezone.now())
    payouts.send_due(timezone.now())
    refund.refresh_from_db()
    assert refund.status == "SETTLED"


@pytest.mark.parametrize("act", ["call_back", "reject"])
def test_calling_back_and_rejecting_need_a_reason(blume: Seller, lead: User, act: str) -> None:
    with pytest.raises(Refused, match="reason"):
        getattr(refunds, act)(ask(bought(blume)), by=lead, reason=" ")


# Who may grant how much alone: 10 EUR and 15 %, 50 EUR and 30 %, without limit.


@pytest.mark.parametrize(
    ("price", "who", "amount", "status"),
    [
        ("60.00", "agent", "9.00", "ASKED"),  # 15 % of 60
        ("60.00", "agent", "9.01", "TO_APPROVE"),
        ("500.00", "agent", "10.00", "ASKED"),
        ("500.00", "agent", "10.01", "TO_APPROVE"),
        ("500.00", "senior", "50.00", "ASKED"),
        ("500.00", "senior", "50.01", "TO_APPROVE"),
        ("100.00", "senior", "30.01", "TO_APPROVE"),
        ("500.00", "lead", "500.00", "ASKED"),
    ],
)
def test_the_authority_ladder(
    blume: Seller, agent: User, lead: User, price: str, who: str, amount: str, status: str
) -> None:
    by = {"agent": agent, "lead": lead}.get(who) or senior()
    refund = ask(bought(blume, price=price), amount, origin="AGENT", by=by)
    assert refund.status == status
    assert refund.facts["authority"]["role"] == who


def test_small_steps_do_not_climb_over_the_limit(blume: Seller, agent: User) -> None:
    line = bought(blume, price="500.00")
    assert ask(line, "6.00", origin="AGENT", by=agent).status == "ASKED"
    assert ask(line, "4.00", origin="AGENT", by=agent).status == "ASKED"
    assert ask(line, "0.01", origin="AGENT", by=agent).status == "TO_APPROVE"


def test_what_the_entitlement_gives_needs_no_second_person(blume: Seller, agent: User) -> None:
    line = bought(blume, price="79.00")
    entitled = {"entitled": Decimal("79.00")}
    assert ask(line, "79.00", origin="AGENT", by=agent, facts=entitled).status == "ASKED"


def test_only_what_goes_beyond_the_entitlement_counts(blume: Seller, agent: User) -> None:
    line = bought(blume, price="100.00")
    given = {"entitled": "80.00"}
    assert ask(line, "90.00", origin="AGENT", by=agent, facts=given).status == "ASKED"
    line = bought(blume, price="100.00")
    assert ask(line, "90.01", origin="AGENT", by=agent, facts=given).status == "TO_APPROVE"


def test_who_may_not_refund_is_refused(blume: Seller, auditor: User) -> None:
    with pytest.raises(Refused, match="may not refund"):
        ask(bought(blume), "1.00", origin="AGENT", by=auditor)


def test_the_seller_and_the_rules_need_no_second_person(blume: Seller) -> None:
    for origin in ("SELLER", "RULE", "ON_BEHALF"):
        assert ask(bought(blume), "15.00", origin=origin).status == "ASKED"


def test_a_second_person_approves_and_the_hold_begins_then(
    blume: Seller, agent: User, lead: User, travel: Travel
) -> None:
    refund = ask(bought(blume), "15.00", origin="AGENT", by=agent)
    assert refund.release_due_at is None
    travel(hours=5)
    assert payouts.release_due(timezone.now()) == 0
    refunds.approve(refund, by=lead, reason="In Ordnung.")
    refund.refresh_from_db()
    assert (refund.status, refund.approved_by) == ("ASKED", lead)
    assert refund.release_due_at is not None
    assert (refund.release_due_at - timezone.now()).total_seconds() == 2 * 3600


def test_nobody_approves_their_own_refund(blume: Seller, agent: User, lead: User) -> None:
    refund = ask(bought(blume), "15.00", origin="AGENT", by=agent)
    Refund.objects.filter(pk=refund.pk).update(asked_by=lead)
    for act in (refunds.approve, refunds.reject):
        with pytest.raises(Refused, match="second person"):
            act(refund, by=lead, reason="Ich selbst.")
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(approved_by=lead)


def test_who_lacks_the_permission_does_not_approve(
    blume: Seller, agent: User, other_agent: User
) -> None:
    refund = ask(bought(blume), "15.00", origin="AGENT", by=agent)
    for person in (other_agent, senior()):
        with pytest.raises(Refused, match="may not approve"):
            refunds.approve(refund, by=person)
    assert Refund.objects.get().status == "TO_APPROVE"


def test_rejected_money_is_free_again(blume: Seller, agent: User, lead: User) -> None:
    line = bought(blume)
    refund = ask(line, "15.00", origin="AGENT", by=agent)
    assert balance(line).back_item == Decimal("15.00")
    refunds.reject(refund, by=lead, reason="Der Käufer hat das Gerät noch.")
    assert balance(line).back_item == 0
    with pytest.raises(Refused):
        refunds.approve(refund, by=lead)


@pytest.mark.parametrize(
    ("origin", "goodwill", "wanted", "claimable"),
    [
        ("AGENT", False, None, True),
        ("RULE", False, None, True),
        ("RULE", False, False, False),
        ("ON_BEHALF", False, None, False),
        ("ON_BEHALF", False, True, False),
        ("SELLER", False, None, False),
        ("AGENT", True, None, False),
    ],
)
def test_what_a_seller_may_claim_back_depends_on_who_decided(
    blume: Seller, lead: User, origin: str, goodwill: bool, wanted: bool | None, claimable: bool
) -> None:
    refund = ask(
        bought(blume),
        origin=origin,
        goodwill=goodwill,
        reimbursable=wanted,
        by=lead if origin == "AGENT" else None,
    )
    assert refund.reimbursable is claimable
