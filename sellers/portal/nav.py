"""What this app adds to the portal's navigation."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """Your Services and Account Info, for whoever acts for a seller."""
    if getattr(request, "seller", None) is None:
        return []
    return [
        {"label": _("Your Services"), "url": reverse("sellers:services"), "badge": 0},
        {"label": _("Account Info"), "url": reverse("sellers:account"), "badge": 0},
    ]
