"""24 elapsed hours, the reminders, and what is late."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from caselog.models import Question
from caselog.rules import deadlines

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(hours=24)
H12, H2 = timedelta(hours=12), timedelta(hours=2)


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-04T10:00+01:00", "2026-11-05T10:00+01:00"),
        # Friday to Saturday, and through Christmas: no hour is left out.
        ("2026-11-06T17:30+01:00", "2026-11-07T17:30+01:00"),
        ("2026-12-24T18:00+01:00", "2026-12-25T18:00+01:00"),
        # The day of 25 October 2026 has 25 hours, that of 29 March 2026 has 23.
        ("2026-10-24T17:30+02:00", "2026-10-25T16:30+01:00"),
        ("2026-03-28T17:30+01:00", "2026-03-29T18:30+02:00"),
        # Both half past twos of that night.
        ("2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00"),
        ("2026-10-25T02:30+01:00", "2026-10-26T02:30+01:00"),
        ("2026-12-31T23:59:59.999999+00:00", "2027-01-01T23:59:59.999999+00:00"),
    ],
)
def test_the_answer_is_due_after_24_elapsed_hours(asked: str, due: str) -> None:
    expected = datetime.fromisoformat(due)
    for zone in (UTC, BERLIN, ZoneInfo("Asia/Shanghai")):
        moment = datetime.fromisoformat(asked).astimezone(zone)
        assert deadlines.due(moment, DAY) == expected


@pytest.mark.parametrize(
    ("left", "this", "following"),
    [
        (DAY, None, H12),
        (H12 + timedelta(seconds=1), None, H12),
        (H12, H12, H2),
        (timedelta(hours=3), H12, H2),
        (H2, H2, None),
        (timedelta(minutes=1), H2, None),
    ],
)
def test_of_several_reminders_only_the_latest_is_sent_and_then_the_next_awaited(
    left: timedelta, this: timedelta | None, following: timedelta | None
) -> None:
    assert deadlines.this_reminder(left, [H12, H2]) == this
    assert deadlines.next_reminder(left, [H2, H12]) == following


def test_without_reminders_in_the_rulebook_nobody_is_reminded() -> None:
    assert deadlines.next_reminder(DAY, []) is None
    assert deadlines.this_reminder(H2, []) is None


DUE = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
JUST_BEFORE, AFTER = DUE - timedelta(microseconds=1), DUE + timedelta(days=3)


@pytest.mark.parametrize(
    ("status", "at", "late"),
    [
        ("OPEN", JUST_BEFORE, False),
        ("OPEN", DUE, True),
        ("OPEN", AFTER, True),
        ("LAPSED", DUE, True),
        ("LAPSED", AFTER, True),
        ("WAIVED", JUST_BEFORE, True),
        ("ANSWERED", JUST_BEFORE, False),
        ("ANSWERED", AFTER, False),
        ("WITHDRAWN", AFTER, False),
    ],
)
def test_an_answer_is_late_from_the_minute_it_is_due_and_after_the_decision_was_left_to_us(
    status: str, at: datetime, late: bool
) -> None:
    question = Question(status=status, reply_due_at=DUE)
    assert deadlines.is_late(question, at) is late


def test_without_a_question_nothing_is_late() -> None:
    assert deadlines.is_late(None, AFTER) is False


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(hours=11, minutes=59, seconds=20), timedelta(hours=12)),
        (timedelta(hours=12), timedelta(hours=12)),
        (timedelta(hours=1, minutes=56), timedelta(hours=1, minutes=55)),
        (timedelta(minutes=5), timedelta(minutes=5)),
        (timedelta(minutes=3, seconds=40), timedelta(minutes=4)),
        (timedelta(seconds=4), timedelta(minutes=1)),
    ],
)
def test_the_time_left_is_said_as_people_say_it(left: timedelta, said: timedelta) -> None:
    assert deadlines.rounded(left) == said


def test_a_moment_is_told_with_zone_and_offset_because_some_come_twice() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    with translation.override("de"):
        told = [deadlines.in_zone(first + n * timedelta(hours=1), "Europe/Berlin") for n in (0, 1)]
    assert told == [
        "25. Oktober 2026 02:30 (Europe/Berlin, UTC+02:00)",
        "25. Oktober 2026 02:30 (Europe/Berlin, UTC+01:00)",
    ]
    with translation.override("zh-hans"):
        shanghai = deadlines.in_zone(first, "Asia/Shanghai")
    assert shanghai == "2026年10月25日 08:30 (Asia/Shanghai, UTC+08:00)"
