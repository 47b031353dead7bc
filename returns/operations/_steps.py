"""What several operations on returns share: the lock, what follows an authorisation, the refund."""

from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.moves import move
from returns.models import Refund, ReturnRequest
from returns.notifications import returns as letters
from returns.operations import _notices, keeping, labels, refunds
from returns.reasons import Ground, LabelKind
from returns.rules import book

Status = ReturnRequest.Status

_CLAUSES = {
    Ground.STATUTORY: "BGB 357",
    Ground.GUARANTEE: "return.window_days",
    Ground.SELLER_POLICY: "seller_policy",
    Ground.FAULT: "return.fault_table",
    Ground.WARRANTY: "BGB 437",
}


def held(request: ReturnRequest) -> ReturnRequest:
    """The return as it is now, with order, seller and policy, held by this transaction."""
    rows = ReturnRequest.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("order", "seller", "policy", "address").get(pk=request.pk)


def mirror(mine: ReturnRequest, now: ReturnRequest) -> None:
    """The caller's copy says what the held one says."""
    for field in ReturnRequest._meta.concrete_fields:
        setattr(mine, field.attname, getattr(now, field.attname))


def authorised(request: ReturnRequest, at: datetime) -> None:
    """What follows when the return has just been authorised: refund without return, or a way back
    for the goods, or the seller abroad is asked for one. The buyer and the seller are told.
    """
    found = keeping.read(request)
    outcomes = [one.outcome for one in found.values()]
    if request.returnless:
        refund = pay(request, at, origin=Refund.Origin.RULE, by=None)
        letters.authorised(request, outcomes, refund=refund)
        letters.seller_told(request, outcomes, at)
        return
    request.option_due_at = keeping.option_due_at(outcomes)
    request.address = keeping.address_of(request.seller)
    if request.option_due_at is None:
        give_way_back(request, at, kind=keeping.label_kind(outcomes))
        letters.authorised(request, outcomes)
        letters.seller_told(request, outcomes, at)
    else:
        request.close_due_at = at + book.close_after(at)[0]
        request.save(update_fields=["option_due_at", "address", "close_due_at"])
        letters.authorised(request, outcomes)
        _notices.option_wanted(request)


def give_way_back(
    request: ReturnRequest, at: datetime, *, kind: LabelKind, send_days_from: datetime | None = None
) -> None:
    """The buyer may send the goods from now on, until the end of the window that begins now; the
    label is asked for unless the seller brings their own.
    """
    found = list(keeping.read(request).values())
    request.send_back_until = keeping.send_back_until(found, send_days_from or at)
    closing = at + book.close_after(at)[0]
    # Nobody loses a return because it closed while there was still time to send.
    request.close_due_at = max(closing, (request.send_back_until or closing) + timedelta(days=1))
    request.save(update_fields=["option_due_at", "address", "send_back_until", "close_due_at"])
    if kind in {LabelKind.PREPAID, LabelKind.OWN_CARRIER}:
        labels.want(request, kind, at=at)


def pay(request: ReturnRequest, at: datetime, *, origin: str, by: User | None) -> Refund | None:
    """The refund of this return is asked for, once by its key, and the return is refunded; None
    when nothing is to be paid.
    """
    if request.status != Status.REFUNDED:
        move(
            request,
            Status.REFUNDED,
            refunded_at=at,
            ended_at=at,
            close_due_at=None,
            refund_due_at=None,
        )
    parts = keeping.payable(request)
    refund = None
    if parts:
        with translation.override(request.seller.language):
            reason = why(request, origin)
        refund = refunds.ask(
            request.order,
            parts=parts,
            reason=reason,
            clause=clause(request),
            origin=origin,
            by=by,
            key=f"return:{request.pk}",
            request=request,
            reference=request.number,
            reimbursable=None if keeping.from_germany(request) else False,
        )
    journal.write(
        request,
        "return_refunded",
        at=at,
        actor=journal.Actor.CLOCK if origin == Refund.Origin.ON_BEHALF else actor(by),
        user=by,
        origin=origin,
        refund=refund.number if refund is not None else None,
        amount=refund.amount if refund is not None else 0,
    )
    return refund


def why(request: ReturnRequest, origin: str) -> str:
    """The refund's reason in the language that is on: no buyer's data in it."""
    said = {"number": request.number, "reason": request.get_reason_display()}
    if origin == Refund.Origin.ON_BEHALF and request.received_at is not None:
        return _(
            "Return %(number)s (%(reason)s): the goods are back and were not refunded in time."
        ) % (said)
    if origin == Refund.Origin.ON_BEHALF:
        return _("Return %(number)s (%(reason)s): no way to send it back was offered in time.") % (
            said
        )
    if request.returnless:
        return _("Return %(number)s (%(reason)s): refund without return.") % said
    return _("Return %(number)s (%(reason)s).") % said


def clause(request: ReturnRequest) -> str:
    """The rule on which the refund rests."""
    grounds = [one.outcome.ground for one in keeping.read(request).values()]
    ground = next((found for found in grounds if found in _CLAUSES), None)
    if ground == Ground.SELLER_POLICY and request.policy is not None:
        return f"seller_policy v{request.policy.version}"
    return _CLAUSES[ground] if ground is not None else ""


def check_free(request: ReturnRequest) -> None:
    """Refused when the pieces of a closed return are meanwhile in another one."""
    gone = keeping.taken(request.order)
    for row in request.lines.select_related("line"):
        if gone.get(row.line_id, 0) + row.quantity > row.line.quantity:
            raise Refused(
                _("These pieces are in another return by now. Please record them there."),
                code="in_another",
            )


def actor(by: User | None) -> journal.Actor:
    """Who the journal names: nobody is the system, staff is the desk, others act for the seller."""
    if by is None:
        return journal.Actor.SYSTEM
    return journal.Actor.AGENT if by.is_staff else journal.Actor.SELLER
