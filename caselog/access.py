"""The only way a portal page fetches a case."""

from django.http import Http404

from caselog.models import Case
from csba.numbers import tidy
from sellers.models import Seller


def get_case(seller: Seller, number: str) -> Case:
    """The seller's own case with this number, with its order; 404 for anybody else's."""
    rows = Case.objects.for_seller(seller).select_related("seller", "order")
    found = rows.filter(number=tidy(number)).first()
    if found is None:
        raise Http404
    return found
