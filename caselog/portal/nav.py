"""What this app adds to the portal's navigation."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from caselog.models import Question


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """The Case Log, with the questions that may still be answered in time; Contact Us stands at the
    foot of every page.
    """
    seller = getattr(request, "seller", None)
    if seller is None:
        return []
    waiting = Question.objects.running(timezone.now()).filter(case__seller=seller)
    return [
        {"label": _("Case Log"), "url": reverse("caselog:case-list"), "rows": waiting},
        {"label": _("Contact Us"), "url": reverse("caselog:contact"), "at_foot": True},
    ]
