"""Nothing is sent past words that its writer has not seen: the inquiry's, and its case's."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from caselog.models import Case, Entry, Question
from caselog.operations import cases, questions
from csba.errors import Conflict, Refused
from csba.rulebook import read
from csba.rulebook.operations import change
from inquiries.models import Decision, Inquiry, Message
from inquiries.operations import conversation, decision, seller_input

pytestmark = pytest.mark.django_db

SELLER, COLLEAGUE = "The seller has answered", "A colleague has written to the seller"


@pytest.fixture
def case(inquiry: Inquiry, agent: Any) -> Case:
    """The seller has been asked: the first entry."""
    return seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent).case


def reply(inquiry: Inquiry, by: Any, **seen: Any) -> Any:
    return conversation.agent_replied(inquiry, body="Die Nummer ist 4711.", by=by, **seen)


def hold(inquiry: Inquiry, by: Any, **seen: Any) -> Any:
    return conversation.agent_replied(inquiry, body="Wir fragen.", by=by, then="HOLD", **seen)


def decide(inquiry: Inquiry, by: Any, **seen: Any) -> Any:
    return decision.decide(
        inquiry, outcome="REFUNDED", reasoning="Defekt.", reply="Geld zurück.", by=by, **seen
    )


def resolve(inquiry: Inquiry, by: Any, **seen: Any) -> Any:
    return conversation.resolve(inquiry, outcome="ANSWERED", by=by, **seen)


def ask(inquiry: Inquiry, by: Any, **seen: Any) -> Any:
    return seller_input.ask_seller(inquiry, body="Und die Farbe?", by=by, **seen)


def hand_over(inquiry: Inquiry, by: Any, **seen: Any) -> Any:
    Inquiry.objects.filter(pk=inquiry.pk).update(verdict="INVOICE")
    return conversation.route_to_seller(inquiry, by=by, **seen)


ACTS = [reply, hold, decide, resolve, ask, hand_over]


@pytest.mark.parametrize("act", ACTS)
def test_a_sellers_answer_that_was_not_seen_stops_it(
    inquiry: Inquiry, agent: Any, case: Case, act: Callable[..., Any]
) -> None:
    questions.reply(case, body="4711", by=None, via=Entry.Via.MAIL)
    with pytest.raises(Conflict, match=SELLER) as stopped:
        act(inquiry, agent, seen_seq=1, seen_case_seq=1)
    assert stopped.value.code == "stale"
    assert not Message.objects.filter(author="AGENT").exists()
    assert not Decision.objects.exists()
    assert Question.objects.count() == 1
    assert Inquiry.objects.get(pk=inquiry.pk).status == "OPEN"
    act(inquiry, agent, seen_seq=1, seen_case_seq=2)


@pytest.mark.parametrize("act", ACTS)
def test_a_buyers_words_that_were_not_seen_stop_it(
    inquiry: Inquiry, agent: Any, act: Callable[..., Any]
) -> None:
    conversation.buyer_wrote(inquiry, body="Hat sich erledigt!", channel="EMAIL")
    with pytest.raises(Conflict, match="Something new"):
        act(inquiry, agent, seen_seq=1, seen_case_seq=0)
    act(inquiry, agent, seen_seq=2, seen_case_seq=0)


def test_a_late_answer_stops_it_too(inquiry: Inquiry, agent: Any, case: Case, travel: Any) -> None:
    travel(hours=25)
    assert questions.reply(case, body="4711", by=None, via=Entry.Via.MAIL).late
    with pytest.raises(Conflict, match=SELLER):
        decide(inquiry, agent, seen_seq=1, seen_case_seq=1)


def test_a_colleague_who_has_asked_meanwhile_is_named_as_one(inquiry: Inquiry, agent: Any) -> None:
    page_without_a_case = {"seen_seq": 1, "seen_case_seq": 0}
    seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    with pytest.raises(Conflict, match=COLLEAGUE):
        reply(inquiry, agent, **page_without_a_case)


def test_of_an_answer_and_a_colleagues_words_the_answer_is_told(
    inquiry: Inquiry, agent: Any, case: Case
) -> None:
    questions.reply(case, body="4711", by=None, via=Entry.Via.MAIL)
    cases.write(case, body="Danke.", by=agent)
    with pytest.raises(Conflict, match=SELLER):
        reply(inquiry, agent, seen_seq=1, seen_case_seq=1)
    with pytest.raises(Conflict, match=COLLEAGUE):
        reply(inquiry, agent, seen_seq=1, seen_case_seq=2)


def test_who_does_not_say_what_was_seen_is_not_stopped(
    inquiry: Inquiry, agent: Any, case: Case
) -> None:
    questions.reply(case, body="4711", by=None, via=Entry.Via.MAIL)
    assert reply(inquiry, agent).seq == 2


def test_the_two_cursors_cost_a_reply_no_statement(
    inquiry: Inquiry, agent: Any, case: Case
) -> None:
    spent = []
    for seen in ({}, {"seen_seq": 2, "seen_case_seq": 1}):
        with CaptureQueriesContext(connection) as queries:
            reply(inquiry, agent, **seen)
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 12


@pytest.mark.parametrize("act", [reply, ask])
def test_a_form_sent_twice_is_no_stranger_to_itself(
    inquiry: Inquiry, agent: Any, act: Callable[..., Any], letters: Any, story: Any
) -> None:
    seen = {"seen_seq": 1, "seen_case_seq": 0, "client_id": uuid.uuid4()}
    first = act(inquiry, agent, **seen)
    written, told = len(letters()), story(inquiry)
    assert act(inquiry, agent, **seen) == first
    assert (len(letters()), story(inquiry)) == (written, told)


# --- how often a seller is asked ------------------------------------------------------------


def rounds(inquiry: Inquiry, agent: Any, count: int) -> None:
    """So many questions are asked and answered."""
    for number in range(count):
        asked = seller_input.ask_seller(inquiry, body=f"Frage {number}?", by=agent)
        questions.reply(asked.case, body="Ja.", by=None, via=Entry.Via.MAIL)


def test_after_two_rounds_an_agent_decides_or_has_a_lead_ask(inquiry: Inquiry, agent: Any) -> None:
    rounds(inquiry, agent, 2)
    with pytest.raises(Refused, match=r"2 rounds .* decide, or have a lead ask") as refused:
        ask(inquiry, agent)
    assert refused.value.code == "rounds_over"
    assert Question.objects.count() == 2


@pytest.mark.parametrize("who", ["senior", "lead"])
def test_a_senior_or_a_lead_may_ask_once_more(
    inquiry: Inquiry, agent: Any, who: str, request: Any
) -> None:
    rounds(inquiry, agent, 2)
    assert ask(inquiry, request.getfixturevalue(who)).status == "OPEN"


def test_silence_is_a_round_as_well_before_and_after_the_sweep(
    inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    for _ in range(2):
        ask(inquiry, agent)
        travel(hours=24)
    with pytest.raises(Refused, match="2 rounds"):
        ask(inquiry, agent)


def test_while_a_question_runs_that_is_said_and_not_the_rounds(
    inquiry: Inquiry, agent: Any
) -> None:
    rounds(inquiry, agent, 1)
    ask(inquiry, agent)
    with pytest.raises(Refused) as refused:
        ask(inquiry, agent)
    assert refused.value.code == "question_open"


def test_the_number_of_rounds_is_the_rulebooks(
    inquiry: Inquiry, agent: Any, policy_admin: Any, travel: Any
) -> None:
    change("inquiry.max_open_rounds", 1, by=policy_admin, why="Sellers asked for fewer.")
    read.forget()
    travel(minutes=2)
    rounds(inquiry, agent, 1)
    with pytest.raises(Refused, match="1 round with the seller is over"):
        ask(inquiry, agent)
