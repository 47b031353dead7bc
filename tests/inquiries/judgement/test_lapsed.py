"""What the clock decides itself once a policy admin has freed a topic up to an amount."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from caselog.models import Question
from caselog.operations import questions
from csba.accounts.models import User
from csba.health.models import Heartbeat
from csba.journal import read as journal
from csba.rulebook import read as rulebook
from csba.rulebook.models import Rule
from inquiries import tasks
from inquiries.models import Decision, Inquiry
from inquiries.operations import conversation, seller_input
from inquiries.operations.lapsed import NAME, decide_lapsed, due
from returns.models import Refund
from sellers.models import Order
from tests.conftest import Letters
from tests.inquiries.judgement.conftest import JONAS, at

pytestmark = pytest.mark.django_db

Orders = Callable[..., Order]
Writes = Callable[..., Inquiry]


def free(**topics: str) -> None:
    """These topics may be decided without an agent, each up to its amount in EUR."""
    value = [{"topic": topic, "most_eur": most} for topic, most in topics.items()]
    Rule.objects.filter(key="judgment.automatic").update(value=value)
    rulebook.forget()


@pytest.fixture
def lost(order_of: Orders, lapsed: Writes) -> Inquiry:
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    return lapsed("Wo ist mein Paket?", order, "11-06 10:00")


def verbs(inquiry: Inquiry) -> list[str]:
    return [line.verb for line in journal.of(inquiry)]


def test_nothing_is_decided_as_long_as_nobody_has_freed_a_topic(lost: Inquiry) -> None:
    assert decide_lapsed(timezone.now()) == 0
    assert not Decision.objects.exists()


def test_a_freed_topic_within_its_limit_is_decided_by_the_best_way_once(
    lost: Inquiry, letters: Letters
) -> None:
    free(WHERE_IS_IT="50.00")
    assert tasks.decide_lapsed_questions() == 1
    assert tasks.decide_lapsed_questions() == 0
    decision = Decision.objects.get()
    assert (decision.decided_by, decision.basis) == (None, Decision.Basis.JUDGEMENT)
    refund = Refund.objects.get()
    assert (refund.amount, refund.origin, refund.asked_by) == (Decimal("18.90"), "RULE", None)
    lost.refresh_from_db()
    assert lost.status == Inquiry.Status.RESOLVED
    line = journal.of(lost).get(verb="decided")
    assert (line.actor, line.user_id) == ("clock", None)
    assert letters.to(JONAS)[-1] == "reply"
    assert Heartbeat.objects.get(name=NAME).count == 0


@pytest.mark.parametrize(
    ("limit", "why"), [("18.89", "above_limit"), ("18.90", "")], ids=["a cent short", "enough"]
)
def test_the_limit_holds_to_the_cent_and_is_said_in_the_journal(
    lost: Inquiry, limit: str, why: str
) -> None:
    free(WHERE_IS_IT=limit)
    assert decide_lapsed(timezone.now()) == (0 if why else 1)
    left = journal.of(lost).filter(verb="left_to_agents")
    assert [line.facts["why"] for line in left] == ([why] if why else [])


def test_what_was_left_to_the_agents_is_not_looked_at_again_until_the_next_question(
    lost: Inquiry,
) -> None:
    free(WHERE_IS_IT="1.00")
    decide_lapsed(timezone.now())
    free(WHERE_IS_IT="50.00")
    assert decide_lapsed(timezone.now()) == 0
    assert verbs(lost).count("left_to_agents") == 1


def test_another_topic_stays_with_the_agents(lost: Inquiry) -> None:
    free(DAMAGED="500.00")
    assert decide_lapsed(timezone.now()) == 0


@pytest.mark.parametrize(
    "fields",
    [{"signal": "SAFETY"}, {"verdict": "INVOICE"}, {"snoozed_until": at("11-20 10:00")}],
    ids=["danger", "not covered", "asleep"],
)
def test_danger_and_what_is_not_ours_and_what_sleeps_stay_with_the_agents(
    lost: Inquiry, fields: dict[str, Any]
) -> None:
    free(WHERE_IS_IT="50.00")
    Inquiry.objects.filter(pk=lost.pk).update(**fields)
    assert decide_lapsed(timezone.now()) == 0


def test_words_of_the_buyer_after_the_question_bring_it_to_an_agent(lost: Inquiry) -> None:
    free(WHERE_IS_IT="50.00")
    conversation.buyer_wrote(lost, body="Jetzt ist es doch da.", channel="EMAIL")
    assert decide_lapsed(timezone.now()) == 0


def test_a_question_that_still_runs_or_was_answered_is_not_the_clocks(
    order_of: Orders, lapsed: Writes, agent: User
) -> None:
    free(WHERE_IS_IT="50.00")
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    inquiry = lapsed("Wo ist mein Paket?", order, "11-06 10:00")
    Question.objects.update(status="OPEN", settled_at=None, reply_due_at=at("11-09 10:00"))
    assert decide_lapsed(timezone.now()) == 0
    assert inquiry.case is not None
    questions.reply(inquiry.case, body="Kommt morgen.", by=None, via="PORTAL")
    assert decide_lapsed(timezone.now()) == 0
    assert not Decision.objects.exists()


def test_one_bad_row_stops_no_other_and_stays_due(
    order_of: Orders, lapsed: Writes, lost: Inquiry
) -> None:
    order = order_of("10-26 09:00", parcel={"reference": "Q"}, deliver_by_to=at("11-02 23:59"))
    good = lapsed("Wo ist mein Paket?", order, "11-08 10:00")
    free(WHERE_IS_IT="50.00")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"ALTER TABLE {Decision._meta.db_table} "
            f"ADD CONSTRAINT no_luck CHECK (inquiry_id <> {lost.pk})"
        )
    assert decide_lapsed(timezone.now()) == 1
    assert [decision.inquiry for decision in Decision.objects.all()] == [good]
    assert Refund.objects.count() == 1
    assert list(due(timezone.now())) == [lost]
    beat = Heartbeat.objects.get(name=NAME)
    assert (beat.count, beat.failed) == (1, 1)


def test_a_seller_who_left_it_to_us_counts_like_one_who_stayed_silent(
    order_of: Orders, writes: Writes, agent: User
) -> None:
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    inquiry = writes("Wo ist mein Paket?", order, "11-06 10:00")
    question = seller_input.ask_seller(inquiry, body="Wo ist es?", by=agent)
    questions.waive(question.case, by=None)
    free(WHERE_IS_IT="50.00")
    assert decide_lapsed(timezone.now() + timedelta(minutes=1)) == 1
    assert Decision.objects.get().basis == Decision.Basis.WAIVED
