"""Lapsing and reminding: to the minute, once, in batches, and past a row that cannot be done."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from caselog import tasks
from caselog.models import Question
from caselog.operations import cases, questions
from csba import promises, schedule
from csba.health.models import Heartbeat
from csba.journal.models import Line
from csba.outbox.models import OutgoingMail
from csba.rulebook import operations as rulebook
from csba.rulebook import read
from sellers.models import Seller
from tests.factories.caselog import QuestionFactory, many_questions

pytestmark = pytest.mark.django_db

FRAME = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


def statements(seen: CaptureQueriesContext) -> int:
    """How many statements went to the database, without the frame of a transaction."""
    return sum(not query["sql"].startswith(FRAME) for query in seen.captured_queries)


def said(mail: OutgoingMail) -> str:
    """The subject, with its unbreakable spaces as plain ones."""
    return mail.subject.replace("\xa0", " ")


def statuses() -> list[str]:
    return list(Question.objects.order_by("id").values_list("status", flat=True))


def test_a_question_lapses_to_the_minute_and_once(
    question: Question, travel: Any, letters: Any, longmen: Any, story: Any
) -> None:
    travel.to(question.reply_due_at - timedelta(microseconds=1))
    assert tasks.lapse_overdue_questions() == 0
    travel.to(question.reply_due_at)
    assert tasks.lapse_overdue_questions() == 1
    assert tasks.lapse_overdue_questions() == 0
    now = Question.objects.get()
    assert (now.status, now.settled_at, now.remind_due_at) == (
        "LAPSED",
        question.reply_due_at,
        None,
    )
    assert letters.to(longmen.default_email) == ["question_asked", "question_lapsed"]
    assert story(question.case) == ["case_opened", "seller_asked", "question_lapsed"]


def test_a_sweep_that_missed_days_takes_everything_that_is_due(
    question: Question, blume: Any, travel: Any
) -> None:
    other = QuestionFactory(case__seller=blume, asked_at=timezone.now() + timedelta(hours=70))
    travel(days=3)
    assert tasks.lapse_overdue_questions() == 1
    assert Question.objects.get(pk=question.pk).status == "LAPSED"
    assert Question.objects.get(pk=other.pk).status == "OPEN"


@pytest.mark.parametrize("status", ["ANSWERED", "LAPSED", "WAIVED", "WITHDRAWN"])
def test_what_is_settled_is_left_alone(travel: Any, letters: Any, status: str) -> None:
    QuestionFactory(status=status)
    travel(days=2)
    assert (tasks.lapse_overdue_questions(), tasks.remind_sellers()) == (0, 0)
    assert statuses() == [status]
    assert letters() == []


def test_the_seller_is_reminded_with_12_and_with_2_hours_left(
    question: Question, travel: Any, letters: Any, longmen: Any, story: Any
) -> None:
    travel(hours=11, minutes=59)
    assert tasks.remind_sellers() == 0
    travel(minutes=1, seconds=20)
    assert (tasks.remind_sellers(), tasks.remind_sellers()) == (1, 0)
    assert "12 小时" in said(letters.last(longmen.default_email))
    assert Question.objects.get().remind_due_at == question.reply_due_at - timedelta(hours=2)
    travel(hours=10)
    assert (tasks.remind_sellers(), tasks.remind_sellers()) == (1, 0)
    assert "2 小时" in said(letters.last(longmen.default_email))
    assert Question.objects.get().remind_due_at is None
    travel(hours=1)
    assert tasks.remind_sellers() == 0
    assert letters.to(longmen.default_email) == ["question_asked", "reminder", "reminder"]
    assert story(question.case)[2:] == ["seller_reminded", "seller_reminded"]


def test_after_an_outage_only_the_latest_reminder_is_sent(
    question: Question, travel: Any, letters: Any, longmen: Any
) -> None:
    travel(hours=22, minutes=30)
    assert (tasks.remind_sellers(), tasks.remind_sellers()) == (1, 0)
    assert letters.to(longmen.default_email) == ["question_asked", "reminder"]
    assert OutgoingMail.objects.latest("id").key == f"question:{question.pk}:reminder:120"
    assert Question.objects.get().remind_due_at is None


def test_nobody_is_reminded_of_what_is_over(question: Question, travel: Any, letters: Any) -> None:
    travel(hours=24)
    assert tasks.remind_sellers() == 0
    assert len(letters()) == 1


def test_a_thousand_questions_lapse_in_two_batches_of_four_statements(
    travel: Any, longmen: Any
) -> None:
    many_questions(longmen, 1000, asked_at=timezone.now())
    travel(hours=24)
    with CaptureQueriesContext(connection) as seen:
        assert questions.lapse_overdue(timezone.now()) == 1000
    # Two batches, the look that finds nothing more, the heartbeat.
    assert statements(seen) == 2 * 4 + 1 + 1
    assert set(statuses()) == {"LAPSED"}
    assert OutgoingMail.objects.count() == Line.objects.count() == 1000


def test_a_thousand_reminders_take_four_statements_a_batch(travel: Any, longmen: Any) -> None:
    many_questions(longmen, 1000, asked_at=timezone.now())
    travel(hours=12)
    # The rulebook is read once in half a minute, whatever is due.
    promises.seller_reminders(timezone.now())
    with CaptureQueriesContext(connection) as seen:
        assert questions.remind(timezone.now()) == 1000
    assert statements(seen) == 2 * 4 + 1 + 1
    assert OutgoingMail.objects.count() == Line.objects.count() == 1000
    travel(hours=10)
    with CaptureQueriesContext(connection) as seen:
        assert questions.remind(timezone.now()) == 1000
    assert statements(seen) == 2 * 4 + 1 + 1


def test_who_was_asked_under_other_reminders_keeps_them(
    travel: Any, question: Question, longmen: Any, policy_admin: Any, letters: Any
) -> None:
    travel(hours=1)
    rulebook.change(
        "inquiry.seller_reminders_hours_left", [12, 6, 1], by=policy_admin, why="A trial"
    )
    read.forget()
    later = QuestionFactory(case__seller=longmen, asked_at=timezone.now() + timedelta(minutes=2))
    travel(hours=12)
    assert questions.remind(timezone.now()) == 1
    assert Question.objects.get(pk=question.pk).remind_due_at == (
        question.reply_due_at - timedelta(hours=2)
    )
    travel(minutes=2)
    assert questions.remind(timezone.now()) == 1
    assert Question.objects.get(pk=later.pk).remind_due_at == (
        later.reply_due_at - timedelta(hours=6)
    )
    travel.to(question.reply_due_at - timedelta(hours=2))
    assert questions.remind(timezone.now()) == 2
    assert Question.objects.get(pk=question.pk).remind_due_at is None
    assert Question.objects.get(pk=later.pk).remind_due_at == (
        later.reply_due_at - timedelta(hours=1)
    )


def test_with_nothing_due_a_sweep_is_two_statements(db: None) -> None:
    promises.seller_reminders(timezone.now())
    for act in (questions.lapse_overdue, questions.remind):
        with CaptureQueriesContext(connection) as seen:
            assert act(timezone.now()) == 0
        assert statements(seen) == 2


def test_a_row_that_cannot_be_told_stops_no_other_and_stays_due(
    travel: Any, longmen: Any, blume: Any, caplog: Any
) -> None:
    Seller.objects.filter(pk=blume.pk).update(time_zone="Mars/Olympus_Mons")
    bad = QuestionFactory(case__seller=blume)
    good = many_questions(longmen, 3, asked_at=timezone.now())
    travel(hours=24)
    with caplog.at_level(logging.CRITICAL, logger="csba.sweep"):
        assert tasks.lapse_overdue_questions() == 3
    assert statuses() == ["OPEN", "LAPSED", "LAPSED", "LAPSED"]
    assert OutgoingMail.objects.count() == Line.objects.count() == len(good)
    assert Heartbeat.objects.get(name="caselog.lapse_overdue").failed == 1
    Seller.objects.filter(pk=blume.pk).update(time_zone="Europe/Berlin")
    assert tasks.lapse_overdue_questions() == 1
    assert Question.objects.get(pk=bad.pk).status == "LAPSED"


def test_two_questions_of_one_seller_are_two_letters(
    question: Question, ask: Any, longmen: Any, travel: Any, letters: Any
) -> None:
    other = ask(case=cases.open_case(longmen, kind="INQUIRY", subject="Another"))
    travel(hours=24)
    assert tasks.lapse_overdue_questions() == 2
    keys = OutgoingMail.objects.filter(template="caselog/mail/question_lapsed")
    assert set(keys.values_list("key", flat=True)) == {
        f"question:{question.pk}:lapsed",
        f"question:{other.pk}:lapsed",
    }


@pytest.mark.parametrize("task", [tasks.lapse_overdue_questions, tasks.remind_sellers])
def test_both_sweeps_are_on_the_schedule(task: Any) -> None:
    assert task.name in schedule.PERIODS
