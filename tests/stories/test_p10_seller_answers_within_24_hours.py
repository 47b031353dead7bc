"""P10 in the Case Log: the seller answers within 24 hours, weekends and holidays included; else the
desk uses its judgment. Told with Longmen, a seller in Shenzhen, seven hours ahead of Berlin.
"""

from typing import Any

import pytest
from django.utils import timezone

from caselog import tasks
from caselog.models import Case, Entry, Question
from caselog.operations import cases, questions

pytestmark = pytest.mark.django_db

LONGMEN = "service@longmen.test"


@pytest.fixture
def case(travel: Any, longmen: Any) -> Case:
    return cases.open_case(longmen, kind="INQUIRY", subject="Product question", topic="PRODUCT")


def beat() -> None:
    """What the clock does, several times a minute."""
    tasks.remind_sellers()
    tasks.lapse_overdue_questions()


def now(case: Case) -> Question:
    return Question.objects.get(case=case)


def test_a_seller_who_answers_in_time_is_heard_and_hears_nothing_more(
    case: Case, agent: Any, longmen: Any, travel: Any, letters: Any
) -> None:
    travel.to("2026-11-03T16:00+01:00")
    questions.ask(case, body="Which part number has the seal?", by=agent)
    assert letters.to(LONGMEN) == ["question_asked"]
    for _ in range(13):
        travel(hours=1)
        beat()
    assert letters.to(LONGMEN) == ["question_asked", "reminder"]
    travel(hours=3)
    answer = questions.reply(
        case, body="4711", by=longmen.memberships.get().user, via=Entry.Via.PORTAL
    )
    assert (now(case).status, now(case).answer) == ("ANSWERED", answer)
    for _ in range(48):
        travel(hours=1)
        beat()
    assert letters.to(LONGMEN) == ["question_asked", "reminder"]
    assert now(case).status == "ANSWERED"


def test_a_seller_who_is_silent_over_a_weekend_has_no_hour_more(
    case: Case, agent: Any, travel: Any, letters: Any
) -> None:
    travel.to("2026-11-06T17:30+01:00")
    questions.ask(case, body="Is the lamp dimmable?", by=agent)
    travel.to("2026-11-07T05:30+01:00")
    beat()
    travel.to("2026-11-07T15:30+01:00")
    beat()
    assert letters.to(LONGMEN) == ["question_asked", "reminder", "reminder"]
    travel.to("2026-11-07T17:29:59+01:00")
    beat()
    assert now(case).status == "OPEN"
    assert Question.objects.running(timezone.now()).exists()
    travel.to("2026-11-07T17:30+01:00")
    assert not Question.objects.running(timezone.now()).exists()
    beat()
    assert (now(case).status, now(case).settled_at) == ("LAPSED", timezone.now())
    assert letters.to(LONGMEN)[-1] == "question_lapsed"


def test_the_night_of_the_clock_change_gives_no_25th_hour(
    case: Case, agent: Any, travel: Any, letters: Any
) -> None:
    travel.to("2026-10-24T17:30+02:00")
    questions.ask(case, body="Is the lamp dimmable?", by=agent)
    told = letters.last(LONGMEN).text
    assert "2026年10月25日 23:30 (Asia/Shanghai, UTC+08:00)" in told
    assert "2026年10月25日 16:30 (Europe/Berlin, UTC+01:00)" in told
    travel.to("2026-10-25T16:29:59+01:00")
    beat()
    assert now(case).status == "OPEN"
    travel.to("2026-10-25T16:30+01:00")
    beat()
    assert now(case).status == "LAPSED"


def test_a_late_answer_is_kept_as_late_and_turns_nothing_back(
    case: Case, agent: Any, longmen: Any, travel: Any, letters: Any
) -> None:
    travel.to("2026-12-24T18:00+01:00")
    questions.ask(case, body="Is the lamp dimmable?", by=agent)
    travel.to("2026-12-25T18:00+01:00")
    beat()
    assert now(case).status == "LAPSED"
    travel(hours=3)
    late = questions.reply(case, body="No, sorry.", by=None, via=Entry.Via.MAIL, sender=LONGMEN)
    assert late.late
    assert (now(case).status, now(case).answer) == ("LAPSED", None)
    assert list(case.entries.values_list("author", "late")) == [("DESK", False), ("SELLER", True)]
    assert letters.to(LONGMEN) == ["question_asked", "question_lapsed"]


def test_a_seller_who_does_not_know_leaves_it_to_the_desk_and_nobody_waits(
    case: Case, agent: Any, longmen: Any, travel: Any, letters: Any
) -> None:
    questions.ask(case, body="Is the lamp dimmable?", by=agent)
    travel(minutes=20)
    questions.waive(case, by=longmen.memberships.get().user)
    assert not Question.objects.running(timezone.now()).exists()
    travel(days=2)
    beat()
    assert now(case).status == "WAIVED"
    assert letters.to(LONGMEN) == ["question_asked"]
