"""The seller's account with us: lines are booked once and never changed; a mistake is corrected by
another line.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.errors import Conflict, Refused
from csba.journal import write as journal
from csba.money import cents
from sellers.models import LedgerLine, Order, Seller

CREDITS: Final = (LedgerLine.Kind.REIMBURSEMENT,)


@transaction.atomic
def book(
    seller: Seller,
    *,
    key: str,
    kind: str,
    amount: Decimal,
    currency: str,
    reason: str,
    order: Order | None = None,
    clause: str = "",
    reference: str = "",
    reimbursable: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> LedgerLine:
    """The line stands in the seller's ledger, once for each `key`, however often it is asked for.

    `amount` is in `currency`, to the cent, below zero for a debit and above for a credit; `reason`
    is in the seller's language and names no buyer (domain 8.28, 8.21). Raises Refused for an amount
    or a reason that cannot be, Conflict for a key that was used for something else.
    """
    at = timezone.now()
    kind = LedgerLine.Kind(kind)
    _check(seller, kind, amount, currency, reason, order)
    line = LedgerLine(
        seller=seller,
        key=key,
        kind=kind,
        amount=amount,
        currency=currency,
        reason=reason.strip(),
        order=order,
        clause=clause,
        reference=reference,
        reimbursable=reimbursable,
        facts=dict(facts or {}),
        at=at,
    )
    try:
        with transaction.atomic():
            line.save(force_insert=True)
    except IntegrityError:
        # Of two that book the same key one inserts; the other has waited for it and finds its line.
        return _first(line)
    journal.write(
        line,
        "ledger_booked",
        at=at,
        actor=journal.Actor.SYSTEM,
        key=key,
        seller=seller.pk,
        kind=kind,
        amount=amount,
        currency=currency,
        reimbursable=reimbursable,
    )
    return line


def _first(line: LedgerLine) -> LedgerLine:
    """The line that was booked with this key; Conflict when it says something else."""
    booked = LedgerLine.objects.select_related("seller", "order").get(key=line.key)
    for name in ("seller_id", "order_id", "kind", "amount", "currency"):
        if getattr(booked, name) != getattr(line, name):
            raise Conflict(_("This key was already used for another line of a ledger."))
    return booked


def _check(
    seller: Seller,
    kind: LedgerLine.Kind,
    amount: Decimal,
    currency: str,
    reason: str,
    order: Order | None,
) -> None:
    if not isinstance(amount, Decimal) or not amount.is_finite() or amount != cents(amount):
        raise Refused(_("An amount of money is a number to the cent."), code="amount")
    if amount == 0:
        raise Refused(_("A line of the ledger needs an amount."), code="amount")
    if kind in LedgerLine.DEBITS and amount > 0:
        raise Refused(_("A debit is below zero."), code="amount")
    if kind in CREDITS and amount < 0:
        raise Refused(_("A credit is above zero."), code="amount")
    if len(currency) != 3:
        raise Refused(_("An amount of money needs its currency."), code="currency")
    if not reason.strip():
        raise Refused(_("Every line of the ledger says its reason."), code="empty")
    if order is not None and order.seller_id != seller.pk:
        raise Refused(_("This order belongs to another seller."))
