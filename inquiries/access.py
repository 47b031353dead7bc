"""The only way a face fetches an inquiry."""

from django.http import Http404

from csba.numbers import tidy
from inquiries.models import Inquiry


def get_inquiry(number: str) -> Inquiry:
    """The inquiry with this number, with what every page of it needs; 404 otherwise."""
    found = (
        Inquiry.objects.select_related(
            "order__seller", "seller", "case", "assignee", "merged_into", "looks_like"
        )
        .filter(number=tidy(number))
        .first()
    )
    if found is None:
        raise Http404
    return found
