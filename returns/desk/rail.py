"""What of returns and money waits for a person of the desk, at the left of every page."""

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from csba.accounts.models import User
from csba.staff import Entry, Group
from returns.models import Claim, Refund, ReturnRequest, SellerPolicy

_ENTRIES: Final[tuple[tuple[str, Promise | str, str], ...]] = (
    ("returns", _("Returns to review"), "returns.view_returnrequest"),
    ("refunds", _("Refunds to approve"), "returns.view_refund"),
    ("policies", _("Policies to review"), "returns.view_sellerpolicy"),
    ("claims", _("Claims to decide"), "returns.view_claim"),
    ("trial", _("Try a case"), "returns.view_returnrequest"),
)


def groups(user: User, at: datetime) -> list[Group]:
    """The queues of this app."""
    rows: dict[str, QuerySet[Any]] = {
        "returns": ReturnRequest.objects.to_review(),
        "refunds": Refund.objects.to_approve(),
        "policies": SellerPolicy.objects.filter(status=SellerPolicy.Status.SUBMITTED),
        "claims": Claim.objects.to_decide(),
    }
    entries = [
        Entry(key, label, reverse(f"admin:{key}"), rows.get(key))
        for key, label, permission in _ENTRIES
        if user.has_perm(permission)
    ]
    return [Group(_("Returns and money"), entries)]
