"""Returns in the plain words of the buyer's pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils import formats, timezone

from csba.money import ZERO, shown
from returns.models import ReturnLabel, ReturnRequest
from returns.operations import keeping
from returns.reasons import Fault, Remedy
from returns.rules import words
from returns.rules.facts import Facts
from returns.rules.outcome import Entitlement, Outcome
from sellers.models import OrderLine

Status = ReturnRequest.Status


def foreseen(
    line: OrderLine, pieces: int, facts: Facts, entitlement: Entitlement
) -> Mapping[str, Any]:
    """One line of the preview, in plain words."""
    outcome = entitlement.outcome
    return {
        "title": line.title or line.asin,
        "quantity": pieces,
        "headline": words.headline(outcome),
        "may": outcome.may_return,
        "amount": shown(outcome.total, outcome.currency),
        "until": day(outcome.until),
        "estimated": outcome.estimated,
        "free": outcome.postage == Fault.SELLER,
        "postage": bool(outcome.postage) and not outcome.returnless,
        "deductions": [
            {"basis": one.basis, "amount": shown(one.amount, outcome.currency)}
            for one in outcome.deductions
        ],
        "remedies": [Remedy(code).label for code in outcome.remedies],
    }


def total(outcomes: list[Outcome]) -> str:
    """All that goes back."""
    currency = outcomes[0].currency if outcomes else "EUR"
    return shown(sum((one.total for one in outcomes), start=ZERO), currency)


def notices(outcomes: list[Outcome]) -> list[str]:
    """What the buyer must be told, each once."""
    return [words.notice(code) for code in dict.fromkeys(c for o in outcomes for c in o.notices)]


def state(one: ReturnRequest, found: ReturnLabel | None) -> str:
    """Which of the page's texts fits."""
    if one.status == Status.AUTHORISED:
        if one.option_due_at is not None and not one.option:
            return "waits"
        return "send" if found is not None else "label_later"
    if one.status == Status.REFUNDED and one.returnless:
        return "nothing"
    return str(one.status).lower()


_WAY: Final = (Status.REQUESTED, Status.AUTHORISED, Status.IN_TRANSIT, Status.RECEIVED)


def steps(one: ReturnRequest) -> list[dict[str, Any]]:
    """Where the return stands on its way."""
    if one.returnless or one.status in {Status.REFUSED, Status.CLOSED}:
        return []
    reached = {
        Status.REQUESTED: True,
        Status.AUTHORISED: one.decided_at is not None,
        Status.IN_TRANSIT: one.sent_at is not None or one.received_at is not None,
        Status.RECEIVED: one.received_at is not None,
    }
    found = [{"label": step.label, "done": reached[step]} for step in _WAY]
    found.append({"label": Status.REFUNDED.label, "done": one.refunded_at is not None})
    following = next((step for step in found if not step["done"]), None)
    if following is not None:
        following["now"] = True
    return found


def day(until: datetime | None) -> str:
    """The last day before the exclusive end."""
    return day_of(until - keeping.MOMENT) if until is not None else ""


def day_of(moment: datetime) -> str:
    """The day in words."""
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")


def moment(at: datetime | None) -> str:
    """Date and time in words, nothing for none."""
    if at is None:
        return ""
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")
