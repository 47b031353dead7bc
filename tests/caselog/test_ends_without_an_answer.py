"""«Decide for me» and withdrawing: each in its time, out of it, and twice."""

from typing import Any

import pytest
from django.utils import timezone

from caselog.models import Case, Entry, Question
from caselog.operations import questions
from csba.errors import Refused

pytestmark = pytest.mark.django_db

PORTAL = Entry.Via.PORTAL


def fresh(question: Question) -> Question:
    return Question.objects.get(pk=question.pk)


def test_decide_for_me_ends_the_wait_at_once(
    question: Question, case: Case, wei: Any, travel: Any, letters: Any, story: Any
) -> None:
    travel(hours=1)
    waived = questions.waive(case, by=wei)
    assert (waived.status, waived.settled_at) == ("WAIVED", timezone.now())
    assert not Question.objects.running(timezone.now()).exists()
    assert story(case)[-1] == "question_waived"
    travel(hours=30)
    assert (questions.remind(timezone.now()), questions.lapse_overdue(timezone.now())) == (0, 0)
    assert len(letters()) == 1


def test_a_second_click_on_decide_for_me_changes_nothing(
    question: Question, case: Case, wei: Any, travel: Any, story: Any
) -> None:
    first = questions.waive(case, by=wei)
    travel(minutes=1)
    assert questions.waive(case, by=wei).settled_at == first.settled_at
    assert story(case).count("question_waived") == 1


def test_words_after_decide_for_me_are_late(question: Question, case: Case, wei: Any) -> None:
    questions.waive(case, by=wei)
    assert questions.reply(case, body="4711 after all", by=wei, via=PORTAL).late
    assert fresh(question).status == "WAIVED"


def test_nothing_is_waived_without_a_question_or_when_it_is_settled_or_over(
    case: Case, ask: Any, wei: Any, travel: Any
) -> None:
    with pytest.raises(Refused, match="no question"):
        questions.waive(case, by=wei)
    question = ask()
    questions.reply(case, body="4711", by=wei, via=PORTAL)
    with pytest.raises(Refused, match="Answered"):
        questions.waive(case, by=wei)
    assert fresh(question).status == "ANSWERED"
    ask()
    travel(hours=24)
    with pytest.raises(Refused, match="time to answer is over"):
        questions.waive(case, by=wei)


def test_a_withdrawn_question_needs_no_answer_and_the_seller_is_told(
    question: Question, case: Case, agent: Any, wei: Any, letters: Any, longmen: Any, story: Any
) -> None:
    withdrawn = questions.withdraw(question, by=agent)
    assert (withdrawn.status, withdrawn.settled_at) == ("WITHDRAWN", timezone.now())
    assert letters.to(longmen.default_email) == ["question_asked", "question_withdrawn"]
    assert story(case)[-1] == "question_withdrawn"
    assert not questions.reply(case, body="4711", by=wei, via=PORTAL).late


def test_a_question_is_withdrawn_once_and_only_in_its_time(
    question: Question, ask: Any, agent: Any, travel: Any
) -> None:
    questions.withdraw(question, by=agent)
    with pytest.raises(Refused, match="Withdrawn"):
        questions.withdraw(question, by=agent)
    second = ask()
    travel(hours=24)
    with pytest.raises(Refused, match="time to answer is over"):
        questions.withdraw(second, by=agent)
