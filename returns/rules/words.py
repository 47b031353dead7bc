"""The steps of a trace and the outcome in plain words, as one would explain them to a colleague."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils import formats, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from csba.money import shown
from returns.reasons import Condition, Fault, Ground, Reason, Trait
from returns.rules.days import ZONE
from returns.rules.outcome import Outcome, Step

Words = str | Promise

RULES: Final[dict[str, Words]] = {
    "policy": lazy(
        "The policy of the order's date, %(placed_at)s, governs; the goods are of category "
        "%(category)s, group %(group)s."
    ),
    "delivered": lazy("The days count from the delivery on %(delivered_at)s."),
    "delivery_estimated": lazy(
        "No delivery is known, so the days count from the latest delivery date, %(deliver_by)s "
        "(estimated)."
    ),
    "fault_seller": lazy("“%(reason)s” is a reason that the seller bears."),
    "fault_buyer": lazy("“%(reason)s” is a reason that the buyer bears."),
    "still_sealed": lazy("%(trait)s: would be excluded once opened, but it is unopened."),
    "excluded": lazy("%(trait)s: excluded from returns without a fault of the goods."),
    "accepted_anyway": lazy("The seller's policy takes such goods back all the same."),
    "excluded_no_ground": lazy("So nothing gives a right to return without a fault of the goods."),
    "statutory_window": lazy(
        "The right of withdrawal lasts %(days)s days, until the end of %(until)s; a last day on a "
        "weekend or holiday moves to the next working day."
    ),
    "statutory_window_uninstructed": lazy(
        "The buyer was not told of the right of withdrawal, so it lasts %(months)s months and "
        "%(days)s days, until the end of %(until)s."
    ),
    "guarantee_window": lazy(
        "The return window of this category is %(days)s days, until the end of %(until)s."
    ),
    "winter_window": lazy("Ordered in the weeks before the winter holidays: until %(until)s."),
    "winter_window_unconfirmed": lazy(
        "Ordered in the weeks before the winter holidays: until %(until)s, by last year's dates, "
        "as this year's are not announced."
    ),
    "seller_window": lazy(
        "The seller's own policy gives %(days)s days, until the end of %(until)s."
    ),
    "ground_statutory": lazy(
        "Asked on %(asked_at)s, within the right of withdrawal. The buyer may still ask until the "
        "end of %(until)s."
    ),
    "ground_guarantee": lazy(
        "Asked on %(asked_at)s, within the voluntary return guarantee until the end of %(until)s."
    ),
    "ground_seller_policy": lazy(
        "Asked on %(asked_at)s, within the seller's own policy until the end of %(until)s."
    ),
    "ground_fault": lazy(
        "Asked on %(asked_at)s, within the return window until the end of %(until)s, for a reason "
        "that the seller bears."
    ),
    "windows_over": lazy("Asked on %(asked_at)s; every window ended with %(until)s."),
    "warranty": lazy(
        "The law gives a warranty for defects until the end of %(until)s: the buyer chooses repair "
        "or replacement."
    ),
    "warranty_over": lazy(
        "The warranty ended with %(until)s. A person looks whether the seller helps all the same."
    ),
    "presumption": lazy(
        "The defect showed before %(until)s, so it is taken to have been there at delivery."
    ),
    "no_presumption": lazy(
        "The defect showed after %(until)s or the buyer is a business: the buyer must show that it "
        "was there at delivery."
    ),
    "repair_extension": lazy(
        "A repair makes the warranty %(months)s months longer, once; the buyer must be told before "
        "choosing."
    ),
    "refund_all": lazy(
        "The seller bears the reason: the full price of %(price)s and the shipping of %(shipping)s "
        "go back."
    ),
    "refund_statutory": lazy(
        "A withdrawal gives back the price of %(price)s and the cheapest standard delivery, "
        "%(shipping)s."
    ),
    "refund_voluntary": lazy(
        "Under the voluntary window %(percent)s %% of the price of %(price)s goes back, and "
        "%(shipping)s of the shipping."
    ),
    "loss_of_value": lazy(
        "“%(condition)s”: within the right of withdrawal only a reasoned loss of value may be "
        "deducted, after a person has looked."
    ),
    "deduction_used": lazy(
        "“%(condition)s”: up to %(percent)s %% is deducted for wear, %(amount)s."
    ),
    "returnless_unsafe": lazy("It is not safe to send: nothing comes back."),
    "returnless_destroyed": lazy(
        "Damaged and broken beyond use: it would be pointless to send it back."
    ),
    "returnless_policy": lazy(
        "The seller's policy asks for no return up to %(limit)s; this is %(price)s."
    ),
    "returnless_abroad": lazy(
        "Shipped from %(ship_from)s, no return address in Germany, and a price of %(price)s is not "
        "above %(limit)s: refund without return."
    ),
    "postage_fault": lazy("The seller bears the reason, so the seller pays the way back."),
    "postage_abroad": lazy(
        "Shipped from %(ship_from)s without a return address in Germany: the international label "
        "is always at the seller's cost."
    ),
    "postage_policy": lazy("The seller's own policy pays the way back."),
    "postage_fashion": lazy("The way back is free for category %(category)s, whatever the price."),
    "postage_price": lazy(
        "%(price)s is above %(limit)s, so the seller pays the way back of a change of mind too."
    ),
    "postage_buyer": lazy("The buyer pays the way back of a change of mind."),
    "way_back": lazy("The goods are to be sent within %(days)s days after authorisation."),
    "option_abroad": lazy(
        "Shipped from %(ship_from)s: the seller must offer a way back within %(days)s calendar "
        "days, until the end of %(until)s, or the refund is made at the seller's cost."
    ),
    "review_category": lazy("Returns of category %(category)s are always looked at by a person."),
    "review_trait": lazy("%(trait)s: such goods are always looked at by a person."),
    "automatic": lazy("Everything is within the rules: authorised automatically."),
    "by_hand": lazy("A person decides within the time for reviews."),
}

REVIEWS: Final[dict[str, Words]] = {
    "excluded": lazy("The goods are excluded from returns without a fault."),
    "out_of_window": lazy("Every window has passed."),
    "warranty": lazy("A defect outside the window: cure under the warranty is put to the seller."),
    "warranty_over": lazy("A defect after the warranty: perhaps the seller helps all the same."),
    "loss_of_value": lazy("A loss of value within the right of withdrawal needs its reasons."),
    "used": lazy("The goods show wear: the deduction is looked at."),
    "category": lazy("The category is never authorised automatically."),
    "trait": lazy("Such goods are never authorised automatically."),
    "switched_off": lazy("Automatic authorisation is switched off."),
}

NOTICES: Final[dict[str, Words]] = {
    "withdrawal_confirmed": lazy(
        "We have received your withdrawal in time; you get the price and the standard delivery "
        "back within 14 days of it, at the latest once the goods or the proof of sending are there."
    ),
    "withdrawal_as_return": lazy(
        "The time for a withdrawal had passed; we treat your declaration as a return within the "
        "voluntary window."
    ),
    "repair_extension": lazy(
        "You may choose between repair and replacement. If you choose the repair, your warranty "
        "becomes longer by twelve months, once."
    ),
}

_HEADLINES: Final[dict[Ground, Words]] = {
    Ground.STATUTORY: lazy("May withdraw until %(until)s; %(total)s go back"),
    Ground.GUARANTEE: lazy("May return until %(until)s under the guarantee; %(total)s go back"),
    Ground.SELLER_POLICY: lazy(
        "May return until %(until)s under the seller's policy; %(total)s go back"
    ),
    Ground.FAULT: lazy("May return until %(until)s at the seller's cost; %(total)s go back"),
    Ground.WARRANTY: lazy("Warranty until %(until)s: repair or replacement"),
    Ground.NONE: lazy("No right to return by rule; a person looks"),
}
_RETURNLESS: Final = lazy("%(total)s go back, and nothing needs to be sent")

_ENDS: Final = frozenset({"until"})
_MOMENTS: Final = frozenset({"placed_at", "asked_at", "delivered_at", "deliver_by"})
_AMOUNTS: Final = frozenset({"price", "shipping", "limit", "amount"})


def said(step: Step, language: str | None = None) -> str:
    """The step in one sentence, in `language` or the reader's."""
    if language is not None:
        with translation.override(language):
            return said(step)
    return str(RULES[step.rule]) % {name: _fact(name, value) for name, value in step.facts.items()}


