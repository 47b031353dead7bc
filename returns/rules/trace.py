"""A trace as the desk reads it: numbered steps in words, each with its facts, what it settled, and
small the rows of the rulebook and the source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from csba.money import shown
from returns.reasons import Condition, Fault, Ground, LabelKind, Reason, Remedy, Trait
from returns.rules import words
from returns.rules.days import ZONE
from returns.rules.facts import Facts
from returns.rules.labels import CATEGORIES, STATES
from returns.rules.outcome import Outcome, Step

_LABELS: Final[dict[str, str | Promise]] = {
    "placed_at": pgettext_lazy("fact", "Ordered"),
    "asked_at": pgettext_lazy("fact", "Asked"),
    "delivered_at": pgettext_lazy("fact", "Delivered"),
    "deliver_by": pgettext_lazy("fact", "Latest delivery date"),
    "shown_at": pgettext_lazy("fact", "Defect showed itself"),
    "category": pgettext_lazy("fact", "Category"),
    "group": pgettext_lazy("fact", "Category group"),
    "price": pgettext_lazy("fact", "Paid for the pieces"),
    "shipping": pgettext_lazy("fact", "Paid for shipping"),
    "shipping_cheapest": pgettext_lazy("fact", "Cheapest delivery"),
    "reason": pgettext_lazy("fact", "Reason"),
    "condition": pgettext_lazy("fact", "Condition"),
    "quantity": pgettext_lazy("fact", "Pieces"),
    "bought": pgettext_lazy("fact", "Pieces bought"),
    "traits": pgettext_lazy("fact", "Traits of the goods"),
    "state": pgettext_lazy("fact", "Buyer's state"),
    "consumer": pgettext_lazy("fact", "Consumer"),
    "instructed": pgettext_lazy("fact", "Told of the right of withdrawal"),
    "withdrawal": pgettext_lazy("fact", "Withdrawal declared"),
    "ship_from": pgettext_lazy("fact", "Shipped from"),
    "local_address": pgettext_lazy("fact", "Return address in Germany"),
    "until": pgettext_lazy("fact", "Until"),
    "currency": pgettext_lazy("fact", "Currency"),
    "ground": pgettext_lazy("fact", "Ground"),
    "postage": pgettext_lazy("fact", "Return postage"),
    "label": pgettext_lazy("fact", "Label"),
    "send_back_days": pgettext_lazy("fact", "Days to send"),
    "refund_item": pgettext_lazy("fact", "Refund for the goods"),
    "refund_shipping": pgettext_lazy("fact", "Refund of shipping"),
    "returnless": pgettext_lazy("fact", "Without return"),
    "may_return": pgettext_lazy("fact", "May be returned"),
    "automatic": pgettext_lazy("fact", "Automatic"),
    "estimated": pgettext_lazy("fact", "Estimated"),
    "warranty_until": pgettext_lazy("fact", "Warranty until"),
    "option_due_at": pgettext_lazy("fact", "Way back due"),
    "remedies": pgettext_lazy("fact", "Remedies"),
    "by": pgettext_lazy("fact", "By"),
    "days": pgettext_lazy("fact", "Days"),
    "limit": pgettext_lazy("fact", "Limit"),
    "payer": pgettext_lazy("fact", "Who pays"),
}
_QUIET: Final = frozenset({"review", "notices", "deductions", "currency"})
_MONEY: Final = frozenset(
    {
        "price",
        "shipping",
        "shipping_cheapest",
        "refund_item",
        "refund_shipping",
        "threshold",
        "limit",
    }
)
_CODES: Final[dict[str, Mapping[str, Any]]] = {
    "reason": dict(Reason.choices),
    "condition": dict(Condition.choices),
    "ground": dict(Ground.choices),
    "postage": dict(Fault.choices),
    "fault": dict(Fault.choices),
    "label": dict(LabelKind.choices),
    "payer": dict(Fault.choices),
    "category": CATEGORIES,
    "state": STATES,
    "traits": dict(Trait.choices),
    "remedies": dict(Remedy.choices),
}
_ESTIMATES: Final = frozenset({"deliver_by", "until"})
_ENDS: Final = frozenset({"until", "warranty_until", "option_due_at"})


@dataclass(frozen=True, slots=True)
class Row:
    """One step in words."""

    said: str
    facts: list[dict[str, Any]]
    sets: list[dict[str, Any]]
    versions: str
    source: str
    rule: str


def rows(trace: Iterable[Step], *, estimated: bool, currency: str) -> list[Row]:
    """The steps, ready to be shown."""
    return [
        Row(
            said=_said(step),
            facts=_pairs(step.facts, estimated, currency),
            sets=_pairs(step.sets, estimated, currency),
            versions=", ".join(
                f"{key} v{number}" for key, number in step.versions.items() if number
            ),
            source=step.source,
            rule=step.rule,
        )
        for step in trace
    ]


def summary(facts: Facts, outcome: Outcome) -> dict[str, Any]:
    """The outcome in one head line and the few values that decide what happens."""
    return {
        "headline": words.headline(outcome),
        "may": outcome.may_return,
        "ground": Ground(outcome.ground).label,
        "until": last_day(outcome.until) if outcome.until else "",
        "estimated": outcome.estimated,
        "postage": Fault(outcome.postage).label if outcome.postage else "",
        "label": LabelKind(outcome.label).label,
        "item": shown(outcome.refund_item, outcome.currency),
        "shipping": shown(outcome.refund_shipping, outcome.currency),
        "total": shown(outcome.total, outcome.currency),
        "paid": shown(facts.price, facts.currency),
        "deductions": [
            {"basis": one.basis, "amount": shown(-one.amount, outcome.currency)}
            for one in outcome.deductions
        ],
        "automatic": outcome.automatic,
        "returnless": outcome.returnless,
        "review": [words.review(code) for code in outcome.review],
        "notices": [words.notice(code) for code in outcome.notices],
        "remedies": [Remedy(code).label for code in outcome.remedies],
    }


def moment(at: datetime) -> str:
    """Date and time in the reader's zone."""
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def last_day(end: datetime) -> str:
    """An exclusive end as people say it: the marketplace's day that it closes."""
    day = (end - timedelta(microseconds=1)).astimezone(ZONE).date()
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def _said(step: Step) -> str:
    if step.rule == "authorised_as_exception":
        return _("A person authorised it although the rules do not give it.")
    return words.said(step)


def _pairs(values: Mapping[str, Any], estimated: bool, currency: str) -> list[dict[str, Any]]:
    return [
        {
            "label": str(_LABELS.get(name, name.replace("_", " "))),
            "value": _value(name, value, currency),
            "estimated": estimated and name in _ESTIMATES,
        }
        for name, value in values.items()
        if name not in _QUIET and value not in (None, "", [], ())
    ]


def _value(name: str, value: Any, currency: str) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_value(name, one, currency) for one in value)
    if isinstance(value, datetime):
        return last_day(value) if name in _ENDS else moment(value)
    if name in _MONEY:
        try:
            return shown(Decimal(str(value)), currency)
        except InvalidOperation:
            return str(value)
    if name in _CODES:
        return str(_CODES[name].get(str(value), value))
    if isinstance(value, str) and len(value) > 10 and value[4:5] == "-" and "T" in value:
        try:
            return _value(name, datetime.fromisoformat(value), currency)
        except ValueError:
            return value
    return str(value)
