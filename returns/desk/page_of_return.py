"""What the page of one return on the desk is made of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from csba.journal import read as journal
from csba.journal.models import Line
from csba.money import shown
from csba.staff import DeskRequest, frame
from returns.models import ReturnLabel, ReturnRequest
from returns.operations import keeping
from returns.reasons import Condition, LabelKind
from returns.rules import trace

Status = ReturnRequest.Status

BADGES: Final = {
    Status.REQUESTED: "warn",
    Status.AUTHORISED: "ok",
    Status.IN_TRANSIT: "ok",
    Status.RECEIVED: "warn",
    Status.INSPECTED: "warn",
    Status.REFUNDED: "ok",
    Status.CLOSED: "quiet",
    Status.REFUSED: "bad",
}
STEPS: Final = (
    Status.REQUESTED,
    Status.AUTHORISED,
    Status.IN_TRANSIT,
    Status.RECEIVED,
    Status.INSPECTED,
    Status.REFUNDED,
)

_VERBS: Final = {
    "return_opened": lambda: _("Asked for"),
    "return_authorised": lambda: _("Authorised by a person"),
    "return_refused": lambda: _("Refused"),
    "return_sent": lambda: _("Parcel handed in"),
    "return_received": lambda: _("Goods received"),
    "return_inspected": lambda: _("Goods looked at"),
    "return_refunded": lambda: _("Refund asked for"),
    "return_closed": lambda: _("Closed"),
    "label_made": lambda: _("Label made"),
    "label_uploaded": lambda: _("Label uploaded by the seller"),
    "option_offered": lambda: _("Way back offered by the seller"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """A due time as a badge."""

    text: str
    level: str
    full: str


def due(moment: datetime, at: datetime) -> Due:
    """Time left until `moment` in one unit; soon under six hours, over when it has passed."""
    left = moment - at
    level = "over" if left <= timedelta(0) else "soon" if left < timedelta(hours=6) else "fine"
    minutes = abs(left) // timedelta(minutes=1)
    if minutes < 60:
        words = _("%(count)d m") % {"count": minutes}
    elif minutes < 48 * 60:
        words = _("%(count)d h") % {"count": minutes // 60}
    else:
        words = _("%(count)d d") % {"count": minutes // 1440}
    full = formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    return Due(f"−{words}" if level == "over" else words, level, full)


def next_due(one: ReturnRequest) -> tuple[str, datetime] | None:
    """The one deadline that counts now, with its name."""
    match one.status:
        case Status.REQUESTED:
            found = (_("Decide by"), one.review_due_at)
        case Status.AUTHORISED if one.option_due_at is not None and not one.option:
            found = (_("Seller's way back due"), one.option_due_at)
        case Status.AUTHORISED:
            found = (_("Send by"), one.send_back_until)
        case Status.IN_TRANSIT:
            found = (_("Closes"), one.close_due_at)
        case Status.RECEIVED | Status.INSPECTED:
            found = (_("Refund due"), one.refund_due_at)
        case _:
            return None
    return (found[0], found[1]) if found[1] is not None else None


def show(
    request: DeskRequest, one: ReturnRequest, errors: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """The page, with what could not be done."""
    at = timezone.now()
    deadline = next_due(one)
    label = one.labels.filter(cancelled_at__isnull=True).select_related("file").first()
    context: dict[str, Any] = {
        "one": one,
        "errors": errors or [],
        "typed": request.POST if errors else {},
        "badge": BADGES.get(Status(one.status), "quiet"),
        "due": due(deadline[1], at) if deadline is not None else None,
        "due_name": deadline[0] if deadline is not None else "",
        "steps": _steps(one),
        "lines": _lines(one),
        "label": label,
        "label_words": _label_words(one, label),
        "refunds": [
            {
                "number": refund.number,
                "amount": shown(refund.amount, refund.currency),
                "state": refund.get_status_display(),
                "origin": refund.get_origin_display(),
            }
            for refund in one.refunds.order_by("pk")
        ],
        "withdrawals": one.withdrawals.order_by("pk"),
        "story": [_event(line) for line in journal.of(one)],
        "buttons": _buttons(request, one),
        "conditions": Condition.choices,
        "now": formats.date_format(timezone.localtime(at), "Y-m-d\\TH:i"),
        "order_url": f"{reverse('admin:sellers_order_changelist')}?q={one.order.number}",
        "topics": "queue",
        "section": "queue",
    }
    context |= frame(request, at, here="returns")
    return render(request, "returns/desk/return.html", context, status=status)


def _steps(one: ReturnRequest) -> list[dict[str, Any]]:
    """The way of a return with the moments it was there."""
    moments = {
        Status.REQUESTED: one.asked_at,
        Status.AUTHORISED: one.decided_at if one.status != Status.REFUSED else None,
        Status.IN_TRANSIT: one.sent_at,
        Status.RECEIVED: one.received_at,
        Status.INSPECTED: one.inspected_at,
        Status.REFUNDED: one.refunded_at,
    }
    return [
        {
            "label": step.label,
            "when": trace.moment(found) if (found := moments[step]) else "",
            "here": one.status == step,
        }
        for step in STEPS
    ]


def _lines(one: ReturnRequest) -> list[dict[str, Any]]:
    stored = keeping.read(one)
    found = []
    for row in one.lines.select_related("line"):
        kept = stored[row.line_id]
        found.append(
            {
                "id": row.line_id,
                "title": row.line.title or row.line.asin,
                "sku": row.line.sku,
                "quantity": row.quantity,
                "received": row.received,
                "found": row.get_found_display() if row.found else "",
                "declared": one.condition,
                "deduction": shown(row.deduction, kept.outcome.currency) if row.deduction else "",
                "deduction_reason": row.deduction_reason,
                "outcome": trace.summary(kept.facts, kept.outcome),
                "trace": trace.rows(
                    kept.trace, estimated=kept.outcome.estimated, currency=kept.outcome.currency
                ),
            }
        )
    return found


def _label_words(one: ReturnRequest, label: ReturnLabel | None) -> str:
    if one.returnless:
        return str(LabelKind.NONE.label)
    if label is None:
        if one.status == Status.AUTHORISED and one.option_due_at and not one.option:
            return _("Waits for the seller's way back")
        return _("None yet")
    words = label.get_kind_display()
    return f"{words}: {label}" if str(label) else words


def _event(line: Line) -> dict[str, str]:
    verb = _VERBS.get(line.verb)
    facts = line.facts
    return {
        "when": trace.moment(line.at),
        "who": str(line.user) if line.user is not None else line.get_actor_display(),
        "what": verb() if verb is not None else line.verb.replace("_", " "),
        "more": str(facts.get("reason", "")) if line.verb != "return_opened" else "",
    }


def _buttons(request: DeskRequest, one: ReturnRequest) -> dict[str, bool]:
    """Which of the forms the page shows: what this state allows and this person may."""
    may = request.user.has_perm("returns.review_return")
    to = ReturnRequest.MOVES.get(Status(one.status), ())
    return {
        "authorise": may and one.status == Status.REQUESTED,
        "refuse": may and Status.REFUSED in to,
        "sent": may and Status.IN_TRANSIT in to and not one.returnless,
        "received": may
        and not one.returnless
        and (Status.RECEIVED in to or (one.status == Status.REFUNDED and not one.received_at)),
        "inspected": may and Status.INSPECTED in to,
        "refund": request.user.has_perm("returns.ask_refund")
        and one.status in {Status.RECEIVED, Status.INSPECTED},
        "close": may and Status.CLOSED in to and one.status != Status.REFUNDED,
    }
