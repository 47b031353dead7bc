"""P19: out at once for new orders, old ones stay, and registering again is possible."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from csba.accounts.models import User
from csba.journal import read as journal
from sellers import tasks
from sellers.models import Enrolment, Order, Seller, Terms
from sellers.operations import invitations
from sellers.rules import coverage, stints
from tests.conftest import Letters, Travel
from tests.factories.sellers import OrderFactory

pytestmark = pytest.mark.django_db

OPT_IN = "/portal/services/csba/opt-in/"
OPT_OUT = "/portal/services/csba/opt-out/"


def placed_now(seller: Seller) -> Order:
    order: Order = OrderFactory(seller=seller, placed_at=timezone.now())
    return order


def covered(order: Order) -> bool:
    rows = list(Enrolment.objects.filter(seller=order.seller).prefetch_related("suspensions"))
    return coverage.of_line(order, order.lines.get(), rows).covered


def test_a_seller_goes_and_comes_back(
    blume: Seller, policy_admin: User, travel: Travel, letters: Letters
) -> None:
    invitations.invite(blume, email=blume.default_email, by=policy_admin)
    anna = Client()
    anna.force_login(blume.memberships.get().user)
    agreement: dict[str, Any] = {
        "terms": [str(pk) for pk in Terms.objects.values_list("pk", flat=True)],
        "agree": "on",
    }

    before = placed_now(blume)
    anna.post(OPT_IN, agreement)
    travel(seconds=15)
    tasks.activate_due_enrolments()
    travel(days=10)
    during = placed_now(blume)

    travel(days=20)
    anna.post(OPT_OUT)
    after = placed_now(blume)
    assert [covered(order) for order in (before, during, after)] == [False, True, False]
    assert letters.to(blume.default_email)[-1] == "opted_out"
    assert "1 " in letters.last(blume.default_email).text

    travel(days=60)
    assert covered(during), "old orders stay, however long ago the seller left"
    gap = placed_now(blume)
    assert OPT_IN.encode() in anna.get("/portal/services/").content, "ready to opt in again"
    anna.post(OPT_IN, agreement)
    travel(seconds=15)
    tasks.activate_due_enrolments()
    again = placed_now(blume)
    assert [covered(order) for order in (before, during, after, gap, again)] == [
        False,
        True,
        False,
        False,
        True,
    ]

    rows = Enrolment.objects.filter(seller=blume).order_by("opted_in_at")
    first, second = rows.annotate(orders=stints.orders_served(timezone.now()))
    assert (first.status, second.status) == ("ENDED", "ACTIVE")
    assert (first.orders, second.orders) == (1, 1)
    assert second.active_from - first.ended_at == timedelta(days=60, seconds=15)  # type: ignore[operator]
    verbs = [[line.verb for line in journal.of(stint)] for stint in (first, second)]
    assert verbs == [["opted_in", "activated", "opted_out"], ["opted_in", "activated"]]


def test_opting_out_takes_effect_to_the_second(blume: Seller, served: Any, travel: Travel) -> None:
    served(blume)
    last = placed_now(blume)
    travel(seconds=1)
    anna = Client()
    anna.force_login(blume.memberships.get().user)
    anna.post(OPT_OUT)
    first_of_theirs = placed_now(blume)
    assert covered(last)
    assert not covered(first_of_theirs)
