"""What this app adds to the portal's navigation."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from csba.counting import capped, shown
from inquiries.models import BuyerMessage, PageGap
from sellers.models import Seller


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """Home and Buyer messages with how many wait, for whoever acts for a seller. Product pages are
    a link away on both.
    """
    seller = getattr(request, "seller", None)
    if seller is None:
        return []
    return [
        {"label": pgettext("start page", "Home"), "url": reverse("portal:home"), "badge": 0},
        {
            "label": _("Buyer messages"),
            "url": reverse("portal:messages"),
            **_badge(request, seller),
        },
    ]


def _badge(request: HttpRequest, seller: Seller) -> dict[str, Any]:
    """What the page has counted already, or the rows to count with those of the other entries."""
    if hasattr(request, "waiting_for_seller"):
        return {"badge": shown(waiting(request, seller)["messages"])}
    return {"rows": _messages(seller)}


def _messages(seller: Seller) -> QuerySet[BuyerMessage]:
    return BuyerMessage.objects.for_seller(seller).filter(status=BuyerMessage.Status.OPEN)


def waiting(request: HttpRequest, seller: Seller) -> dict[str, int]:
    """How many buyer messages wait for this seller, and how many questions about product pages are
    open; asked once a request.
    """
    found: dict[str, int] | None = getattr(request, "waiting_for_seller", None)
    if found is None:
        gaps = PageGap.objects.for_seller(seller).open()
        found = capped({"messages": _messages(seller), "gaps": gaps})
        request.waiting_for_seller = found  # type: ignore[attr-defined]
    return found
