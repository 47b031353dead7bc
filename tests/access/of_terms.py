"""One row of each kind that the pages about terms and people show, and their numbers."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from sellers.models import Invitation, Seller, Terms
from sellers.operations import enrolment
from tests.factories.sellers import MembershipFactory


def made(seller: Seller) -> dict[str, list[Any]]:
    """Arguments of the addresses, by what the page is about: `terms` (a version in force),
    `person` (an operator of the seller), `colleague` (an open invitation by the seller's owner).
    """
    at = timezone.now()
    member = MembershipFactory(seller=seller, role="OPERATOR")
    owner = seller.memberships.filter(role="OWNER").order_by("pk").first()
    assert owner is not None
    invitation = Invitation.objects.create(
        service=enrolment.csba(),
        seller=seller,
        email="colleague@sellers.test",
        role="READER",
        secret_hash="of-terms-colleague",
        invited_at=at,
        invited_by=owner.user,
        expires_at=at + timedelta(days=14),
    )
    return {
        "terms": [Terms.objects.filter(kind=Terms.Kind.CONDITIONS).earliest("valid_from").pk],
        "person": [member.pk],
        "colleague": [invitation.pk],
    }
