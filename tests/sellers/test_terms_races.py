"""Agreeing, missing the date, opting out and activating at the same moment: one truth is left."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from csba.accounts.models import User
from csba.errors import DomainError
from sellers.models import Enrolment, Seller, Suspension, Terms, TermsRequest
from sellers.operations import enrolment, terms
from tests.factories.sellers import EnrolmentFactory, MembershipFactory, SellerFactory
from tests.sellers.new_terms import agreed_to_all, new_version
from tests.together import THREADS, all_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def seller() -> Iterator[Seller]:
    """Active, asked for a new version whose date is over this very moment."""
    found: Seller = SellerFactory(default_email="races@sellers.test")
    MembershipFactory(seller=found)
    EnrolmentFactory(seller=found)
    at = timezone.now()
    agreed_to_all(found, at)
    terms.ask_active(at)
    new_version(enrolment.csba(), valid_from=at)
    terms.ask_active(timezone.now())
    TermsRequest.objects.update(agree_by=timezone.now())
    with translation.override("en"):
        yield found


def person(seller: Seller) -> User:
    return seller.memberships.get().user


def test_agreeing_while_the_date_is_missed_always_leaves_the_seller_covered(
    seller: Seller,
) -> None:
    by, version = person(seller), Terms.objects.get(version="2026-11")

    def act(n: int) -> object:
        if n % 2:
            return terms.suspend_overdue(timezone.now())
        return terms.accept(seller, terms_ids=[version.pk], by=by)

    found = all_at_once(act)
    assert not [one for one in found if isinstance(one, DomainError)]
    assert sum(len(one) for one in found if isinstance(one, list)) == 1
    assert TermsRequest.objects.get().status == "AGREED"
    assert not Suspension.objects.filter(until_at__isnull=True).exists()
    assert Suspension.objects.count() <= 1


def test_opting_out_while_the_date_is_missed_leaves_nothing_open(seller: Seller) -> None:
    by = person(seller)
    all_at_once(
        lambda n: (
            terms.suspend_overdue(timezone.now()) if n % 2 else enrolment.opt_out(seller, by=by)
        )
    )
    assert Enrolment.objects.get().status == "ENDED"
    assert not Suspension.objects.filter(until_at__isnull=True).exists()


def test_activating_while_the_date_is_missed_never_forgets_the_suspension(
    seller: Seller,
) -> None:
    at = timezone.now()
    others = SellerFactory.create_batch(10)
    for other in others:
        EnrolmentFactory(seller=other, status="PENDING", opted_in_at=at)
    version = Terms.objects.get(version="2026-11")
    TermsRequest.objects.bulk_create(
        TermsRequest(terms=version, seller=other, asked_at=at, agree_by=at) for other in others
    )
    all_at_once(
        lambda n: (
            terms.suspend_overdue(timezone.now())
            if n % 2
            else enrolment.activate_due(timezone.now())
        )
    )
    enrolment.activate_due(timezone.now())
    for stint in Enrolment.objects.filter(seller__in=others):
        assert stint.status == "ACTIVE"
        assert [one.reason for one in stint.suspensions.filter(until_at__isnull=True)] == ["TERMS"]


def test_twenty_workers_ask_a_seller_once(seller: Seller) -> None:
    version = new_version(
        enrolment.csba(), version="2026-12", valid_from=timezone.now() - timedelta(microseconds=1)
    )
    found = all_at_once(lambda n: terms.ask_active(timezone.now()))
    assert sum(found) == 1
    assert len(found) == THREADS
    assert version.requests.count() == 1


def test_two_admins_publish_the_same_version_once(seller: Seller) -> None:
    by, text = person(seller), {"de": "a", "zh-hans": "a", "en": "a"}

    def act(n: int) -> Terms:
        with translation.override("en"):
            return terms.publish(
                enrolment.csba(),
                kind="CONDITIONS",
                version="2027-09",
                bodies=text,
                summaries=text,
                by=by,
            )

    found = all_at_once(act)
    assert len([one for one in found if isinstance(one, Terms)]) == 1
    refused = {str(one) for one in found if isinstance(one, DomainError)}
    assert refused == {
        "Terms & Conditions: version 2027-09 is there already. Please give it another name."
    }
