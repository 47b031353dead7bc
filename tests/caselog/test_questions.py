"""Asking and answering: in time, out of it, and twice."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from caselog.models import Case, Entry, Question
from caselog.operations import cases, questions
from csba import addresses
from csba.errors import Conflict, Refused
from csba.journal import read
from csba.rulebook.models import Rule

pytestmark = pytest.mark.django_db

PORTAL = Entry.Via.PORTAL


def fresh(question: Question) -> Question:
    return Question.objects.get(pk=question.pk)


def test_a_question_has_24_hours_and_two_reminders_and_the_seller_has_a_letter(
    question: Question, case: Case, agent: Any, longmen: Any, letters: Any, story: Any
) -> None:
    at = timezone.now()
    assert (question.status, question.asked_at, question.asked_by) == ("OPEN", at, agent)
    assert question.reply_due_at == at + timedelta(hours=24)
    assert question.remind_due_at == at + timedelta(hours=12)
    assert (question.topic, question.entry.seq, question.entry.author) == ("PRODUCT", 1, "DESK")
    assert letters.to(longmen.default_email) == ["question_asked"]
    reply_to = letters.last(longmen.default_email).reply_to
    assert addresses.read(reply_to) == addresses.Address("case", case.number)
    assert story(case) == ["case_opened", "seller_asked"]


def test_a_promise_keeps_the_number_of_its_day(question: Question) -> None:
    Rule.objects.filter(key="inquiry.seller_deadline_hours").update(value=6)
    assert fresh(question).reply_due_at == question.asked_at + timedelta(hours=24)


def test_a_second_question_waits_for_the_first(question: Question, ask: Any) -> None:
    with pytest.raises(Refused, match="still open") as refusal:
        ask()
    assert refusal.value.code == "question_open"
    assert Question.objects.get() == question
    assert Entry.objects.count() == 1


def test_asking_twice_with_one_form_is_one_question_and_one_letter(ask: Any, letters: Any) -> None:
    click = uuid.uuid4()
    assert ask(client_id=click) == ask(client_id=click)
    assert (Question.objects.count(), Entry.objects.count(), len(letters())) == (1, 1, 1)


def test_after_an_answer_the_desk_may_ask_again(question: Question, ask: Any, wei: Any) -> None:
    questions.reply(question.case, body="4711", by=wei, via=PORTAL)
    second = ask(topic="WARRANTY")
    assert (second.entry.seq, second.topic, second.status) == (3, "WARRANTY", "OPEN")


def test_asking_when_the_last_question_is_over_lapses_it_first(
    question: Question, ask: Any, travel: Any, letters: Any, longmen: Any
) -> None:
    travel(hours=24)
    second = ask()
    assert (fresh(question).status, second.status) == ("LAPSED", "OPEN")
    assert letters.to(longmen.default_email) == [
        "question_asked",
        "question_lapsed",
        "question_asked",
    ]


def test_asking_opens_a_closed_case(case: Case, ask: Any) -> None:
    cases.close(case)
    ask()
    assert Case.objects.get().status == "OPEN"


def test_a_question_needs_words(ask: Any) -> None:
    with pytest.raises(Refused, match="write something"):
        ask(body="  ")
    assert not Question.objects.exists()


def test_an_answer_in_time_settles_the_question(
    question: Question, case: Case, wei: Any, travel: Any, story: Any
) -> None:
    travel(hours=23, minutes=59, seconds=59)
    entry = questions.reply(case, body="4711", by=wei, via=PORTAL)
    now = fresh(question)
    assert (now.status, now.answer, now.settled_at) == ("ANSWERED", entry, timezone.now())
    assert now.remind_due_at is None
    assert (entry.late, entry.author, entry.user, entry.seq) == (False, "SELLER", wei, 2)
    assert story(case)[-1] == "seller_replied"


def test_an_answer_by_mail_counts_as_well_and_the_journal_keeps_its_sender(
    question: Question, case: Case
) -> None:
    entry = questions.reply(
        case, body="4711", by=None, via=Entry.Via.MAIL, sender="lager@longmen.test"
    )
    assert fresh(question).answer == entry
    assert (entry.via, entry.user) == ("MAIL", None)
    line = read.of(case).last()
    assert line is not None
    assert (line.actor, line.facts["sender"]) == ("seller", "lager@longmen.test")


def test_a_double_click_on_the_answer_is_one_entry(
    question: Question, case: Case, wei: Any
) -> None:
    click = uuid.uuid4()
    first = questions.reply(case, body="4711", by=wei, via=PORTAL, client_id=click)
    again = questions.reply(case, body="4711", by=wei, via=PORTAL, client_id=click)
    assert first == again
    assert Entry.objects.filter(author="SELLER").count() == 1
    assert Case.objects.get().last_seq == 2


def test_more_words_after_the_answer_are_a_plain_entry(
    question: Question, case: Case, wei: Any
) -> None:
    first = questions.reply(case, body="4711", by=wei, via=PORTAL)
    more = questions.reply(case, body="And 4712 fits too.", by=wei, via=PORTAL)
    assert (more.late, more.seq) == (False, 3)
    assert fresh(question).answer == first


def test_an_answer_at_the_very_moment_it_is_due_is_late_even_before_the_sweep(
    question: Question, case: Case, wei: Any, travel: Any, letters: Any, longmen: Any, story: Any
) -> None:
    travel.to(question.reply_due_at)
    entry = questions.reply(case, body="4711", by=wei, via=PORTAL)
    now = fresh(question)
    assert entry.late
    assert (now.status, now.answer, now.settled_at) == ("LAPSED", None, question.reply_due_at)
    assert letters.to(longmen.default_email) == ["question_asked", "question_lapsed"]
    assert story(case)[-2:] == ["question_lapsed", "seller_replied"]
    assert questions.lapse_overdue(timezone.now()) == 0
    assert len(letters()) == 2


@pytest.mark.parametrize("days", [1, 30])
def test_an_answer_after_the_lapse_is_kept_as_late_and_settles_nothing(
    question: Question, case: Case, wei: Any, travel: Any, days: int
) -> None:
    travel(days=1)
    questions.lapse_overdue(timezone.now())
    settled = fresh(question).settled_at
    travel(days=days)
    entry = questions.reply(case, body="4711", by=wei, via=PORTAL)
    now = fresh(question)
    assert entry.late
    assert (now.status, now.answer, now.settled_at) == ("LAPSED", None, settled)


def test_without_a_question_a_reply_is_a_plain_entry_and_opens_a_closed_case(
    case: Case, wei: Any
) -> None:
    cases.close(case)
    entry = questions.reply(case, body="Hello?", by=wei, via=PORTAL)
    assert not entry.late
    assert Case.objects.get().status == "OPEN"
    assert Case.objects.get().closed_at is None


def test_an_answer_needs_words(question: Question, case: Case, wei: Any) -> None:
    with pytest.raises(Refused, match="write something"):
        questions.reply(case, body="\n", by=wei, via=PORTAL)
    assert fresh(question).status == "OPEN"


def test_a_form_of_the_desk_that_was_used_for_words_asks_nothing(
    case: Case, longmen: Any, ask: Any, agent: Any
) -> None:
    click = uuid.uuid4()
    other = cases.open_case(longmen, kind="INQUIRY", subject="Another")
    cases.write(other, body="Thank you.", by=agent, client_id=click)
    with pytest.raises(Conflict):
        ask(client_id=click)
    assert not Question.objects.exists()


def test_a_mail_counts_from_when_it_was_taken_in_not_from_when_it_was_read(
    question: Question, case: Case, travel: Any
) -> None:
    travel(hours=23, minutes=59)
    taken_in = timezone.now()
    travel(minutes=5)
    entry = questions.reply(case, body="4711", by=None, via=Entry.Via.MAIL, received_at=taken_in)
    question.refresh_from_db()
    assert (entry.late, question.status) == (False, Question.Status.ANSWERED)
