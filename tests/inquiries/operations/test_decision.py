"""Deciding: on which basis, when refused, and who is told."""

from typing import Any

import pytest
from django.utils import timezone

from caselog.models import Entry, Question
from caselog.operations import questions
from csba.errors import Conflict, Refused
from inquiries.models import Decision, Inquiry
from inquiries.operations import conversation, decision, seller_input

pytestmark = pytest.mark.django_db


def decide(inquiry: Inquiry, by: Any, **fields: Any) -> Decision:
    known = {
        "outcome": "REFUNDED",
        "reasoning": "Glass is broken.",
        "reply": "Sie erhalten Ihr Geld zurück.",
    }
    return decision.decide(inquiry, by=by, **(known | fields))


def test_without_a_question_the_desk_decides_by_what_it_knows(
    inquiry: Inquiry, agent: Any, story: Any
) -> None:
    made = decide(inquiry, agent)
    assert made.basis == Decision.Basis.OUR_KNOWLEDGE
    now = Inquiry.objects.get(pk=inquiry.pk)
    assert (now.status, now.outcome, now.waiting_since) == ("RESOLVED", "REFUNDED", None)
    assert story(inquiry)[-1] == "decided"


def test_while_the_seller_has_time_nothing_is_decided(
    inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    travel(hours=23, minutes=59)
    with pytest.raises(Refused, match="may answer until"):
        decide(inquiry, agent)
    assert not Decision.objects.exists()


def test_from_the_minute_it_is_due_judgment_is_the_basis_even_before_the_sweep(
    inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    question = seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    travel.to(question.reply_due_at)
    made = decide(inquiry, agent)
    assert made.basis == Decision.Basis.JUDGEMENT
    assert made.facts["question"] == question.pk


def test_an_answer_of_the_seller_is_the_basis(inquiry: Inquiry, agent: Any) -> None:
    question = seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    questions.reply(question.case, body="4711", by=None, via=Entry.Via.MAIL)
    assert decide(inquiry, agent).basis == Decision.Basis.SELLER_ANSWER


def test_a_waived_question_lets_the_desk_decide_at_once(
    inquiry: Inquiry, agent: Any, longmen: Any
) -> None:
    question = seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    questions.waive(question.case, by=longmen.memberships.get().user)
    assert decide(inquiry, agent).basis == Decision.Basis.WAIVED


def test_the_seller_reads_the_decision_in_the_case_without_any_word_of_the_buyer(
    inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    question = seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    travel(hours=24)
    questions.lapse_overdue(timezone.now())
    decide(inquiry, agent)
    told = Entry.objects.filter(case=question.case).last()
    assert told is not None
    assert told.author == Entry.Author.DESK
    assert "Jonas" not in told.body
    assert "Geld" not in told.body


def test_a_late_answer_never_rewrites_a_decision(inquiry: Inquiry, agent: Any, travel: Any) -> None:
    question = seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    travel(hours=25)
    made = decide(inquiry, agent)
    entry = questions.reply(question.case, body="4711", by=None, via=Entry.Via.PORTAL)
    assert entry.late
    assert Decision.objects.get() == made
    assert Question.objects.get().status == "LAPSED"
    assert Inquiry.objects.get(pk=inquiry.pk).status == "RESOLVED"


def test_deciding_twice_is_refused(inquiry: Inquiry, agent: Any) -> None:
    decide(inquiry, agent)
    with pytest.raises(Refused, match="nothing to decide"):
        decide(inquiry, agent)
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(("field", "sentence"), [("reasoning", "reason"), ("reply", "buyer waits")])
def test_a_decision_needs_its_words(
    inquiry: Inquiry, agent: Any, field: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        decide(inquiry, agent, **{field: " "})


def test_a_decision_that_missed_the_buyers_last_words_is_stopped(
    inquiry: Inquiry, agent: Any
) -> None:
    conversation.buyer_wrote(inquiry, body="Schon gefunden!", channel="EMAIL")
    with pytest.raises(Conflict):
        decide(inquiry, agent, seen_seq=1)
