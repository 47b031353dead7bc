"""The only ways in which a portal page of this app fetches a row of its own (tenancy)."""

from django.http import Http404

from csba.numbers import tidy
from returns.models import OrderChange
from sellers.models import Seller


def get_change(seller: Seller, number: str) -> OrderChange:
    """The seller's own order change with this number; 404 for anybody else's."""
    rows = OrderChange.objects.for_seller(seller).select_related(
        "order", "line", "case", "question", "seller"
    )
    found = rows.filter(number=tidy(number)).first()
    if found is None:
        raise Http404
    return found
