"""Changing an order: the buyer's first half hour, the seller's word, the desk after the lapse."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from caselog.models import Case, Question
from caselog.operations import questions
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal.models import Line
from returns.models import LineBalance, OrderChange
from returns.operations import changes
from sellers.models import Order, Seller
from tests.conftest import START, Travel
from tests.factories.sellers import OrderFactory, ParcelFactory
from tests.together import all_at_once

Kind = OrderChange.Kind
Via = OrderChange.Via


@pytest.fixture
def order(longmen: Seller, travel: Travel) -> Order:
    """Placed this minute, nothing shipped."""
    made: Order = OrderFactory(seller=longmen, status="UNSHIPPED", placed_at=START)
    return made


def owner(seller: Seller) -> User:
    return User.objects.get(memberships__seller=seller)


def test_in_the_first_half_hour_the_buyers_word_cancels_and_the_seller_is_told(
    order: Order, travel: Travel, letters: Any
) -> None:
    travel(minutes=29)
    change = changes.ask(order, kind=Kind.CANCEL, via=Via.BUYER)
    assert change.status == OrderChange.Status.ACCEPTED
    assert letters.to("service@longmen.test") == ["notice"]
    assert not Question.objects.exists()


def test_after_half_an_hour_the_seller_is_asked_and_has_a_day(order: Order, travel: Travel) -> None:
    travel(minutes=30)
    change = changes.ask(order, kind=Kind.CANCEL, via=Via.BUYER)
    assert change.status == OrderChange.Status.WITH_SELLER
    assert change.question is not None
    assert change.question.reply_due_at - change.question.asked_at == timedelta(hours=24)


def test_the_sellers_yes_answers_the_question(order: Order, travel: Travel) -> None:
    travel(hours=1)
    change = changes.ask(order, kind=Kind.CANCEL, via=Via.BUYER)
    changes.accept(change, by=owner(order.seller), of_seller=True)
    change.refresh_from_db()
    assert change.status == OrderChange.Status.ACCEPTED
    assert Question.objects.get().status == Question.Status.ANSWERED


def test_the_sellers_no_needs_a_reason(order: Order, travel: Travel) -> None:
    travel(hours=1)
    change = changes.ask(order, kind=Kind.CANCEL, via=Via.BUYER)
    with pytest.raises(Refused, match="reason"):
        changes.refuse(change, by=None, of_seller=True, reason=" ")
    changes.refuse(change, by=None, of_seller=True, reason="Already packed.")
    change.refresh_from_db()
    assert (change.status, change.reason) == (OrderChange.Status.REFUSED, "Already packed.")


def test_the_desk_decides_only_when_the_sellers_day_is_over(
    order: Order, travel: Travel, agent: User
) -> None:
    travel(hours=1)
    change = changes.ask(order, kind=Kind.CANCEL, via=Via.DESK, by=agent)
    travel(hours=23, minutes=59)
    with pytest.raises(Refused) as refusal:
        changes.accept(change, by=agent, of_seller=False)
    assert refusal.value.code == "seller_may_answer"
    travel(minutes=1)
    assert changes.accept(change, by=agent, of_seller=False).status == "ACCEPTED"


def test_what_was_shipped_meanwhile_can_no_longer_be_accepted(order: Order, travel: Travel) -> None:
    travel(hours=1)
    change = changes.ask(order, kind=Kind.CANCEL, via=Via.BUYER)
    ParcelFactory(order=order, shipped_at=START)
    with pytest.raises(Refused, match="shipped"):
        changes.accept(change, by=None, of_seller=True)


def test_scenario_09_an_agent_puts_another_address_to_the_seller_and_never_changes_it(
    order: Order, travel: Travel, agent: User, letters: Any
) -> None:
    travel(minutes=1)
    change = changes.ask(
        order,
        kind=Kind.ADDRESS,
        via=Via.DESK,
        wish={"address": "Jonas Weber, Lindenweg 4, 04103 Leipzig"},
        by=agent,
    )
    assert change.status == OrderChange.Status.WITH_SELLER
    order.refresh_from_db()
    assert order.ship_lines == ["Karl-Heine-Straße 12"]
    text = letters.last("service@longmen.test").text
    assert "Weber" not in text
    assert "Lindenweg" not in text


def test_an_address_that_is_not_given_is_refused(order: Order, agent: User) -> None:
    with pytest.raises(Refused, match="address"):
        changes.ask(order, kind=Kind.ADDRESS, via=Via.DESK, wish={"address": " "}, by=agent)
    assert not OrderChange.objects.exists()


def test_a_replacement_needs_stock_and_then_counts_against_the_price(
    order: Order, agent: User
) -> None:
    line = order.lines.get()
    change = changes.ask(order, kind=Kind.REPLACE, via=Via.DESK, line=line, by=agent)
    with pytest.raises(Refused, match="stock"):
        changes.accept(change, by=None, of_seller=True)
    changes.accept(change, by=None, of_seller=True, stock=True)
    assert LineBalance.objects.get(line=line).replaced == 1
    changes.done(change, by=None, of_seller=True)
    with pytest.raises(Refused, match="already replaced"):
        changes.ask(order, kind=Kind.REPLACE, via=Via.DESK, line=line, by=agent)


def test_no_replacement_for_what_was_paid_back(order: Order, agent: User) -> None:
    line = order.lines.get()
    LineBalance.objects.create(
        line=line,
        currency="EUR",
        paid_item=Decimal("15.00"),
        paid_shipping=Decimal("3.90"),
        back_item=Decimal("15.00"),
    )
    with pytest.raises(Refused, match="no replacement on top"):
        changes.ask(order, kind=Kind.REPLACE, via=Via.DESK, line=line, by=agent)


@pytest.mark.parametrize(
    ("kind", "with_line", "quantity", "sentence"),
    [
        (Kind.REPLACE, False, None, "choose the article"),
        (Kind.CANCEL, True, None, "choose no article"),
        (Kind.REPLACE, True, 0, "at least one"),
        (Kind.REPLACE, True, -3, "at least one"),
        (Kind.REPLACE, True, 2, "more than can still be replaced"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_with_a_sentence(
    order: Order, kind: Kind, with_line: bool, quantity: int | None, sentence: str
) -> None:
    line = order.lines.get() if with_line else None
    with pytest.raises(Refused, match=sentence):
        changes.ask(order, kind=kind, via=Via.DESK, line=line, quantity=quantity)
    assert not OrderChange.objects.exists()


def test_an_article_of_another_order_is_refused(order: Order) -> None:
    other = OrderFactory(seller=order.seller).lines.get()
    with pytest.raises(Refused, match="another order"):
        changes.ask(order, kind=Kind.REPLACE, via=Via.DESK, line=other)


def test_the_same_form_sent_twice_asks_once(order: Order) -> None:
    form = uuid.uuid4()
    first = changes.ask(order, kind=Kind.CANCEL, via=Via.BUYER, client_id=form)
    again = changes.ask(order, kind=Kind.CANCEL, via=Via.BUYER, client_id=form)
    assert first == again


def test_the_same_wish_from_two_sides_is_asked_once(
    order: Order, travel: Travel, agent: User
) -> None:
    travel(hours=1)
    changes.ask(order, kind=Kind.CANCEL, via=Via.BUYER)
    with pytest.raises(Conflict, match="already been asked"):
        changes.ask(order, kind=Kind.CANCEL, via=Via.DESK, by=agent)
    assert Case.objects.count() == 1


def test_a_cancellation_is_done_when_the_marketplace_says_so(order: Order, travel: Travel) -> None:
    travel(hours=1)
    change = changes.ask(order, kind=Kind.CANCEL, via=Via.BUYER)
    assert changes.cancelled_by_feed() == 0
    Order.objects.filter(pk=order.pk).update(status="CANCELED")
    assert changes.cancelled_by_feed() == 1
    assert changes.cancelled_by_feed() == 0
    change.refresh_from_db()
    assert change.status == OrderChange.Status.DONE


def test_every_step_is_in_the_journal_of_the_order(order: Order, travel: Travel) -> None:
    travel(hours=1)
    change = changes.ask(order, kind=Kind.CANCEL, via=Via.BUYER)
    changes.accept(change, by=owner(order.seller), of_seller=True)
    verbs = Line.objects.filter(subject_type="sellers.order", subject_id=order.pk)
    assert list(verbs.order_by("id").values_list("verb", flat=True)) == [
        "change_asked",
        "change_settled",
    ]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_twenty_who_answer_at_once_one_wins(longmen: Seller) -> None:
    order = OrderFactory(seller=longmen, status="UNSHIPPED")
    change = changes.ask(order, kind=Kind.REPLACE, via=Via.DESK, line=order.lines.get())

    def answer(n: int) -> object:
        if n % 2:
            return changes.accept(change, by=None, of_seller=True, stock=True)
        return changes.refuse(change, by=None, of_seller=True, reason=f"No {n}.")

    found = all_at_once(answer)
    won = [one for one in found if isinstance(one, OrderChange)]
    now = OrderChange.objects.get()
    # An acceptance may be taken back by a later refusal; nothing else follows on an answer.
    assert len(won) in {1, 2}
    assert won[-1].status in {"ACCEPTED", "REFUSED"}
    balance = LineBalance.objects.filter(line=change.line).first()
    assert (balance.replaced if balance else 0) == (1 if now.status == "ACCEPTED" else 0)
    assert questions.lapse_overdue(START) == 0
