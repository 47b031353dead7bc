"""Advice and its confirmation beside the scenarios: choice of the article, departures, conflicts,
cancellations, parts.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from caselog.models import Question
from caselog.operations import questions
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import read as journal
from inquiries.models import Decision, Inquiry
from inquiries.operations import conversation, seller_input
from inquiries.operations.judgement import advise, confirm
from inquiries.portal import decisions
from returns.models import OrderChange, Refund, ReturnRequest
from returns.operations import changes, refunds
from returns.rules import recommendation
from sellers.models import Order
from tests.conftest import Letters, Travel
from tests.factories.sellers import OrderLineFactory, ParcelFactory
from tests.inquiries.judgement.conftest import JONAS, at

pytestmark = pytest.mark.django_db

Orders = Callable[..., Order]
Writes = Callable[..., Inquiry]


@pytest.fixture
def lost(order_of: Orders, lapsed: Writes) -> Inquiry:
    """A parcel that is past its grace, and a seller who said nothing."""
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    return lapsed("Wo ist mein Paket?", order, "11-06 10:00")


def best(inquiry: Inquiry, **known: Any) -> str:
    return advise(inquiry, at=timezone.now(), **known).best.advice.remedy


def refusal_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.code


@pytest.mark.parametrize(
    ("language", "words", "rule"),
    [
        ("de", "nicht rechtzeitig", "Ermessen des Kundenservice"),
        ("zh-hans", "逾期未回复", "客服自行判断"),
        ("en", "did not answer in time", "Judgment of customer service, by its table"),
    ],
)
def test_the_seller_reads_what_was_decided_why_and_by_which_rule(
    lost: Inquiry, agent: User, language: str, words: str, rule: str
) -> None:
    found = advise(lost, at=timezone.now()).best
    confirm(lost, chosen=found.advice.remedy, by=agent, reply="Das Geld kommt.")
    lost.refresh_from_db()
    assert lost.case is not None
    with translation.override(language):
        card = decisions.cards(lost.case, timezone.now())[0].context
        page = render_to_string("inquiries/portal/_decision.html", {"card": card})
    assert card["why"] == recommendation.to_seller(found.advice, language)
    for part in (words, rule, "18"):
        assert part in page
    assert "Jonas" not in page


def test_advice_stores_nothing(lost: Inquiry, django_assert_max_num_queries: Any) -> None:
    before = (Refund.objects.count(), Decision.objects.count(), journal.of(lost).count())
    with django_assert_max_num_queries(14):
        advise(lost, at=timezone.now())
    assert (Refund.objects.count(), Decision.objects.count(), journal.of(lost).count()) == before


def test_advice_for_ten_lines_costs_less_than_ten_times_that_for_one(
    order_of: Orders, writes: Writes, django_assert_max_num_queries: Any
) -> None:
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    OrderLineFactory.create_batch(9, order=order)
    inquiry = writes("Wo ist mein Paket?", order, "11-06 10:00")
    with django_assert_max_num_queries(70):
        found = advise(inquiry, at=timezone.now())
    assert found.best.amount == Decimal("189.00")


def test_the_article_must_be_chosen_where_the_order_has_several(
    order_of: Orders, writes: Writes
) -> None:
    order = order_of("10-30 09:00", "11-04 13:00")
    other = OrderLineFactory(order=order, price=Decimal("40.00"), shipping_price=None)
    inquiry = writes("Die Kanne kam zerbrochen an", order, "11-05 10:00")
    assert refusal_of(lambda: best(inquiry)) == "line"
    found = advise(inquiry, at=timezone.now(), line=other)
    assert found.best.advice.later == Decimal("40.00")


def test_parcels_that_fared_differently_need_the_article(order_of: Orders, writes: Writes) -> None:
    order = order_of("10-30 09:00", "11-04 13:00")
    OrderLineFactory(order=order)
    ParcelFactory(order=order)
    inquiry = writes("Laut DHL zugestellt, nichts da", order, "11-05 10:00")
    assert refusal_of(lambda: best(inquiry)) == "line"


def test_without_an_order_there_is_nothing_to_judge(lost: Inquiry) -> None:
    Inquiry.objects.filter(pk=lost.pk).update(order=None)
    lost.refresh_from_db()
    assert refusal_of(lambda: best(lost)) == "no_order"


def test_while_the_seller_may_answer_nothing_is_decided_and_nothing_paid(
    order_of: Orders, writes: Writes, agent: User
) -> None:
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    inquiry = writes("Wo ist mein Paket?", order, "11-06 10:00")
    seller_input.ask_seller(inquiry, body="Wo ist es?", by=agent)

    def decide() -> object:
        return confirm(inquiry, chosen="refund_full", by=agent, reply="Geld zurück.")

    assert refusal_of(decide) == "seller_may_answer"
    assert not Refund.objects.exists()


def test_a_seller_who_leaves_it_to_us_is_judged_at_once(
    order_of: Orders, writes: Writes, agent: User
) -> None:
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    inquiry = writes("Wo ist mein Paket?", order, "11-06 10:00")
    question = seller_input.ask_seller(inquiry, body="Wo ist es?", by=agent)
    questions.waive(question.case, by=None)
    decision = confirm(inquiry, chosen="refund_full", by=agent, reply="Geld zurück.")
    assert decision.basis == Decision.Basis.WAIVED


def test_a_page_that_is_older_than_the_buyers_words_changes_nothing(
    lost: Inquiry, agent: User
) -> None:
    seen = lost.last_seq
    conversation.buyer_wrote(lost, body="Es ist doch da!", channel="EMAIL")
    with pytest.raises(Conflict) as conflict:
        confirm(lost, chosen="refund_full", by=agent, reply="Geld zurück.", seen_seq=seen)
    assert conflict.value.code == "stale"
    assert not Refund.objects.exists()


def test_an_amount_that_has_changed_since_is_not_promised(lost: Inquiry, agent: User) -> None:
    assert lost.order is not None
    line = lost.order.lines.get()
    refunds.ask(
        lost.order,
        parts={(line, "ITEM"): Decimal("5.00")},
        reason="Kratzer",
        clause="FAULT",
        origin="RULE",
        key="earlier",
    )
    with pytest.raises(Conflict):
        confirm(lost, chosen="refund_full", by=agent, reply="18,90 €", seen_amount=Decimal("18.90"))
    confirm(lost, chosen="refund_full", by=agent, reply="13,90 €", seen_amount=Decimal("13.90"))
    assert Refund.objects.get(key__startswith="judgement").amount == Decimal("13.90")


def test_what_was_paid_back_already_is_not_promised_again(lost: Inquiry, agent: User) -> None:
    confirm(lost, chosen="refund_full", by=agent, reply="Geld zurück.")
    conversation.reopen(lost, by=agent)

    def again() -> object:
        return confirm(lost, chosen="refund_full", by=agent, reply="Geld zurück.")

    assert refusal_of(again) == "nothing_left"
    assert Refund.objects.count() == 1


def test_a_buyer_who_waits_must_be_told_something(lost: Inquiry, agent: User) -> None:
    def decide() -> object:
        return confirm(lost, chosen="refund_full", by=agent, reply=" ")

    assert refusal_of(decide) == "empty"
    assert not Refund.objects.exists()


def test_the_recommendation_is_kept_with_the_decision_with_its_facts_and_versions(
    lost: Inquiry, agent: User
) -> None:
    decision = confirm(lost, chosen="refund_full", by=agent, reply="Geld zurück.")
    facts = decision.facts
    assert facts["recommended"]["because"] == "lost"
    assert facts["runner_up"]["remedy"] == "replacement"
    assert facts["chosen"]["amount"] == "18.90"
    assert facts["departed"] is False
    assert set(facts["situation"]["versions"]) == {
        "judgment.table",
        "delivery.grace_days",
        "concession.limits",
    }
    assert facts["situation"]["lines"][0]["trace"]
    assert facts["question"] == Question.objects.get().pk


def test_a_return_that_the_buyer_has_opened_already_is_not_opened_twice(
    order_of: Orders, lapsed: Writes, agent: User
) -> None:
    order = order_of("10-30 09:00", "11-04 13:00")
    inquiry = lapsed("Der Wasserkocher ist defekt", order, "11-05 10:00")
    first = confirm(inquiry, chosen="return_sellers_cost", by=agent, reply="Bitte zurück.")
    conversation.reopen(inquiry, by=agent)
    again = confirm(inquiry, chosen="return_sellers_cost", by=agent, reply="Bitte zurück.")
    assert ReturnRequest.objects.count() == 1
    assert first.facts["carried_out"] == again.facts["carried_out"]


def test_a_missing_part_may_be_paid_in_part(order_of: Orders, lapsed: Writes, agent: User) -> None:
    order = order_of("10-30 09:00", "11-04 13:00", line={"price": Decimal("20.00")})
    inquiry = lapsed("Es fehlt ein Teil: der Deckel fehlt", order, "11-05 10:00")
    assert inquiry.topic == "MISSING_PARTS"
    found = advise(inquiry, at=timezone.now())
    assert [way.advice.remedy for way in found.ways][:2] == ["return_sellers_cost", "refund_part"]
    confirm(inquiry, chosen="refund_part", by=agent, reply="3 €.", departs="Mehr will er nicht.")
    assert Refund.objects.get().amount == Decimal("3.00")


def test_a_silent_seller_s_unshipped_order_is_cancelled_in_their_place(
    order_of: Orders, lapsed: Writes, agent: User, letters: Letters
) -> None:
    order = order_of("11-05 09:00", status="UNSHIPPED")
    inquiry = lapsed("Bitte stornieren Sie die Bestellung", order, "11-05 10:00")
    assert (inquiry.topic, best(inquiry)) == ("CANCEL", "cancel")
    decision = confirm(inquiry, chosen="cancel", by=agent, reply="Storniert.")
    change = OrderChange.objects.get()
    assert (change.status, change.question) == (OrderChange.Status.ACCEPTED, None)
    assert decision.facts["carried_out"] == {"change": change.number}
    assert order.seller.default_email
    assert "notice" in letters.to(order.seller.default_email)


def test_a_cancellation_that_the_seller_let_lie_is_accepted_by_us(
    order_of: Orders, lapsed: Writes, agent: User, travel: Travel
) -> None:
    order = order_of("11-05 09:00", status="UNSHIPPED")
    travel.to(at("11-05 10:00"))
    change = changes.ask(order, kind="CANCEL", via="DESK", by=agent)
    inquiry = lapsed("Bitte stornieren", order, "11-05 10:00")
    confirm(inquiry, chosen="cancel", by=agent, reply="Storniert.")
    change.refresh_from_db()
    assert change.status == OrderChange.Status.ACCEPTED
    assert OrderChange.objects.count() == 1


def test_a_shipped_order_is_not_cancelled(order_of: Orders, lapsed: Writes) -> None:
    order = order_of("11-04 09:00", parcel={"reference": "P"})
    inquiry = lapsed("Bitte stornieren", order, "11-05 10:00")
    assert best(inquiry) != "cancel"
    with pytest.raises(Refused):
        changes.ask(order, kind="CANCEL", via="DESK", judged=True)


def test_judging_never_accepts_what_needs_stock_or_changes_an_address(order_of: Orders) -> None:
    order = order_of("11-03 09:00", status="UNSHIPPED")
    asked = changes.ask(
        order, kind="ADDRESS", via="DESK", wish={"address": "Hausnummer 14"}, judged=True
    )
    other = changes.ask(order, kind="REPLACE", via="DESK", line=order.lines.get(), judged=True)
    assert {asked.status, other.status} == {OrderChange.Status.WITH_SELLER}


def test_nobody_is_told_anything_when_the_remedy_fails(
    lost: Inquiry, agent: User, letters: Letters
) -> None:
    before = letters.to(JONAS)
    assert lost.order_id is not None
    Order.objects.filter(pk=lost.order_id).update(currency="CHF")  # the line was paid in EUR
    with pytest.raises(Refused):
        confirm(lost, chosen="refund_full", by=agent, reply="Geld zurück.")
    assert letters.to(JONAS) == before
    lost.refresh_from_db()
    assert lost.status == Inquiry.Status.OPEN
