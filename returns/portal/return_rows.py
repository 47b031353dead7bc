"""A return in the words of the seller's pages: its line in the list, what is to do, by when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from caselog.rules.deadlines import in_zone
from csba.money import ZERO, shown
from returns.models import ReturnLabel, ReturnRequest
from returns.operations import keeping
from sellers.models import Seller

Status = ReturnRequest.Status

BADGES: Final = {
    Status.REQUESTED: "quiet",
    Status.AUTHORISED: "ok",
    Status.IN_TRANSIT: "ok",
    Status.RECEIVED: "warn",
    Status.INSPECTED: "warn",
    Status.REFUNDED: "quiet",
    Status.CLOSED: "quiet",
    Status.REFUSED: "quiet",
}


@dataclass(frozen=True, slots=True)
class Task:
    """What the seller must do by when; `there` is the marketplace's time where it differs."""

    words: str
    moment: datetime | None = None
    here: str = ""
    there: str = ""


def amount(one: ReturnRequest) -> str:
    """What goes back for what has come back."""
    parts = keeping.due_back(one)
    currency = next((line.currency for line, _part in parts), "EUR")
    return shown(sum(parts.values(), start=ZERO), currency)


def row(one: ReturnRequest, seller: Seller) -> dict[str, Any]:
    """One line of the list."""
    running = [label for label in one.labels.all() if label.cancelled_at is None]
    return {
        "number": one.number,
        "order": one.order.number,
        "goods": ", ".join(
            f"{row.quantity} × {row.line.title or row.line.asin}" for row in one.lines.all()
        ),
        "reason": one.get_reason_display(),
        "state": one.get_status_display(),
        "badge": BADGES.get(Status(one.status), "quiet"),
        "asked": when(one.asked_at),
        "task": task(one, running[0] if running else None, seller),
    }


def task(one: ReturnRequest, label: ReturnLabel | None, seller: Seller) -> Task | None:
    """What the seller must do now; None when it is somebody else's turn."""
    if one.status == Status.AUTHORISED and not one.returnless:
        if one.option_due_at is not None and not one.option:
            return _due(_("Offer a way back"), one.option_due_at, seller)
        if label is None:
            return _due(_("Upload your label"), None, seller)
    if one.status in {Status.RECEIVED, Status.INSPECTED}:
        return _due(_("Refund the buyer"), one.refund_due_at, seller)
    return None


def _due(words: str, moment: datetime | None, seller: Seller) -> Task:
    if moment is None:
        return Task(words)
    here = in_zone(moment, seller.time_zone)
    there = in_zone(moment, settings.CSBA_MARKETPLACE_ZONE)
    return Task(words, moment, here, there if there != here else "")


def when(moment: datetime | None) -> str:
    """The moment in the reader's zone, nothing for none."""
    if moment is None:
        return ""
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def day(until: datetime | None) -> str:
    """The last day before the exclusive end."""
    if until is None:
        return ""
    return formats.date_format(timezone.localtime(until - keeping.MOMENT), "DATE_FORMAT")
