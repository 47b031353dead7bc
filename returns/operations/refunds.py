"""Money back to a buyer: asked for, approved by a second person where needed, called back.

What has been released is carried to the payment service by returns.operations.payouts.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import write as journal
from csba.moves import move
from returns.models import Refund, RefundLine, ReturnRequest
from returns.operations import _asking, _grants, balances
from returns.operations.balances import Parts
from returns.rules import book
from sellers.models import Order

Status = Refund.Status
Origin = Refund.Origin


@transaction.atomic
def ask(
    order: Order,
    *,
    parts: Parts,
    reason: str,
    clause: str,
    origin: str,
    by: User | None = None,
    key: str,
    request: ReturnRequest | None = None,
    goodwill: bool = False,
    reference: str = "",
    facts: Mapping[str, Any] | None = None,
    hold: bool = True,
    reimbursable: bool | None = None,
) -> Refund:
    """A refund that leaves after its hold, or waits for a second person; once for each `key`.

    Amounts are in the order's currency, to the cent. They count as gone back from this moment, so
    that all refunds of a line together never exceed what was paid for it; goodwill is counted apart
    and has its own limit for the order (rulings 17). What the entitlement gives needs no second
    person: the stored one of `request`, or `facts["entitled"]`, an amount. Raises Refused with a
    sentence, Conflict for a key that was used for something else.
    """
    at = timezone.now()
    origin = Origin(origin)
    amount = _asking.check(order, parts, reason, origin, by, goodwill, key)
    # One refund of an order at a time: the sums below hold until this one is written.
    held = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    if (first := Refund.objects.filter(key=key).first()) is not None:
        return _same(first, held, amount, goodwill)
    lines = {line.pk: line for line, _part in parts}
    currency = _asking.currency_of(lines.values())
    if goodwill:
        _asking.check_goodwill(held, amount, currency, at)
    else:
        balances.take(balances.locked(lines.values()), parts)
    rung = None
    if origin == Origin.AGENT and by is not None:
        rung = _grants.rung(
            by,
            held,
            lines.values(),
            amount=amount,
            currency=currency,
            entitled=_grants.entitled(request, facts or {}, goodwill=goodwill, at=at),
            at=at,
        )
    alone = rung is None or rung.alone
    refund = Refund(
        order=held,
        seller_id=held.seller_id,
        request=request,
        key=key,
        status=Status.ASKED if alone else Status.TO_APPROVE,
        origin=origin,
        goodwill=goodwill,
        amount=amount,
        currency=currency,
        reason=reason.strip(),
        clause=clause,
        reference=reference,
        reimbursable=_asking.may_be_claimed(origin, goodwill=goodwill, wanted=reimbursable),
        facts={**_asking.plain(facts or {}), "hold": hold, **_grants.as_facts(rung)},
        asked_at=at,
        asked_by=by,
        release_due_at=_release_at(at, hold=hold) if alone else None,
    )
    try:
        with transaction.atomic():
            refund.save(force_insert=True)
    except IntegrityError as rival:
        raise Conflict(_("This key was already used for another refund.")) from rival
    RefundLine.objects.bulk_create(
        RefundLine(refund=refund, line=line, part=part, amount=share)
        for (line, part), share in parts.items()
    )
    _write(
        refund,
        "refund_asked",
        at,
        by,
        amount=amount,
        currency=currency,
        origin=origin,
        goodwill=goodwill,
        clause=clause,
        status=refund.status,
        **_grants.as_facts(rung),
    )
    return refund


@transaction.atomic
def approve(refund: Refund, *, by: User, reason: str = "") -> None:
    """A second person who holds permission and limit has said yes; the hold begins now."""
    at = timezone.now()
    now = _held(refund)
    _check_second(now, by, at)
    move(
        now,
        Status.ASKED,
        approved_at=at,
        approved_by=by,
        release_due_at=_release_at(at, hold=now.facts.get("hold", True)),
    )
    _write(now, "refund_approved", at, by, reason=reason.strip())


@transaction.atomic
def reject(refund: Refund, *, by: User, reason: str) -> None:
    """A second person has said no, with a reason; the amounts can be refunded again."""
    at = timezone.now()
    _asking.needs_reason(reason)
    now = _held(refund)
    _check_second(now, by, at)
    move(now, Status.REJECTED)
    _give_back(now)
    _write(now, "refund_rejected", at, by, reason=reason.strip())


@transaction.atomic
def call_back(refund: Refund, *, by: User | None, reason: str) -> None:
    """Nothing is paid and the amounts can be refunded again: before approval, during the hold, or
    after the payment service has said no (domain 2.23).
    """
    at = timezone.now()
    _asking.needs_reason(reason)
    now = _held(refund)
    if now.status == Status.ASKED and (now.release_due_at is None or at >= now.release_due_at):
        raise Refused(
            _("The time to call this refund back is over: it is on its way."), code="hold_over"
        )
    move(now, Status.CANCELLED)
    _give_back(now)
    _write(now, "refund_called_back", at, by, reason=reason.strip())


@transaction.atomic
def send_again(refund: Refund, *, by: User, reason: str = "") -> None:
    """A refund that the payment service has refused is put to it again, with the same key."""
    at = timezone.now()
    now = _held(refund)
    if now.status != Status.FAILED:
        raise Refused(_("Only a refund that failed can be sent again."), code="wrong_status")
    move(now, Status.RELEASED, send_after=at, sent_at=None, gateway_reference="")
    _write(now, "refund_sent_again", at, by, reason=reason.strip())


def _same(first: Refund, order: Order, amount: Decimal, goodwill: bool) -> Refund:
    """The refund that this key has made before; Conflict when it is about something else."""
    if (first.order_id, first.amount, first.goodwill) != (order.pk, amount, goodwill):
        raise Conflict(_("This key was already used for another refund."))
    return first


def _release_at(at: datetime, *, hold: bool) -> datetime:
    return at + book.refund_hold(at) if hold else at


def _held(refund: Refund) -> Refund:
    """The refund as it is now, held by this transaction."""
    return Refund.objects.select_for_update(of=("self",)).select_related("order").get(pk=refund.pk)


def _check_second(refund: Refund, by: User, at: datetime) -> None:
    if refund.status != Status.TO_APPROVE:
        return  # move() says what it is instead
    if refund.asked_by_id == by.pk:
        raise Refused(
            _("A second person must approve: you have asked for this refund yourself."),
            code="same_person",
        )
    _grants.check_may_approve(by, refund, at)


def _give_back(refund: Refund) -> None:
    if not refund.goodwill:
        balances.give_back(RefundLine.objects.filter(refund=refund))


def _write(refund: Refund, verb: str, at: datetime, by: User | None, **facts: Any) -> None:
    actor = journal.Actor.SYSTEM
    if by is not None:
        actor = journal.Actor.AGENT if by.is_staff else journal.Actor.SELLER
    journal.write(refund, verb, at=at, actor=actor, user=by, **facts)
