"""What the clock does to questions, one or five hundred: journal, letters, live hints, the next
reminder.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case as Either
from django.db.models import F, When

from caselog import notifications
from caselog.models import Case, Question
from caselog.operations._thread import tell
from caselog.rules import deadlines
from csba import promises
from csba.errors import Conflict
from csba.journal import write as journal
from csba.moves import move

COLUMNS = ("case_id", "topic", "asked_at", "reply_due_at")
"""What of a question the clock needs beside its stamps."""

_NEEDED = (
    *("number", "subject", "topic", "last_seq"),
    *("seller__name", "seller__default_email", "seller__language", "seller__time_zone"),
)
"""What letters, journal and live hints need of a case and its seller."""


def lapse_if_overdue(question: Question | None, at: datetime) -> None:
    """What the next sweep would do is done now, so that status and truth are one."""
    if question is None or question.status != Question.Status.OPEN or question.waits(at):
        return
    try:
        move(question, Question.Status.LAPSED, settled_at=at, remind_due_at=None)
    except Conflict:
        # The sweep was first, and has told the seller.
        question.refresh_from_db(fields=["status", "settled_at", "remind_due_at"])
    else:
        lapsed([question], at)


def lapsed(questions: Sequence[Question], at: datetime) -> None:
    """What follows when these questions have just lapsed; three statements, however many."""
    _load_cases(questions)
    journal.write_many(
        journal.line(
            question.case,
            "question_lapsed",
            at=at,
            actor=journal.Actor.CLOCK,
            question=question.pk,
            asked_at=question.asked_at,
            reply_due_at=question.reply_due_at,
        )
        for question in questions
    )
    notifications.questions_lapsed(questions)
    tell(*(question.case for question in questions))


def next_reminder(at: datetime) -> Either:
    """The moment of a question's next reminder, or null, as the database works it out; by the
    reminders in force at `at`.
    """
    spans = promises.seller_reminders(at)
    due: Any = F("reply_due_at")
    # Longest first: the first that is shorter than the time left is the next one.
    return Either(*(When(reply_due_at__gt=at + span, then=due - span) for span in spans))


def reminded(questions: Sequence[Question], at: datetime) -> None:
    """What follows when it is time to remind of these questions, which carry the stamp of
    `next_reminder`; three statements.
    """
    _load_cases(questions)
    reminders: dict[int, timedelta] = {}
    for question in questions:
        left, spans = question.reply_due_at - at, promises.seller_reminders(question.asked_at)
        reminders[question.pk] = deadlines.this_reminder(left, spans) or left
    _keep_promised_reminders(questions, at)
    journal.write_many(
        journal.line(
            question.case,
            "seller_reminded",
            at=at,
            actor=journal.Actor.CLOCK,
            question=question.pk,
            reply_due_at=question.reply_due_at,
        )
        for question in questions
    )
    notifications.sellers_reminded(questions, reminders, at)


def _keep_promised_reminders(questions: Sequence[Question], at: datetime) -> None:
    """Who was asked under other reminders than those of today keeps the ones of that day; a
    statement for each different span, usually none.
    """
    coming: defaultdict[timedelta | None, list[int]] = defaultdict(list)
    for question in questions:
        left, spans = question.reply_due_at - at, promises.seller_reminders(question.asked_at)
        following = deadlines.next_reminder(left, spans)
        due = question.reply_due_at - following if following is not None else None
        if due != question.remind_due_at:
            coming[following].append(question.pk)
    for span, pks in coming.items():
        due_at = F("reply_due_at") - span if span is not None else None
        Question.objects.filter(pk__in=pks).update(remind_due_at=due_at)


def _load_cases(questions: Sequence[Question]) -> None:
    """Each question holds its case with the seller; one statement for all."""
    rows = Case.objects.select_related("seller").only(*_NEEDED)
    cases = rows.in_bulk({found.case_id for found in questions})
    for question in questions:
        question.case = cases[question.case_id]
