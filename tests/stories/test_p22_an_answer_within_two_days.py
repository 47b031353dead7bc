"""P22: an answer to the buyer typically within two days; the promise runs on, whoever is asked."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from caselog.models import Entry
from caselog.operations import questions
from inquiries.models import Inquiry
from inquiries.operations import conversation, decision, intake, seller_input
from tests.factories.sellers import OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def inquiry(travel: Any, longmen: Any, served: Any) -> Inquiry:
    """A question about a spare part, asked on Friday afternoon."""
    served(longmen)
    travel.to("2026-11-06T17:00:00+01:00")
    order = OrderFactory(seller=longmen)
    return intake.receive(
        intake.Incoming(
            channel="EMAIL",
            body="Welche Ersatzteilnummer hat die Dichtung?",
            buyer_email=order.buyer_email,
            order=order,
            topic="PRODUCT",
        )
    )


def test_the_buyer_reads_the_promise_and_the_queue_shows_it(inquiry: Inquiry, letters: Any) -> None:
    assert inquiry.promise_due_at == datetime.fromisoformat("2026-11-08T17:00:00+01:00")
    assert "8. November 2026" in letters.last(inquiry.buyer_email).text


def test_a_seller_who_answers_lets_the_agent_answer_in_time(
    inquiry: Inquiry, agent: Any, travel: Any, letters: Any
) -> None:
    travel(minutes=30)
    question = seller_input.ask_seller(inquiry, body="Welche Teilenummer?", by=agent)
    assert inquiry not in Inquiry.objects.agents_turn(timezone.now())
    travel(hours=3)
    questions.reply(question.case, body="4711-B", by=None, via=Entry.Via.PORTAL)
    assert inquiry in Inquiry.objects.agents_turn(timezone.now())
    conversation.agent_replied(inquiry, body="Die Nummer ist 4711-B.", by=agent, then="RESOLVE")
    assert letters.to(inquiry.buyer_email) == ["received", "seller_asked", "reply"]
    assert inquiry not in Inquiry.objects.agents_turn(timezone.now())


def test_a_silent_seller_leaves_a_day_for_the_desks_own_judgment(
    inquiry: Inquiry, agent: Any, travel: Any, letters: Any
) -> None:
    travel(minutes=30)
    question = seller_input.ask_seller(inquiry, body="Welche Teilenummer?", by=agent)
    travel(hours=24)
    questions.lapse_overdue(timezone.now())
    assert inquiry in Inquiry.objects.agents_turn(timezone.now())
    made = decision.decide(
        inquiry, outcome="REFUNDED", reasoning="The page is silent, the seller too.",
        reply="Sie erhalten den Preis zurück.", by=agent,
    )  # fmt: skip
    now = Inquiry.objects.get(pk=inquiry.pk)
    assert made.basis == "JUDGEMENT"
    assert made.question == question
    assert now.status == "RESOLVED"
    assert inquiry.promise_due_at is not None
    assert timezone.now() < inquiry.promise_due_at - timedelta(hours=23)
    assert letters.to(inquiry.buyer_email)[-1] == "reply"
    assert "question_lapsed" in letters.to("service@longmen.test")


def test_a_buyer_who_writes_again_while_the_seller_is_asked_comes_back_to_the_desk(
    inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    question = seller_input.ask_seller(inquiry, body="Welche Teilenummer?", by=agent)
    travel(hours=1)
    conversation.buyer_wrote(inquiry, body="Es eilt nicht mehr.", channel="EMAIL")
    assert inquiry in Inquiry.objects.agents_turn(timezone.now())
    question.refresh_from_db()
    assert question.status == "OPEN"
