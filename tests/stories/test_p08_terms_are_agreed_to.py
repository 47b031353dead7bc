"""P8: terms are versions; who agreed to which, and when, is kept; a new one is asked for with a
date, and who lets the date pass is not covered until they agree (rulings 15).
"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from csba.accounts.models import User
from sellers import tasks
from sellers.models import Acceptance, Enrolment, Seller, Service, Terms
from sellers.operations import invitations, terms
from sellers.rules import coverage
from tests.conftest import START, Letters, Travel
from tests.factories.sellers import OrderFactory
from tests.sellers.acting import OPT_IN, text_of
from tests.sellers.new_terms import BODIES, SUMMARIES

pytestmark = pytest.mark.django_db

TERMS = "/portal/services/csba/terms/"


def covered(seller: Seller) -> bool:
    """Whether an order placed at this moment is covered."""
    order = OrderFactory(seller=seller, placed_at=timezone.now())
    stints = list(Enrolment.objects.filter(seller=seller).prefetch_related("suspensions"))
    return coverage.of_line(order, order.lines.get(), stints).covered


def beat() -> None:
    """What the clock does."""
    tasks.activate_due_enrolments()
    tasks.ask_for_new_terms()
    tasks.remind_of_terms()
    tasks.suspend_without_terms()


@pytest.fixture
def anna(blume: Seller) -> Client:
    browser = Client()
    browser.force_login(blume.memberships.get().user)
    return browser


@pytest.fixture
def active(blume: Seller, anna: Client, policy_admin: User, travel: Travel) -> Seller:
    """Blume has agreed to both documents and is active."""
    invitations.invite(blume, email=blume.default_email, by=policy_admin)
    anna.post(OPT_IN, agreed())
    travel(seconds=10)
    beat()
    return blume


def agreed(*documents: Terms) -> dict[str, Any]:
    """The form with the tick."""
    pks = [document.pk for document in documents] or Terms.objects.values_list("pk", flat=True)
    return {"terms": [str(pk) for pk in pks], "agree": "on"}


def published(service: Service, by: User) -> Terms:
    return terms.publish(
        service,
        kind="CONDITIONS",
        version="2026-11",
        bodies=BODIES,
        summaries=SUMMARIES,
        by=by,
    )


def test_who_agreed_to_which_version_and_when_is_kept(active: Seller, anna: Client) -> None:
    rows = Acceptance.objects.filter(seller=active).order_by("terms__kind")
    assert [row.terms.kind for row in rows] == ["CONDITIONS", "DATA_PROCESSING"]
    assert {(row.user.email, row.accepted_at) for row in rows} == {("anna@blume.test", START)}
    said = text_of(anna.get(TERMS))
    for row in rows:
        assert row.terms.version in said


def test_a_new_version_is_asked_for_and_agreed_to_in_time(
    active: Seller,
    anna: Client,
    service: Service,
    policy_admin: User,
    travel: Travel,
    letters: Letters,
) -> None:
    new = published(service, policy_admin)
    beat()
    assert letters.to(active.default_email)[-1] == "terms_asked"
    travel(days=23)
    beat()
    assert letters.to(active.default_email)[-1] == "terms_reminder"
    assert covered(active)
    assert anna.post(TERMS, agreed(new)).status_code == 302
    travel(days=30)
    beat()
    assert covered(active)
    assert letters.to(active.default_email)[-1] == "terms_reminder", "no more is said"
    assert Acceptance.objects.filter(terms=new, seller=active).count() == 1


def test_who_lets_the_date_pass_is_not_covered_until_they_agree(
    active: Seller,
    anna: Client,
    service: Service,
    policy_admin: User,
    travel: Travel,
    letters: Letters,
) -> None:
    new = published(service, policy_admin)
    beat()
    before = covered(active)
    travel(days=30)
    beat()
    assert letters.to(active.default_email)[-1] == "terms_missed"
    missed = covered(active)
    travel(days=1)
    assert anna.post(TERMS, agreed(new)).status_code == 302
    travel(seconds=1)
    assert [before, missed, covered(active)] == [True, False, True]
    stint = Enrolment.objects.get(seller=active)
    pause = stint.suspensions.get()
    assert (stint.status, pause.reason) == ("ACTIVE", "TERMS")
    assert pause.until_at is not None
    assert pause.until_at - pause.from_at == timedelta(days=1)
