"""The goods on their way back: handed in, received, looked at, refunded; and the sweeps."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.moves import move
from csba.sweep import sweep
from returns.models import Refund, ReturnLabel, ReturnLine, ReturnRequest
from returns.notifications import returns as letters
from returns.operations import _notices, _steps, keeping, labels
from returns.operations._deductions import check_deduction
from returns.reasons import Condition, LabelKind
from returns.rules import book, days
from sellers.models import OrderLine

Status = ReturnRequest.Status

CLOSE, OVERDUE = "returns.close_idle", "returns.refund_overdue"
"""Names of the sweeps' heartbeats."""
"""Who may take off more than `lead_above_percent`."""

_GONE = (Status.IN_TRANSIT, Status.RECEIVED, Status.INSPECTED, Status.REFUNDED)


@transaction.atomic
def sent(request: ReturnRequest, *, at_scan: datetime, by: User | None = None) -> None:
    """The parcel was handed in at `at_scan`; said twice it is still once. A closed return runs
    again. Where the policy grants it, a prepaid parcel is refunded at this moment (domain 2.14).
    """
    at = timezone.now()
    if at_scan > at:
        raise Refused(_("A parcel cannot have been handed in in the future."), code="future")
    now = _steps.held(request)
    if now.sent_at is not None and now.status in _GONE:
        return
    if now.status == Status.CLOSED:
        _steps.check_free(now)
    move(
        now,
        Status.IN_TRANSIT,
        sent_at=at_scan,
        ended_at=None,
        close_due_at=at + book.close_after(at)[1],
    )
    journal.write(
        now,
        "return_sent",
        at=at,
        actor=_steps.actor(by),
        user=by,
        at_scan=at_scan,
        in_time=now.send_back_until is None or at_scan < now.send_back_until,
    )
    labels.charge([now])
    if _refunds_at_scan(now):
        _steps.pay(now, at, origin=Refund.Origin.RULE, by=None)
    _steps.mirror(request, now)


@transaction.atomic
def received(
    request: ReturnRequest, *, by: User | None, pieces: Mapping[OrderLine, int] | None = None
) -> None:
    """So many pieces of each line are back (all of them unless said otherwise); the refund is due
    the book's business days later (2.13). Opens a closed return again; where the money has gone
    back already, the return is closed.
    """
    at = timezone.now()
    now = _steps.held(request)
    if now.status == Status.REFUNDED and now.received_at is not None:
        raise Refused(_("These goods are recorded as received already."), code="wrong_status")
    if now.status == Status.CLOSED:
        _steps.check_free(now)
    counted = _counted(now, pieces)
    if now.status == Status.REFUNDED:
        move(now, Status.CLOSED, received_at=at)
    else:
        move(
            now,
            Status.RECEIVED,
            received_at=at,
            refund_due_at=_refund_due_at(now, at),
            close_due_at=None,
            ended_at=None,
        )
    ReturnLine.objects.bulk_update(counted, ["received"])
    journal.write(
        now,
        "return_received",
        at=at,
        actor=_steps.actor(by),
        user=by,
        pieces={str(row.line_id): row.received for row in counted},
        refund_due_at=now.refund_due_at,
    )
    labels.charge([now])
    _steps.mirror(request, now)


@transaction.atomic
def inspected(
    request: ReturnRequest,
    *,
    by: User,
    found: Mapping[OrderLine, str],
    deductions: Mapping[OrderLine, Decimal] | None = None,
    reason: str = "",
) -> None:
    """The condition of each line is recorded, with what is taken off its refund and why.

    Nothing is taken off what the seller must take back for a fault. More than the policy's share is
    refused, more than the book's only a lead may take off (2.20, 2.21, BGB 357a).
    """
    at = timezone.now()
    now = _steps.held(request)
    rows = {row.line: row for row in now.lines.select_related("line")}
    stored = keeping.read(now)
    for line, condition in found.items():
        if line not in rows or condition not in Condition.values:
            raise Refused(_("Please say in which condition each line came back."), code="condition")
        rows[line].found = condition
    for line, amount in (deductions or {}).items():
        if line not in rows:
            raise Refused(_("This line is not part of the return."), code="wrong_line")
        if amount:
            check_deduction(now, rows[line], stored[line.pk], amount, reason, by, at)
        rows[line].deduction = amount or None
        rows[line].deduction_reason = reason.strip() if amount else ""
    move(now, Status.INSPECTED, inspected_at=at)
    ReturnLine.objects.bulk_update(rows.values(), ["found", "deduction", "deduction_reason"])
    journal.write(
        now,
        "return_inspected",
        at=at,
        actor=_steps.actor(by),
        user=by,
        found={str(line.pk): condition for line, condition in found.items()},
        deductions={str(line.pk): amount for line, amount in (deductions or {}).items() if amount},
        reason=reason.strip(),
    )
    _steps.mirror(request, now)


