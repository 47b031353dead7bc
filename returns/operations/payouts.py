"""What happens to refunds by themselves: released after the hold, put to the payment service,
settled or failed.

Before the service is asked the refund is committed as sent, so that of two workers one asks. Where
its answer is lost it is asked again with the same key, and the money moves once.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.errors import Conflict, DomainError, Refused
from csba.health.models import Heartbeat
from csba.journal import write as journal
from csba.moves import move
from csba.sweep import claim, sweep
from returns.gateways import payout
from returns.models import Refund
from returns.operations import _settlement

log = logging.getLogger(__name__)

Status = Refund.Status

BATCH: Final = 20
SILENCES: Final = 3
"""After so many refunds in a row without an answer the service is away: the rest waits."""
SLOWEST: Final = timedelta(hours=1)
STUCK_AFTER: Final = timedelta(minutes=10)
"""Sent and nothing heard, not even that it was accepted: the worker died."""
RESULT_AFTER: Final = timedelta(hours=6)
"""Accepted, and the result has not come: it is asked for."""


def release_due(at: datetime) -> int:
    """Every refund whose hold is over is released, and nobody can call it back any more."""
    return sweep(
        "returns.release_refunds",
        Refund.objects.to_release(at).order_by("release_due_at", "id"),
        stamps={"status": Status.RELEASED, "released_at": at, "send_after": at},
        effects=lambda refunds, moment: _note(refunds, "refund_released", moment),
        at=at,
    )


def send_due(at: datetime) -> int:
    """Every released refund has been put to the payment service; returns how many were tried."""
    gateway = payout.chosen()
    tried = silences = 0
    while silences < SILENCES:
        with transaction.atomic():
            batch = claim(
                Refund.objects.to_send(at).order_by("send_after", "id"),
                {"status": Status.SENT, "sent_at": timezone.now(), "gateway": gateway.name},
                limit=BATCH,
            )
        if not batch:
            break
        for number, refund in enumerate(batch, start=1):
            tried += 1
            silences = 0 if _send(gateway, refund) else silences + 1
            if silences >= SILENCES:
                _leave(batch[number:])
                break
    Heartbeat.objects.beat("returns.send_refunds", at=timezone.now(), count=tried)
    return tried


def recover_stuck(at: datetime) -> int:
    """Refunds whose worker died, and those whose result never came, are put to the service again
    with the same key.
    """
    silent = Q(gateway_reference="", sent_at__lte=at - STUCK_AFTER)
    late = Q(sent_at__lte=at - RESULT_AFTER)
    return sweep(
        "returns.recover_refunds",
        Refund.objects.filter(silent | late, status=Status.SENT).order_by("sent_at", "id"),
        stamps={"status": Status.RELEASED, "send_after": at, "sent_at": None},
        effects=lambda refunds, moment: _note(refunds, "refund_answer_missing", moment),
        at=at,
    )


@transaction.atomic
def settled(key: str, reference: str = "") -> Refund:
    """The money has moved: the seller is debited, buyer and seller are told; once, however often
    it is said. Refused for a refund that was never sent, Conflict for one that was called back.
    """
    at = timezone.now()
    refund = _by_key(key)
    if refund.status == Status.SETTLED:
        return refund
    _as_sent(refund, at)
    move(
        refund,
        Status.SETTLED,
        settled_at=at,
        gateway_reference=(reference or refund.gateway_reference)[:120],
        last_error="",
    )
    _settlement.follows(refund, at)
    return refund


@transaction.atomic
def failed(key: str, why: str) -> Refund:
    """The money will not move; the amounts stay taken until a person calls the refund back or
    sends it again. Said twice it changes nothing; Conflict once it is settled.
    """
    at = timezone.now()
    refund = _by_key(key)
    if refund.status == Status.FAILED:
        return refund
    if refund.status == Status.SETTLED:
        raise Conflict(_("This refund is already paid back."))
    _as_sent(refund, at)
    move(refund, Status.FAILED, last_error=why[:500])
    journal.write(refund, "refund_failed", at=at, actor=journal.Actor.SYSTEM, why=why[:500])
    return refund


def _send(gateway: payout.Gateway, refund: Refund) -> bool:
    """The service has been asked; returns whether it answered."""
    # The claim is as old as the batch: it is renewed, so that who waits in a slow batch is not
    # taken for dead, and asked only while it is still ours.
    renewed = timezone.now()
    if not _ours(refund).update(sent_at=renewed, tries=F("tries") + 1):
        return True
    refund.sent_at = renewed
    refund.tries += 1
    payment = payout.Payment(
        key=refund.key,
        amount=refund.amount,
        currency=refund.currency,
        order=refund.order.number,
        number=str(refund.number),
    )
    try:
        answer = gateway.pay(payment)
    except Exception as doubt:
        if not isinstance(doubt, payout.NotKnown):
            log.exception("refund %s: the payment service could not be asked", refund.number)
        # Whatever it was, nobody knows whether the money moves: the same key is asked again.
        _ours(refund).update(
            status=Status.RELEASED,
            sent_at=None,
            send_after=timezone.now() + pause(refund.tries),
            last_error=str(doubt)[:500],
        )
        return False
    try:
        match answer.outcome:
            case "settled":
                settled(refund.key, answer.reference)
            case "declined":
                failed(refund.key, answer.why)
            case "accepted":
                _ours(refund).update(gateway_reference=answer.reference or "accepted")
    except DomainError as problem:
        # The webhook may have been faster than the answer.
        log.warning("refund %s: %s", refund.number, problem)
    except Exception:
        # It stays sent; the same key is asked again later, and the money moves once.
        log.exception("refund %s: the answer could not be booked", refund.number)
    return True


def pause(tries: int) -> timedelta:
    """Half a minute, doubled with each try, an hour at most."""
    return min(timedelta(seconds=30 * 2 ** min(max(tries, 1) - 1, 10)), SLOWEST)


def _leave(refunds: Sequence[Refund]) -> None:
    """Claimed and not asked about: released as before."""
    for refund in refunds:
        _ours(refund).update(status=Status.RELEASED, sent_at=None)


def _ours(refund: Refund) -> QuerySet[Refund]:
    """The row, as long as nobody has taken it from us: the moment of our claim is the proof."""
    return Refund.objects.filter(pk=refund.pk, status=Status.SENT, sent_at=refund.sent_at)


def _by_key(key: str) -> Refund:
    rows = Refund.objects.select_for_update(of=("self",))
    found = rows.select_related("order", "seller", "request__case").filter(key=key).first()
    if found is None:
        raise Refused(_("There is no refund with this key."), code="unknown")
    return found


def _as_sent(refund: Refund, at: datetime) -> None:
    """The service speaks of it, so it was asked: what waits for another try counts as sent."""
    if refund.status == Status.FAILED:
        move(refund, Status.RELEASED, send_after=at)
    if refund.status == Status.RELEASED and refund.tries:
        move(refund, Status.SENT, sent_at=at)
    if refund.status in Refund.VOID:
        log.error("the payment service speaks of refund %s, which is void", refund.number)
        raise Conflict(_("This refund was called back."))
    if refund.status != Status.SENT:
        raise Refused(_("This refund was never sent."), code="not_sent")


def _note(refunds: Sequence[Refund], verb: str, at: datetime) -> None:
    journal.write_many(
        journal.line(refund, verb, at=at, actor=journal.Actor.CLOCK) for refund in refunds
    )
