"""Which policy binds an order (P14)."""

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from returns.models import SellerPolicy
from sellers.models import Order


def governs(order: Order) -> str:
    """Which policy binds this order, as a sentence in the reader's language (P14)."""
    found = SellerPolicy.objects.for_seller(order.seller).governing(order.placed_at).first()
    if found is None or not found.clauses or found.valid_from is None:
        return _("The standard return policy, as of %(day)s.") % {"day": _day(order.placed_at)}
    return _("The seller's own return policy, version %(version)s, approved on %(day)s.") % {
        "version": found.version,
        "day": _day(found.valid_from),
    }


def _day(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")
