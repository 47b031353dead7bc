"""P18: once a seller opts in the service starts within an hour, at any hour, and it is measured."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from csba import schedule
from csba.accounts.models import User
from csba.journal import read as journal
from sellers import tasks
from sellers.models import Enrolment, Seller, Terms
from sellers.operations import invitations
from sellers.rules import coverage
from tests.conftest import Letters, Travel
from tests.factories.sellers import OrderFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def opt_in_by_hand(seller: Seller, policy_admin: User) -> Enrolment:
    """Invited, the seller clicks through the portal."""
    invitations.invite(seller, email=seller.default_email, by=policy_admin)
    browser = Client()
    browser.force_login(seller.memberships.get().user)
    documents = [str(pk) for pk in Terms.objects.values_list("pk", flat=True)]
    clicked = browser.post("/portal/services/csba/opt-in/", {"terms": documents, "agree": "on"})
    assert clicked.status_code == 302
    return Enrolment.objects.get(seller=seller)


def let_beat_tick() -> None:
    tasks.activate_due_enrolments()
    tasks.alarm_slow_activations()


@pytest.mark.parametrize(
    "clicked",
    [
        "2026-11-04T10:00:00+01:00",  # a Wednesday morning
        "2026-12-25T03:30:00+01:00",  # Christmas night
        "2026-11-08T23:59:50+01:00",  # Sunday, ten seconds before midnight
        "2026-10-25T02:30:00+02:00",  # the hour that comes twice
        "2027-03-28T01:59:59+01:00",  # the second before an hour is skipped
    ],
)
def test_active_with_the_next_tick_at_any_hour_of_the_year(
    clicked: str, longmen: Seller, policy_admin: User, travel: Travel, letters: Letters
) -> None:
    travel.to(clicked)
    stint = opt_in_by_hand(longmen, policy_admin)
    assert stint.active_due_at - stint.opted_in_at == HOUR
    travel(seconds=schedule.PERIODS["sellers.tasks.activate_due_enrolments"])
    let_beat_tick()
    stint.refresh_from_db()
    assert stint.active_from is not None
    assert stint.active_from - datetime.fromisoformat(clicked) == timedelta(seconds=15)
    assert letters.to(longmen.default_email) == ["invited", "opted_in", "service_active"]


def test_orders_between_click_and_activation_are_not_covered_and_the_first_second_is(
    blume: Seller, policy_admin: User, travel: Travel
) -> None:
    stint = opt_in_by_hand(blume, policy_admin)
    before = OrderFactory(seller=blume, placed_at=timezone.now() + timedelta(seconds=14))
    first = OrderFactory(seller=blume, placed_at=timezone.now() + timedelta(seconds=15))
    travel(seconds=15)
    let_beat_tick()
    stints = list(Enrolment.objects.filter(pk=stint.pk).prefetch_related("suspensions"))
    assert not coverage.of_line(before, before.lines.get(), stints).covered
    assert coverage.of_line(first, first.lines.get(), stints).covered


def test_a_worker_that_stood_still_heals_itself_and_the_desk_knew_before_the_hour_was_over(
    blume: Seller, policy_admin: User, travel: Travel, letters: Letters
) -> None:
    stint = opt_in_by_hand(blume, policy_admin)
    travel(minutes=46)
    tasks.alarm_slow_activations()
    assert journal.of(stint).last().verb == "activation_slow"  # type: ignore[union-attr]
    travel(minutes=5)
    let_beat_tick()
    stint.refresh_from_db()
    assert stint.active_from == stint.opted_in_at + timedelta(minutes=51)
    assert stint.active_from <= stint.active_due_at
    line = journal.of(stint).last()
    assert line is not None
    assert (line.verb, line.facts["waited_seconds"]) == ("activated", 51 * 60)
    assert letters.to(blume.default_email).count("service_active") == 1
