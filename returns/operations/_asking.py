"""What a refund must be before it is asked for, and what is kept with it."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.money import ZERO, cents, shown
from returns.models import Refund, RefundLine
from returns.operations import balances
from returns.operations.balances import Parts
from returns.rules import book
from sellers.models import Order, OrderLine

Origin = Refund.Origin

_CLAIMABLE: Final = (Origin.AGENT, Origin.RULE)
"""Decided by us: where the seller should not bear it, they may claim it back (domain 1.14)."""


def check(
    order: Order,
    parts: Parts,
    reason: str,
    origin: str,
    by: User | None,
    goodwill: bool,
    key: str,
) -> Decimal:
    """The sum of the parts, if they can be refunded at all."""
    if not key or len(key) > 120:
        raise Refused(_("A refund needs a key of at most 120 characters."), code="key")
    if not parts:
        raise Refused(_("Please say for which line the money goes back."), code="empty")
    needs_reason(reason)
    for (line, part), amount in parts.items():
        if line.order_id != order.pk:
            raise Refused(_("This line belongs to another order."), code="wrong_order")
        if part not in RefundLine.Part.values:
            raise Refused(_("A part is the price of the item or its shipping."), code="part")
        if not isinstance(amount, Decimal) or not amount.is_finite() or amount <= 0:
            raise Refused(_("Only an amount above zero can be refunded."), code="amount")
        if amount != cents(amount):
            raise Refused(_("An amount of money is a number to the cent."), code="amount")
    if origin == Origin.AGENT and by is None:
        raise Refused(_("A refund by customer service needs the person who asks."), code="nobody")
    if goodwill and origin not in _CLAIMABLE:
        raise Refused(_("Goodwill is given by customer service only."), code="goodwill")
    return sum(parts.values(), ZERO)


def check_goodwill(order: Order, amount: Decimal, currency: str, at: datetime) -> None:
    """Refused above what the order's limit still lets through."""
    if currency != "EUR":
        raise Refused(_("Goodwill can be given in EUR only."), code="currency")
    rest = goodwill_left(order, at)
    if amount > rest:
        raise Refused(
            _("For this order at most %s of goodwill can still be given.") % shown(rest, currency),
            code="goodwill_limit",
        )


def goodwill_left(order: Order, at: datetime) -> Decimal:
    """How much goodwill may still be given for this order, in EUR."""
    given = Refund.objects.filter(order=order, goodwill=True).exclude(status__in=Refund.VOID)
    return max(book.goodwill_most(at) - sum((one.amount for one in given), ZERO), ZERO)


def currency_of(lines: Iterable[OrderLine]) -> str:
    """The one currency in which all these lines were paid; Refused otherwise."""
    found = {balances.currency_of(line) for line in lines}
    if len(found) > 1:
        raise Refused(_("The lines were paid in different currencies."), code="currency")
    return found.pop()


def may_be_claimed(origin: str, *, goodwill: bool, wanted: bool | None) -> bool:
    """Goodwill is the operator's; what the seller did or missed the seller bears (domain 1.14)."""
    if goodwill or origin not in _CLAIMABLE:
        return False
    return True if wanted is None else wanted


def needs_reason(reason: str) -> None:
    """Refused without words."""
    if not reason.strip():
        raise Refused(_("Please give the reason."), code="empty")


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON holds it: money as text, moments as RFC 3339."""
    found: dict[str, Any] = json.loads(json.dumps(dict(facts), cls=DjangoJSONEncoder))
    return found
