"""What this app adds to the portal's navigation."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """Returns, the return policy and the ledger, for whoever acts for a seller; changes of orders
    and «Try a case» are a link away on the first two.
    """
    if getattr(request, "seller", None) is None:
        return []
    pages = [
        (_("Returns"), "returns:requests"),
        (_("Return policy"), "returns:policy"),
        (_("Ledger"), "returns:ledger"),
    ]
    found = []
    for label, name in pages:
        try:
            found.append({"label": label, "url": reverse(name), "badge": 0})
        except NoReverseMatch:
            continue
    return found
