"""Signed links into a buyer's return pages: bound to one order, good for a while, no login."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.urls import reverse

from sellers.models import Order

LASTS: Final = timedelta(days=90)
"""How long a link opens its order; the return itself goes on after it, with a new link."""

_SALT: Final = "returns.buyer"


def token(order: Order, at: datetime) -> str:
    """What stands in the address: the order and the moment until which it opens it."""
    return signing.dumps([order.pk, int((at + LASTS).timestamp())], salt=_SALT)


def order_of(text: str, at: datetime) -> int | None:
    """The key of the order that this token opens; None when it is forged or its time is over."""
    try:
        order, until = signing.loads(text, salt=_SALT)
        good = at < datetime.fromtimestamp(until, UTC)
    except (signing.BadSignature, ValueError, TypeError, OverflowError, OSError):
        return None
    return int(order) if good else None


def to_order(order: Order, at: datetime) -> str:
    """The whole address of the page on which the buyer asks for a return."""
    return settings.CSBA_BASE_URL + reverse("buyer-returns:returns", args=[token(order, at)])


def to_return(order: Order, number: str, at: datetime) -> str:
    """The whole address of the page of one return, with its label."""
    path = reverse("buyer-returns:return", args=[token(order, at), number])
    return settings.CSBA_BASE_URL + path
