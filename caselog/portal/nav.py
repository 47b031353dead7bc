"""What this app adds to the portal's navigation."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from caselog.models import Question

MOST = 99
"""No badge counts further: beyond it the number says nothing and costs time."""


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """The Case Log, with the number of questions that may still be answered in time; one
    statement.
    """
    seller = getattr(request, "seller", None)
    if seller is None:
        return []
    waiting = Question.objects.running(timezone.now()).filter(case__seller=seller)
    return [
        {
            "label": _("Case Log"),
            "url": reverse("caselog:case-list"),
            "badge": waiting[:MOST].count(),
        }
    ]
