"""What this app adds to the portal's navigation."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from inquiries.models import BuyerMessage


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """Home and Buyer messages with how many wait, for whoever acts for a seller; one statement."""
    seller = getattr(request, "seller", None)
    if seller is None:
        return []
    waiting = (
        BuyerMessage.objects.for_seller(seller).filter(status=BuyerMessage.Status.OPEN).count()
    )
    return [
        {"label": pgettext("start page", "Home"), "url": reverse("portal:home"), "badge": 0},
        {"label": _("Buyer messages"), "url": reverse("portal:messages"), "badge": waiting},
    ]
