"""What a return keeps of its entitlement, and what follows: amounts, label, address, days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, Q, Sum, When
from django.db.models.functions import Coalesce

from csba.money import ZERO, cents
from returns.models import RefundLine, ReturnAddress, ReturnLine, ReturnRequest
from returns.operations import balances
from returns.reasons import Ground, LabelKind
from returns.rules import days
from returns.rules.facts import Facts
from returns.rules.outcome import (
    Entitlement,
    Outcome,
    Step,
    fold,
    outcome_as_json,
    steps_as_json,
    steps_from_json,
)
from sellers.models import Order, OrderLine, Seller

MOMENT: Final = timedelta(microseconds=1)
"""The last moment before an exclusive end."""

# From the kindest to the buyer down: one parcel has one label.
_KINDEST = (LabelKind.PREPAID, LabelKind.SELLERS, LabelKind.OWN_CARRIER)


@dataclass(frozen=True, slots=True)
class Found:
    """What is stored for one line."""

    facts: Facts
    outcome: Outcome
    trace: tuple[Step, ...]


def as_json(
    found: Mapping[int, tuple[Facts, Entitlement]], *, language: str = ""
) -> dict[str, Any]:
    """Facts, outcome and trace of each line, by the line's key, and the buyer's language."""
    return {
        "language": language,
        "lines": {
            str(pk): {
                "facts": facts.as_json(),
                "outcome": outcome_as_json(entitlement.outcome),
                "trace": steps_as_json(entitlement.trace),
            }
            for pk, (facts, entitlement) in found.items()
        },
    }


def read(request: ReturnRequest) -> dict[int, Found]:
    """What `as_json` wrote, by the line's key; the outcome is folded from its trace."""
    found = {}
    for pk, stored in request.entitlement.get("lines", {}).items():
        trace = steps_from_json(stored["trace"])
        found[int(pk)] = Found(Facts.from_json(stored["facts"]), fold(trace), trace)
    return found


def returnless(outcomes: Iterable[Outcome]) -> bool:
    """Nothing has to be sent back."""
    found = list(outcomes)
    return bool(found) and all(outcome.returnless for outcome in found)


def label_kind(outcomes: Iterable[Outcome]) -> LabelKind:
    """The one label of the parcel: the kindest that a line in it gives."""
    kinds = {outcome.label for outcome in outcomes if not outcome.returnless}
    return next((kind for kind in _KINDEST if kind in kinds), LabelKind.NONE)


def statutory(outcomes: Iterable[Outcome]) -> bool:
    """A line stands on the statutory right of withdrawal."""
    return any(outcome.ground == Ground.STATUTORY for outcome in outcomes)


def send_back_until(found: Iterable[Found], at: datetime) -> datetime | None:
    """The exclusive end of the time to send the goods, counted from `at`; None: nothing to send."""
    spans = [one for one in found if one.outcome.send_back_days]
    if not spans:
        return None
    return max(days.end_of_days(at, one.outcome.send_back_days, one.facts.state) for one in spans)


def option_due_at(outcomes: Iterable[Outcome]) -> datetime | None:
    """Until when a seller abroad offers a way back; None: no such deadline runs."""
    found = [one.option_due_at for one in outcomes if one.option_due_at is not None]
    return min(found, default=None)


def address_of(seller: Seller) -> ReturnAddress | None:
    """Where the seller takes goods back unless they choose another."""
    rows = ReturnAddress.objects.filter(seller=seller)
    return rows.order_by("-preferred", "pk").first()


def taken(order: Order) -> dict[int, int]:
    """Pieces of each order line that are in a return which runs or has brought them back; of an
    ended one those that were received, where somebody counted.
    """
    counts = ReturnLine.objects.filter(request__order=order).filter(
        ~Q(request__status__in=[ReturnRequest.Status.REFUSED, ReturnRequest.Status.CLOSED])
        # Closed by itself before anything came back: the pieces are the buyer's again.
        | Q(request__status=ReturnRequest.Status.CLOSED, request__received_at__isnull=False)
        | Q(request__status=ReturnRequest.Status.CLOSED, request__refunded_at__isnull=False)
    )
    pieces = Case(
        When(request__status__in=ReturnRequest.ENDED, then=Coalesce("received", "quantity")),
        default="quantity",
    )
    rows = counts.order_by().values("line").annotate(pieces=Sum(pieces))
    return {row["line"]: row["pieces"] for row in rows}


def left(order: Order) -> dict[OrderLine, int]:
    """Pieces of each line that may still be asked back."""
    gone = taken(order)
    return {
        line: max(line.quantity - gone.get(line.pk, 0), 0) for line in order.lines.order_by("pk")
    }


def due_back(request: ReturnRequest) -> dict[tuple[OrderLine, str], Decimal]:
    """What this return gives back for each line and part: the entitlement's amounts for the pieces
    that came (all of them while none are counted), less what the inspection took off.
    """
    found = read(request)
    parts: dict[tuple[OrderLine, str], Decimal] = {}
    for row in request.lines.select_related("line__order"):
        outcome = found[row.line_id].outcome
        pieces = row.quantity if row.received is None else min(row.received, row.quantity)
        item = cents(outcome.refund_item * pieces / row.quantity) - (row.deduction or ZERO)
        shipping = cents(outcome.refund_shipping * pieces / row.quantity)
        parts[row.line, RefundLine.Part.ITEM] = max(item, ZERO)
        parts[row.line, RefundLine.Part.SHIPPING] = shipping
    return {key: amount for key, amount in parts.items() if amount > ZERO}


def payable(request: ReturnRequest) -> dict[tuple[OrderLine, str], Decimal]:
    """As `due_back`, but never more than is left of what was paid: part of it may have gone back
    before. Holds the order and its balances.
    """
    parts = due_back(request)
    if not parts:
        return {}
    Order.objects.select_for_update(no_key=True).get(pk=request.order_id)
    held = balances.locked(line for line, _part in parts)
    found = {
        (line, part): min(amount, balances.left(held[line.pk], line, part))
        for (line, part), amount in parts.items()
    }
    return {key: amount for key, amount in found.items() if amount > ZERO}


def from_germany(request: ReturnRequest) -> bool:
    """The goods were shipped from Germany: who did so bears no omission of section 3."""
    return all(one.facts.ship_from == "DE" for one in read(request).values())


def deduction_most(request: ReturnRequest, standard_percent: int) -> int:
    """The share of the price that wear may cost here: the standard's, or the seller's own where it
    is kinder.
    """
    own = request.policy.clauses.get("used_deduction_percent") if request.policy else None
    return min(standard_percent, int(own)) if own is not None else standard_percent