@transaction.atomic
def refund(request: ReturnRequest, *, by: User) -> Refund | None:
    """The goods are back and the refund is asked for now, by the seller or the desk."""
    at = timezone.now()
    now = _steps.held(request)
    if now.status not in {Status.RECEIVED, Status.INSPECTED}:
        raise Refused(_("The goods are not back yet, or are refunded already."), code="not_back")
    origin = Refund.Origin.AGENT if by.is_staff else Refund.Origin.SELLER
    asked = _steps.pay(now, at, origin=origin, by=by)
    _steps.mirror(request, now)
    return asked


def refund_overdue(at: datetime) -> int:
    """Every return whose goods are back and whose seller's time is over is refunded on the
    seller's behalf, once; returns how many.
    """
    return sweep(
        OVERDUE,
        ReturnRequest.objects.to_refund(at),
        stamps={
            "status": Status.REFUNDED,
            "refunded_at": at,
            "ended_at": at,
            "refund_due_at": None,
        },
        effects=_refund_on_behalf,
        at=at,
    )


def close_idle(at: datetime) -> int:
    """Every return that nobody has moved for so long is closed; returns how many (2.26)."""
    return sweep(
        CLOSE,
        ReturnRequest.objects.to_close(at),
        stamps={
            "status": Status.CLOSED,
            "ended_at": at,
            "close_due_at": None,
            "review_due_at": None,
        },
        effects=_closed,
        at=at,
    )


def _refund_on_behalf(rows: list[ReturnRequest], at: datetime) -> None:
    for request in _loaded(rows):
        asked = _steps.pay(request, at, origin=Refund.Origin.ON_BEHALF, by=None)
        _notices.refunded_on_behalf(request, asked)


def _closed(rows: list[ReturnRequest], at: datetime) -> None:
    found = _loaded(rows)
    journal.write_many(
        journal.line(request, "return_closed", at=at, actor=journal.Actor.CLOCK, reason="idle")
        for request in found
    )
    letters.closed(found)


def _loaded(rows: list[ReturnRequest]) -> list[ReturnRequest]:
    """The rows with what letters and refunds need of them; one statement."""
    return list(
        ReturnRequest.objects.select_related("order", "seller", "policy", "address")
        .filter(pk__in=[row.pk for row in rows])
        .order_by("pk")
    )


def _counted(request: ReturnRequest, pieces: Mapping[OrderLine, int] | None) -> list[ReturnLine]:
    rows = list(request.lines.select_related("line"))
    given = {line.pk: count for line, count in pieces.items()} if pieces is not None else {}
    if set(given) - {row.line_id for row in rows}:
        raise Refused(_("This line is not part of the return."), code="wrong_line")
    for row in rows:
        row.received = given.get(row.line_id, 0 if pieces is not None else row.quantity)
        if not 0 <= row.received <= row.quantity:
            raise Refused(
                _("Of “%(title)s” at most %(quantity)d pieces were to come back.")
                % {"title": row.line.title or row.line.asin, "quantity": row.quantity},
                code="quantity",
            )
    if not any(row.received for row in rows):
        raise Refused(_("Please say how many pieces came back."), code="quantity")
    return rows


def _refund_due_at(request: ReturnRequest, at: datetime) -> datetime:
    number = book.refund_days(at)
    own = request.policy.clauses.get("refund_days") if request.policy else None
    if own is not None:
        number = min(number, int(own))
    states = {one.facts.state for one in keeping.read(request).values()}
    return days.business_days(at, number, states.pop() if len(states) == 1 else "")


def _refunds_at_scan(request: ReturnRequest) -> bool:
    """Only with a prepaid label, and only where the whole amount goes back (2.14)."""
    own = request.policy.clauses.get("refund_at_scan") if request.policy else None
    if not (own or book.standard(request.order.placed_at).refund_at_scan):
        return False
    if any(one.outcome.deductions for one in keeping.read(request).values()):
        return False
    running = ReturnLabel.objects.filter(request=request, cancelled_at__isnull=True)
    return running.filter(kind=LabelKind.PREPAID).exists()
