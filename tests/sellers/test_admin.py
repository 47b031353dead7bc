"""Sellers on the desk: lists that do not grow in statements, and nothing that can be typed over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sellers.models import Invitation, Service
from tests.factories.sellers import (
    EnrolmentFactory,
    MembershipFactory,
    OrderFactory,
    ParcelFactory,
    ProductFactory,
    SellerFactory,
    SuspensionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    """A browser of somebody with every permission: what they cannot do, nobody can."""
    browser = Client()
    browser.force_login(UserFactory(is_staff=True, is_superuser=True, language="en"))
    return browser


def invitation() -> Invitation:
    seller = SellerFactory()
    return Invitation.objects.create(
        service=Service.objects.get(),
        seller=seller,
        email=seller.default_email,
        secret_hash=seller.merchant_id,
        invited_at=timezone.now(),
        invited_by=UserFactory(),
        expires_at=timezone.now() + timedelta(days=30),
    )


MAKERS: dict[str, Callable[[], Any]] = {
    "seller": SellerFactory,
    "invitation": invitation,
    "enrolment": EnrolmentFactory,
    "order": OrderFactory,
    "product": ProductFactory,
}


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_statements_of_a_list_are_the_same_for_1_and_20_rows(name: str, desk: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert desk.get(reverse(f"admin:sellers_{name}_changelist")).status_code == 200
        return len(found)

    MAKERS[name]()
    count()
    few = count()
    for _each in range(19):
        MAKERS[name]()
    assert count() == few


@pytest.mark.parametrize("name", [*sorted(MAKERS), "service", "plan", "terms"])
def test_nothing_is_added_changed_or_deleted_by_hand(name: str, desk: Client) -> None:
    row = (
        MAKERS[name]()
        if name in MAKERS
        else Service._meta.apps.get_model("sellers", name).objects.first()
    )
    assert row is not None
    pk = row.pk
    assert desk.get(reverse(f"admin:sellers_{name}_add")).status_code == 403
    page = reverse(f"admin:sellers_{name}_change", args=[pk])
    assert desk.get(page).status_code == 200
    assert desk.post(page, {"status": "ENDED"}).status_code == 403
    assert (
        desk.post(reverse(f"admin:sellers_{name}_delete", args=[pk]), {"post": "yes"}).status_code
        == 403
    )


def test_an_order_shows_its_lines_and_parcels_and_a_stint_its_suspensions(desk: Client) -> None:
    parcel = ParcelFactory(tracking_number="00340434000000000042")
    page = desk.get(reverse("admin:sellers_order_change", args=[parcel.order.pk])).content.decode()
    assert "00340434000000000042" in page
    assert parcel.order.lines.get().asin in page
    pause = SuspensionFactory(from_at=timezone.now())
    page = desk.get(
        reverse("admin:sellers_enrolment_change", args=[pause.enrolment.pk])
    ).content.decode()
    assert "account not in good standing" in page


def test_a_seller_shows_its_people(desk: Client) -> None:
    member = MembershipFactory()
    page = desk.get(
        reverse("admin:sellers_seller_change", args=[member.seller.pk])
    ).content.decode()
    assert str(member.user) in page


def test_the_hash_of_an_invitation_is_not_shown(desk: Client) -> None:
    found = invitation()
    Invitation.objects.filter(pk=found.pk).update(secret_hash="f00d" * 16)
    page = desk.get(reverse("admin:sellers_invitation_change", args=[found.pk])).content
    assert b"f00d" not in page
