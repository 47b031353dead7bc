"""When a seller's answer is due, when they are reminded, and whether an answer is late (P10).

Hours are elapsed hours: weekends and holidays count, and a day with a clock change still has
24 of them for this purpose (rulings 5).
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import formats, translation

from caselog.models import Question

STEP = timedelta(minutes=5)


def due(asked_at: datetime, promise: timedelta) -> datetime:
    """By when the seller may answer a question of `asked_at`; counted in UTC."""
    return asked_at.astimezone(UTC) + promise


def next_reminder(left: timedelta, reminders: Iterable[timedelta]) -> timedelta | None:
    """Which reminder comes next when so much time is left; None when there is none to come.

    Reminders are named by the time they leave.
    """
    return max((reminder for reminder in reminders if reminder < left), default=None)


def this_reminder(left: timedelta, reminders: Iterable[timedelta]) -> timedelta | None:
    """Which reminder is to be sent when so much time is left: of several missed ones the latest."""
    return min((reminder for reminder in reminders if reminder >= left), default=None)


def is_late(question: Question | None, at: datetime) -> bool:
    """Does an answer at `at` to the newest question of a case come too late to count?

    True from the minute it is due, whether or not a sweep has run, and after «decide for me».
    """
    if question is None:
        return False
    if question.status == Question.Status.OPEN:
        return not question.waits(at)
    return question.status in {Question.Status.LAPSED, Question.Status.WAIVED}


def rounded(left: timedelta) -> timedelta:
    """The time left as people say it: to five minutes, so that a reminder that leaves half a minute
    after its moment still says 12 hours; the last five minutes to the minute.
    """
    step = STEP if left > STEP else timedelta(minutes=1)
    return max(round(left / step) * step, timedelta(minutes=1))


def in_zone(moment: datetime, zone: str, language: str | None = None) -> str:
    """The moment in words of `language` (the active one), with its zone and offset: 02:30 comes
    twice in the night of a clock change.
    """
    return _in_zone(moment, zone, language or translation.get_language() or "de")


@lru_cache(maxsize=1024)
def _in_zone(moment: datetime, zone: str, language: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    offset = local.strftime("%z")
    with translation.override(language):
        words = formats.date_format(local, "DATETIME_FORMAT")
    return f"{words} ({zone}, UTC{offset[:3]}:{offset[3:]})"
