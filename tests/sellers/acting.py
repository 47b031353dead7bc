"""What the tests of this folder do again and again: invite, agree, sign in, read a page."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from csba.accounts.models import User
from sellers.models import Invitation, Membership, Seller, Terms
from sellers.operations import enrolment, terms
from tests.factories.sellers import MembershipFactory

OPT_IN = "/portal/services/csba/opt-in/"
OPT_OUT = "/portal/services/csba/opt-out/"


def person(seller: Seller) -> User:
    """The one person of this seller."""
    return seller.memberships.get().user


def invite(seller: Seller) -> None:
    """The seller has an open invitation."""
    at = timezone.now()
    Invitation.objects.create(
        service=enrolment.csba(),
        seller=seller,
        email=seller.default_email,
        secret_hash=seller.merchant_id,
        invited_at=at,
        expires_at=at + timedelta(days=30),
    )


def may_opt_in(seller: Seller) -> Seller:
    """Invited, and both documents agreed to."""
    invite(seller)
    in_force = terms.current(enrolment.csba(), timezone.now())
    terms.accept(seller, terms_ids=[found.pk for found in in_force], by=person(seller))
    return seller


def agreed_form() -> dict[str, Any]:
    """What the browser sends with the tick set."""
    return {"terms": [str(pk) for pk in Terms.objects.values_list("pk", flat=True)], "agree": "on"}


def signed_in(seller: Seller, role: str = "OWNER") -> Client:
    membership = Membership.objects.filter(seller=seller, role=role).first()
    if membership is None:
        membership = MembershipFactory(seller=seller, role=role)
    membership.user.language = "en"
    membership.user.save()
    browser = Client()
    browser.force_login(membership.user)
    return browser


def text_of(response: Any) -> str:
    """What a person reads on the page."""
    page = response.content.decode()
    page = page[page.index("<main") : page.index("</main>")]
    return (
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
        .replace("&amp;", "&")
        .replace("&#x27;", "'")
    )
