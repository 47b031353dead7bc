"""What this app adds to the portal's navigation."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sellers.operations import terms


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """Your Services, with how many documents wait for agreement, and Account Info, which leads to
    the people; for whoever acts for a seller.
    """
    seller = getattr(request, "seller", None)
    if seller is None:
        return []
    return [
        {
            "label": _("Your Services"),
            "url": reverse("sellers:services"),
            "rows": terms.waiting(seller),
        },
        {"label": _("Account Info"), "url": reverse("sellers:account"), "badge": 0},
    ]
