"""How fast opting in becomes active: what waits, what was measured, the alarm (P18)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from csba.accounts.models import User
from sellers import metrics
from sellers.desk.activation import spelled
from sellers.models import Enrolment
from tests.conftest import START, Travel
from tests.factories.sellers import EnrolmentFactory, SellerFactory
from tests.sellers.letting_in import at_desk, words_of

pytestmark = pytest.mark.django_db

URL = "/desk/activation/"


@pytest.fixture
def desk(policy_admin: User, travel: Travel) -> Client:
    return at_desk(policy_admin)


def pending(minutes: float, name: str) -> Enrolment:
    """An opt-in that has waited so long at START."""
    made: Enrolment = EnrolmentFactory(
        seller=SellerFactory(name=name),
        status="PENDING",
        opted_in_at=START - timedelta(minutes=minutes),
    )
    return made


def activated(waited: timedelta, *, days_ago: float = 1) -> Enrolment:
    """A stint that became active after so long."""
    at = START - timedelta(days=days_ago)
    made: Enrolment = EnrolmentFactory(opted_in_at=at - waited, active_from=at)
    return made


def test_what_waits_longest_stands_first_with_its_alarm_and_its_promise(desk: Client) -> None:
    pending(2, "Frisch GmbH")
    pending(70, "Vergessen GmbH")
    pending(46, "Langsam GmbH")
    page = desk.get(URL)
    text = words_of(page)
    assert text.index("Vergessen") < text.index("Langsam") < text.index("Frisch")
    assert "2 opt-ins wait for more than 45 minutes" in text
    assert "waits for 1 hour 10 minutes" in text
    assert "waits for 2 minutes" in text
    assert text.count("Alarm ") == 2
    assert text.count("was promised for") == 1
    rail = page.content.decode()
    assert '<span>Activation</span><span class="count loud">2</span>' in rail


def test_without_an_alarm_the_rail_is_quiet(desk: Client) -> None:
    pending(44, "Frisch GmbH")
    page = desk.get(URL)
    assert "<span>Activation</span></a>" in page.content.decode()
    assert "wait for more than" not in words_of(page)


def test_median_ninety_fifth_and_share_are_measured_from_click_to_first_second() -> None:
    for seconds in (10, 20, 30, 40):
        activated(timedelta(seconds=seconds))
    activated(timedelta(minutes=90), days_ago=6.9)
    activated(timedelta(minutes=5), days_ago=8)
    week = metrics.activation_speed(START, days=7)
    assert (week.count, week.in_time, week.share_in_time) == (5, 4, 0.8)
    assert week.median == timedelta(seconds=30)
    assert week.p95 == timedelta(seconds=40) + 0.8 * (timedelta(minutes=90) - timedelta(seconds=40))
    assert week.slowest == timedelta(minutes=90)
    assert metrics.activation_speed(START, days=30).count == 6


def test_the_page_says_the_speed_in_words(desk: Client) -> None:
    for seconds in (12, 12, 12, 600):
        activated(timedelta(seconds=seconds))
    text = words_of(desk.get(URL))
    assert "Last 7 days Activated 4 Half within 12 seconds" in text
    assert "Slowest 10 minutes By the promised time 100.0 %" in text


def test_nothing_measured_and_nobody_waiting_is_said_plainly(desk: Client) -> None:
    text = words_of(desk.get(URL))
    assert "Activated 0 Half within –" in text
    assert "Nobody waits" in text


def test_one_late_among_thousands_is_never_rounded_to_all() -> None:
    speed = metrics.Speed(10_000, None, None, None, 9_999)
    assert speed.share_in_time is not None
    assert speed.share_in_time < 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 seconds"),
        (1, "1 second"),
        (59.4, "59 seconds"),
        (59.6, "1 minute"),
        (90, "2 minutes"),
        (3600, "1 hour"),
        (3900, "1 hour 5 minutes"),
        (7200, "2 hours"),
    ],
)
def test_a_span_is_spelled_as_exactly_as_a_person_wants_it(seconds: float, words: str) -> None:
    assert spelled(timedelta(seconds=seconds)) == words


def test_monitoring_reads_the_oldest_alarm_and_since_when() -> None:
    pending(44, "Frisch GmbH")
    assert metrics.oldest_alarm(START) == ("activation_alarm", None)
    pending(50, "Langsam GmbH")
    assert metrics.oldest_alarm(START) == ("activation_alarm", START - timedelta(minutes=5))


@pytest.mark.parametrize("count", [1, 50])
def test_the_page_costs_the_same_for_one_row_and_for_fifty(
    desk: Client, django_assert_max_num_queries: Any, count: int
) -> None:
    for number in range(count):
        pending(number, f"Nr {number}")
    desk.get(URL)
    with django_assert_max_num_queries(9):
        page = desk.get(URL)
    assert page.content.decode().count("<strong>Nr") == count