def headline(outcome: Outcome, language: str | None = None) -> str:
    """The outcome in one line."""
    if language is not None:
        with translation.override(language):
            return headline(outcome)
    values = {
        "until": _fact("until", outcome.until or outcome.warranty_until),
        "total": shown(outcome.total, outcome.currency),
    }
    words = str(_RETURNLESS if outcome.returnless else _HEADLINES[outcome.ground]) % values
    return f"{words} ({_('estimated')})" if outcome.estimated else words


def notice(code: str) -> str:
    """What the buyer must be told."""
    return str(NOTICES[code])


def review(code: str) -> str:
    """Why a person must look."""
    return str(REVIEWS[code])


def _fact(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if name in _ENDS:
        # An end is the first moment after: what people are told is the day before it.
        return _day(_moment(value) - timedelta(microseconds=1))
    if name in _MOMENTS:
        return _day(_moment(value))
    if name in _AMOUNTS:
        return shown(Decimal(value), "EUR")
    if name in _LABELS:
        return str(_LABELS[name][value])
    return str(value)


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _day(moment: datetime) -> str:
    day: date = moment.astimezone(ZONE).date()
    return formats.date_format(day, "DATE_FORMAT")


_LABELS: Final[dict[str, Mapping[str, Words]]] = {
    "reason": {one.value: one.label for one in Reason},
    "condition": {one.value: one.label for one in Condition},
    "trait": {one.value: one.label for one in Trait},
    "payer": {one.value: one.label for one in Fault},
}
