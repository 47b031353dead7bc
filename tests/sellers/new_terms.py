"""A new version of the terms, as tests need it."""

from datetime import datetime, timedelta
from typing import Any

from sellers.models import Acceptance, Seller, Service, Terms
from tests.factories.sellers import EnrolmentFactory, SellerFactory

BODIES = {
    "de": "# Bedingungen\n\n- Neu und kurz.",
    "zh-hans": "# 条款\n\n- 新的，很短。",
    "en": "# Conditions\n\n- New and short.",
}
SUMMARIES = {
    "de": "Die Antwortfrist ist genauer erklärt.",
    "zh-hans": "更清楚地说明了答复期限。",
    "en": "The time to answer is explained better.",
}


def new_version(
    service: Service, *, version: str = "2026-11", kind: str = "CONDITIONS", **fields: Any
) -> Terms:
    """A version stored as the desk stores it."""
    return Terms.objects.create(
        service=service,
        kind=kind,
        version=version,
        bodies=BODIES,
        summaries=SUMMARIES,
        **fields,
    )


def agreed_to_all(seller: Seller, at: datetime) -> None:
    """The seller has agreed to every version there is."""
    by = seller.memberships.get().user
    Acceptance.objects.bulk_create(
        Acceptance(terms=document, seller=seller, user=by, accepted_at=at)
        for document in Terms.objects.exclude(acceptances__seller=seller)
    )


def many_active(number: int, at: datetime) -> list[Seller]:
    """Sellers who are active and have agreed to all there is."""
    sellers = SellerFactory.create_batch(number)
    stints = [
        EnrolmentFactory(seller=seller, opted_in_at=at - timedelta(days=9)) for seller in sellers
    ]
    Acceptance.objects.bulk_create(
        Acceptance(terms=document, seller=stint.seller, user=stint.opted_in_by, accepted_at=at)
        for document in Terms.objects.all()
        for stint in stints
    )
    return sellers
