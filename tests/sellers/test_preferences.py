"""Preferences: each person chooses their digest; letters with deadlines cannot be switched off."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from csba.journal import read as journal
from sellers.models import DigestChoice, Seller
from sellers.operations import preferences
from sellers.rules import digest_times
from tests.conftest import Travel
from tests.factories.sellers import MembershipFactory
from tests.sellers.acting import text_of

pytestmark = pytest.mark.django_db

PAGE = "/portal/preferences/"


@pytest.fixture
def anna(blume: Seller, travel: Travel) -> Client:
    """Blume's owner, reading English."""
    person = blume.memberships.get().user
    person.language = "en"
    person.save(update_fields=["language"])
    browser = Client()
    browser.force_login(person)
    return browser


NEXT = [
    # rhythm, zone, asked at, the next digest
    ("DAILY", "Europe/Berlin", "2026-11-04T05:59:59Z", "2026-11-04T06:00:00Z"),
    ("DAILY", "Europe/Berlin", "2026-11-04T06:00:00Z", "2026-11-05T06:00:00Z"),
    ("DAILY", "Asia/Shanghai", "2026-11-04T09:00:00Z", "2026-11-04T23:00:00Z"),
    # The night in which summer ends: 7 o'clock stays 7 o'clock.
    ("DAILY", "Europe/Berlin", "2026-10-24T05:00:00Z", "2026-10-25T06:00:00Z"),
    ("WEEKLY", "Europe/Berlin", "2026-11-04T09:00:00Z", "2026-11-09T06:00:00Z"),
    # Monday in Shanghai begins on Sunday in Greenwich.
    ("WEEKLY", "Asia/Shanghai", "2026-11-08T22:59:00Z", "2026-11-08T23:00:00Z"),
    ("DAILY", "Nowhere/Atlantis", "2026-11-04T09:00:00Z", "2026-11-05T06:00:00Z"),
    ("OFF", "Europe/Berlin", "2026-11-04T09:00:00Z", None),
]


@pytest.mark.parametrize(("rhythm", "zone", "at", "due"), NEXT)
def test_a_digest_comes_at_seven_of_the_readers_own_day(
    rhythm: str, zone: str, at: str, due: str | None
) -> None:
    found = digest_times.next_due(rhythm, zone=zone, hour=7, at=datetime.fromisoformat(at))
    assert found == (datetime.fromisoformat(due) if due else None)


def test_nobody_has_a_digest_before_they_choose_one(anna: Client) -> None:
    page = anna.get(PAGE)
    assert re.search(rb'value="OFF"[^>]* checked', page.content)
    assert not DigestChoice.objects.exists()


def test_a_choice_is_kept_with_the_next_moment_and_said(anna: Client, blume: Seller) -> None:
    assert anna.post(PAGE, {"rhythm": "DAILY"}).headers["Location"] == PAGE
    said = text_of(anna.get(PAGE))
    assert "Your choice is saved." in said
    assert "The next one: 5 November 2026" in said
    found = DigestChoice.objects.get()
    assert (found.membership, found.rhythm) == (blume.memberships.get(), "DAILY")
    assert [line.verb for line in journal.of(blume)] == ["digest_chosen"]


def test_the_same_choice_again_changes_nothing(anna: Client, blume: Seller, travel: Travel) -> None:
    anna.post(PAGE, {"rhythm": "WEEKLY"})
    before = DigestChoice.objects.values().get()
    travel(days=1)
    anna.post(PAGE, {"rhythm": "WEEKLY"})
    assert DigestChoice.objects.values().get() == before
    assert len(journal.of(blume)) == 1


def test_off_is_off_and_on_again_tells_nothing_from_before(
    anna: Client, blume: Seller, travel: Travel
) -> None:
    anna.post(PAGE, {"rhythm": "DAILY"})
    found = DigestChoice.objects.get()
    anna.post(PAGE, {"rhythm": "OFF"})
    found.refresh_from_db()
    assert (found.rhythm, found.next_due_at, found.told_until) == ("OFF", None, None)
    travel(days=30)
    anna.post(PAGE, {"rhythm": "DAILY"})
    found.refresh_from_db()
    assert found.told_until == timezone.now()


@pytest.mark.parametrize("typed", [{}, {"rhythm": ""}, {"rhythm": "HOURLY"}])
def test_what_is_no_choice_is_refused_with_a_sentence(anna: Client, typed: dict[str, str]) -> None:
    answer = anna.post(PAGE, typed)
    assert answer.status_code == 422
    assert "Please choose one of the three." in text_of(answer)
    assert not DigestChoice.objects.exists()


def test_a_reader_chooses_too_and_each_person_for_themselves(
    anna: Client, blume: Seller, travel: Travel
) -> None:
    reader = MembershipFactory(seller=blume, role="READER")
    browser = Client()
    browser.force_login(reader.user)
    assert browser.post(PAGE, {"rhythm": "WEEKLY"}).status_code == 302
    anna.post(PAGE, {"rhythm": "DAILY"})
    rows = DigestChoice.objects.values_list("membership__role", "rhythm")
    assert set(rows) == {("READER", "WEEKLY"), ("OWNER", "DAILY")}


def test_deadlines_cannot_be_switched_off_and_the_page_says_so(anna: Client) -> None:
    page: Any = anna.get(PAGE)
    said = text_of(page)
    assert "They cannot be switched off" in said
    assert "service@blume.test" in said
    assert page.content.count(b'type="radio"') == 3


def test_who_is_removed_from_the_seller_has_no_digest_any_more(blume: Seller) -> None:
    membership = blume.memberships.get()
    preferences.choose_digest(membership, rhythm="DAILY")
    membership.delete()
    assert not DigestChoice.objects.exists()
