"""What of returns and money waits for a person of the desk, at the left of every page."""

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from csba.accounts.models import User
from csba.counting import capped, shown
from returns.models import Claim, Refund, ReturnRequest, SellerPolicy

_ENTRIES: Final[tuple[tuple[str, str, Promise | str, str], ...]] = (
    ("returns", "admin:returns", _("Returns to review"), "returns.view_returnrequest"),
    ("refunds", "admin:refunds", _("Refunds to approve"), "returns.view_refund"),
    ("policies", "admin:policies", _("Policies to review"), "returns.view_sellerpolicy"),
    ("claims", "admin:claims", _("Claims to decide"), "returns.view_claim"),
)


def entries(user: User, at: datetime, here: str) -> list[dict[str, Any]]:
    """The four queues of this app with their counts; one statement."""
    queries: dict[str, QuerySet[Any]] = {
        "returns": ReturnRequest.objects.to_review(),
        "refunds": Refund.objects.to_approve(),
        "policies": SellerPolicy.objects.filter(status=SellerPolicy.Status.SUBMITTED),
        "claims": Claim.objects.to_decide(),
    }
    counts = capped(queries)
    found = []
    for key, name, label, permission in _ENTRIES:
        if not user.has_perm(permission):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        found.append({"label": label, "url": url, "count": shown(counts[key]), "here": key == here})
    if user.has_perm("returns.view_returnrequest"):
        url = reverse("admin:trial")
        found.append({"label": _("Try a case"), "url": url, "count": "", "here": here == "trial"})
    return found
