"""Twenty at once: never two running stints, no overlap, a clear sentence for every loser."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone, translation

from csba.accounts.models import User
from csba.errors import DomainError
from sellers.models import Enrolment, Invitation, Membership, Seller
from sellers.operations import enrolment, invitations, standing, terms
from tests.conftest import Letters
from tests.factories.sellers import EnrolmentFactory, MembershipFactory, SellerFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

THREADS = 20


def at_once(acts: Sequence[Callable[[], Any]]) -> tuple[list[Any], list[DomainError]]:
    """All acts start together, each on its own connection; results and refusals, nothing else."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            with translation.override("en"):
                barrier.wait(timeout=20)
                return act()
        except DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        found = list(pool.map(run, acts))
    refused = [result for result in found if isinstance(result, DomainError)]
    return [result for result in found if not isinstance(result, DomainError)], refused


@pytest.fixture
def seller() -> Seller:
    """Let in by an earlier stint, both documents agreed to, not signed up at the moment."""
    found: Seller = SellerFactory(default_email="races@sellers.test")
    MembershipFactory(seller=found)
    began = timezone.now() - timedelta(days=9)
    EnrolmentFactory(
        seller=found,
        status="ENDED",
        opted_in_at=began,
        active_from=began,
        ended_at=began + timedelta(days=1),
    )
    in_force = terms.current(enrolment.csba(), timezone.now())
    terms.accept(found, terms_ids=[document.pk for document in in_force], by=person(found))
    return found


def person(seller: Seller) -> User:
    return seller.memberships.get().user


def assert_lawful(seller: Seller) -> None:
    """At most one running stint; those that were active follow each other without overlap."""
    stints = list(Enrolment.objects.filter(seller=seller))
    assert sum(stint.status != "ENDED" for stint in stints) <= 1
    spans = sorted((s.active_from, s.ended_at) for s in stints if s.active_from)
    for (_began, ended), (later, _end) in pairwise(spans):
        assert ended is not None
        assert ended <= later


def test_twenty_clicks_on_opt_in_make_one_stint(seller: Seller) -> None:
    by = person(seller)
    found, refused = at_once([lambda: enrolment.opt_in(seller, by=by)] * THREADS)
    assert refused == []
    assert len({stint.pk for stint in found}) == 1
    assert Enrolment.objects.filter(seller=seller).count() == 2


def test_twenty_clicks_on_opt_out_end_the_stint_once(seller: Seller, letters: Letters) -> None:
    by = person(seller)
    enrolment.opt_in(seller, by=by)
    enrolment.activate_due(timezone.now())
    found, refused = at_once([lambda: enrolment.opt_out(seller, by=by)] * THREADS)
    assert len(found) == 1
    assert {str(refusal) for refusal in refused} == {
        "You have already opted out of CSBA. Existing orders stay with the service."
    }
    assert letters.to(seller.default_email) == ["opted_in", "service_active", "opted_out"]
    assert_lawful(seller)


def test_opting_in_and_out_at_the_same_time_leaves_one_truth(seller: Seller) -> None:
    by = person(seller)
    acts: list[Callable[[], Any]] = []
    for number in range(THREADS):
        if number % 4 == 3:
            acts.append(lambda: enrolment.activate_due(timezone.now()))
        elif number % 2:
            acts.append(lambda: enrolment.opt_out(seller, by=by))
        else:
            acts.append(lambda: enrolment.opt_in(seller, by=by))
    for _round in range(3):
        _found, refused = at_once(acts)
        assert_lawful(seller)
        assert all(str(refusal).endswith(".") for refusal in refused)


def test_opting_out_while_being_activated_always_ends(seller: Seller, letters: Letters) -> None:
    by = person(seller)
    for _round in range(4):
        enrolment.opt_in(seller, by=by)
        acts: list[Callable[[], Any]] = [lambda: enrolment.opt_out(seller, by=by)]
        acts += [lambda: enrolment.activate_due(timezone.now())] * 4
        _found, refused = at_once(acts)
        assert refused == []
        assert not Enrolment.objects.current().filter(seller=seller).exists()
        assert_lawful(seller)
    assert letters.to(seller.default_email).count("opted_out") == 4


def test_news_about_an_account_is_never_lost_between_click_and_activation() -> None:
    sellers = SellerFactory.create_batch(10)
    for found in sellers:
        EnrolmentFactory(seller=found, status="PENDING", opted_in_at=timezone.now())
    at = timezone.now()
    acts: list[Callable[[], Any]] = [
        partial(standing.record, found, standing="DEACTIVATED", as_of=at) for found in sellers
    ]
    acts += [lambda: enrolment.activate_due(timezone.now())] * 10
    at_once(acts)
    enrolment.activate_due(timezone.now())
    for stint in Enrolment.objects.all():
        assert stint.status == "ACTIVE"
        assert [pause.reason for pause in stint.suspensions.filter(until_at__isnull=True)] == [
            "STANDING"
        ]


def test_one_link_lets_one_person_in(seller: Seller) -> None:
    secret = "a-secret-of-the-test"
    Invitation.objects.create(
        service=enrolment.csba(),
        seller=seller,
        email="new@sellers.test",
        secret_hash=invitations._hash(secret),
        invited_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    people = UserFactory.create_batch(10)
    found, refused = at_once([partial(invitations.accept, secret, user=user) for user in people])
    assert len(found) == 1
    assert {refusal.code for refusal in refused} == {"invitation_used"}
    assert Membership.objects.filter(seller=seller, user__in=people).count() == 1
