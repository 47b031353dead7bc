"""What a person may grant alone for an order, with what was granted before."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.money import ZERO
from returns.models import Refund, ReturnRequest
from returns.operations import balances
from returns.rules import authority, book
from returns.rules.authority import Rung
from sellers.models import Order, OrderLine


def rung(
    by: User,
    order: Order,
    lines: Collection[OrderLine],
    *,
    amount: Decimal,
    currency: str,
    entitled: Decimal,
    at: datetime,
    but: Refund | None = None,
) -> Rung:
    """Where this person stands with a refund of `amount`; Refused for who may not refund."""
    role = authority.role_of(name for _role, name in authority.PERMISSIONS if by.has_perm(name))
    if role is None:
        raise Refused(_("You may not refund. Please ask a colleague who may."), code="not_allowed")
    before_order, before_items = _granted_alone(order, {line.pk for line in lines}, but)
    prices = [balances.paid(line) for line in lines]
    known = [price for price in prices if price is not None]
    return authority.stand(
        role,
        book.concession_limits(at),
        amount=amount,
        entitled=entitled,
        before_order=before_order,
        before_items=before_items,
        item_price=sum(known, ZERO) if len(known) == len(prices) else None,
        currency=currency,
    )


def check_may_approve(by: User, refund: Refund, at: datetime) -> None:
    """Refused unless this person's own limit holds what the refund grants beyond the
    entitlement.
    """
    if not by.has_perm("returns.approve_refund"):
        raise Refused(_("You may not approve refunds."), code="not_allowed")
    lines = {part.line_id: part.line for part in refund.lines.select_related("line")}
    found = rung(
        by,
        refund.order,
        list(lines.values()),
        amount=refund.amount,
        currency=refund.currency,
        entitled=_amount(refund.facts.get("authority", {}).get("within")),
        at=at,
        but=refund,
    )
    if not found.alone:
        raise Refused(_("This is above your own limit as well."), code="above_limit")


def entitled(
    request: ReturnRequest | None, facts: Mapping[str, Any], *, goodwill: bool, at: datetime
) -> Decimal:
    """What the rules give anyway: as `facts` say it, else as the return's stored entitlement does,
    less what was refunded on it before. Nothing while the rulebook wants a second person for that
    as well.
    """
    if goodwill or not book.entitled_free(at):
        return ZERO
    if "entitled" in facts:
        return _amount(facts["entitled"])
    if request is None:
        return ZERO
    given = sum((_amount(outcome.get("total")) for outcome in _outcomes(request.entitlement)), ZERO)
    before = Refund.objects.filter(request=request, goodwill=False).exclude(status__in=Refund.VOID)
    return max(given - sum((_within(one) for one in before), ZERO), ZERO)


def as_facts(rung: Rung | None) -> dict[str, Any]:
    """How the refund and the journal keep it."""
    if rung is None:
        return {}
    left = rung.left
    return {
        "authority": {
            "role": rung.role,
            "within": str(rung.within),
            "beyond": str(rung.beyond),
            "left": None if left is None else str(left),
        }
    }


def _granted_alone(
    order: Order, lines: Collection[int], but: Refund | None
) -> tuple[Decimal, Decimal]:
    """What persons have granted without a second person: for the order, for these lines."""
    of_order = of_lines = ZERO
    earlier = (
        Refund.objects.filter(order=order, origin=Refund.Origin.AGENT, approved_by__isnull=True)
        .exclude(status__in=[*Refund.VOID, Refund.Status.TO_APPROVE])
        .prefetch_related("lines")
    )
    if but is not None:
        earlier = earlier.exclude(pk=but.pk)
    for refund in earlier:
        beyond = _amount(refund.facts.get("authority", {}).get("beyond"))
        of_order += beyond
        if any(part.line_id in lines for part in refund.lines.all()):
            of_lines += beyond
    return of_order, of_lines


def _within(refund: Refund) -> Decimal:
    """How much of an earlier refund the entitlement gave; all of it when no person granted it."""
    stands = refund.facts.get("authority")
    return _amount(stands.get("within")) if stands else refund.amount


def _outcomes(stored: Any) -> Iterator[Mapping[str, Any]]:
    """Every outcome of a stored entitlement, of one line or of many."""
    if isinstance(stored, list):
        for item in stored:
            yield from _outcomes(item)
    elif isinstance(stored, dict):
        for name, value in stored.items():
            if name == "outcome" and isinstance(value, dict):
                yield value
            elif isinstance(value, dict | list):
                yield from _outcomes(value)


def _amount(text: Any) -> Decimal:
    try:
        found = Decimal(str(text))
    except InvalidOperation:
        return ZERO
    return found if found.is_finite() else ZERO
