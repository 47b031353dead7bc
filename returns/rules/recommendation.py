"""What to decide when a seller stayed silent: the rows of a table in the rulebook whose facts hold,
the first of them the best, the second the runner-up (P10, rulings 10).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils import formats, timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from csba.money import ZERO, share, shown
from csba.topics import Topic
from returns.reasons import Condition, Ground, Reason
from returns.rules.book import Advice
from returns.rules.outcome import Outcome

REASONS: Final[Mapping[str, Reason]] = {
    Topic.DAMAGED: Reason.BOX_AND_ITEM_DAMAGED,
    Topic.WRONG_ITEM: Reason.WRONG_ITEM,
    Topic.MISSING_PARTS: Reason.MISSING_PARTS,
    Topic.DEFECTIVE: Reason.DEFECTIVE,
    Topic.WARRANTY: Reason.DEFECTIVE,
    Topic.NOT_AS_DESCRIBED: Reason.NOT_AS_DESCRIBED,
    Topic.LATE: Reason.LATE,
}
"""The reason of a return that a topic stands for; anything else is a change of mind."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts of one order line at the moment of judgment."""

    topic: str
    at: datetime
    currency: str
    price: Decimal
    shipping: Decimal
    shipped: bool
    delivered_at: datetime | None
    signed: bool
    deliver_by: datetime | None
    grace: timedelta
    condition: Condition
    goods_back: bool
    entitlement: Outcome
    part_percent: int
    """Which share is proposed where a part of the price goes back."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One way to decide. `amount` is what goes back at once, `later` what goes back when the goods
    are there.
    """

    outcome: str
    remedy: str
    because: str
    when: str
    amount: Decimal
    later: Decimal
    currency: str

    def as_json(self) -> dict[str, str]:
        """As it is stored with the decision."""
        return {
            "outcome": self.outcome,
            "remedy": self.remedy,
            "because": self.because,
            "when": self.when,
            "amount": str(self.amount),
            "later": str(self.later),
            "currency": self.currency,
        }


def _lost(now: Situation) -> bool:
    return (
        now.shipped
        and now.delivered_at is None
        and now.deliver_by is not None
        and now.at >= now.deliver_by + now.grace
    )


FACTS: Final[dict[str, Callable[[Situation], bool]]] = {
    "": lambda now: True,
    "delivered_without_signature": lambda now: now.delivered_at is not None and not now.signed,
    "delivered_with_signature": lambda now: now.delivered_at is not None and now.signed,
    "past_grace": _lost,
    "in_time": lambda now: now.delivered_at is None and not _lost(now),
    "destroyed": lambda now: now.condition == Condition.DESTROYED,
    "may_return": lambda now: now.entitlement.may_return,
    "warranty": lambda now: now.entitlement.ground == Ground.WARRANTY,
    "goods_back": lambda now: now.goods_back,
    "unshipped": lambda now: not now.shipped,
    "shipped": lambda now: now.shipped,
}
"""The facts that a row of the table may ask for, by name."""


def recommend(now: Situation, table: Iterable[Advice]) -> list[Recommendation]:
    """All ways that fit, best first, each remedy once; rows without a topic come after those of
    the topic. Never empty as long as the table ends with a row that always fits.
    """
    fitting = [row for row in table if row.topic in {now.topic, ""} and FACTS[row.when](now)]
    fitting.sort(key=lambda row: row.topic == "")
    found: dict[str, Recommendation] = {}
    for row in fitting:
        if row.remedy not in found:
            found[row.remedy] = _with_amounts(row, now)
    return list(found.values())


def _with_amounts(row: Advice, now: Situation) -> Recommendation:
    at_once, later = ZERO, ZERO
    match row.remedy:
        case "refund_full":
            at_once = now.price + now.shipping
        case "refund_returnless":
            at_once = now.price + now.shipping
        case "refund_part":
            at_once = share(now.price, now.part_percent)
        case "return_sellers_cost" | "return_by_policy":
            if now.entitlement.returnless:
                at_once = now.entitlement.total
            else:
                later = now.entitlement.total
    return Recommendation(
        outcome=row.outcome,
        remedy=row.remedy,
        because=row.because,
        when=row.when,
        amount=at_once,
        later=later,
        currency=now.currency,
    )


REMEDIES: Final[dict[str, str | Promise]] = {
    "refund_full": _("Refund in full: %(amount)s"),
    "refund_returnless": _("Refund in full without return: %(amount)s"),
    "refund_part": _("Refund a part: %(amount)s"),
    "return_sellers_cost": _(
        "Authorise the return at the seller's cost; %(later)s when it is back"
    ),
    "return_by_policy": _("Authorise the return by the policy; %(later)s when it is back"),
    "replacement": _("Send a replacement, if the seller has stock"),
    "cure": _("Repair or replacement under the warranty, at the buyer's choice"),
    "cancel": _("Cancel the order"),
    "proof_shown": _("Decline and show the proof of delivery"),
    "tracking_told": _("Tell where the parcel is and when to ask again"),
    "explain_window": _("Decline and explain the window"),
    "carrier_redirect": _("Point to the carrier: the parcel is on its way"),
    "tell_not_known": _("Tell the buyer honestly what is not known"),
}
REASONING: Final[dict[str, str | Promise]] = {
    "not_proved": _("The carrier says delivered, but nobody signed: the delivery is not proved."),
    "signed_for": _("The delivery was signed for."),
    "lost": _("The parcel has not arrived and its time and the days of grace are over."),
    "not_late_yet": _("The parcel still has time to arrive."),
    "pointless_to_return": _("What is broken beyond use need not be sent back."),
    "seller_fault": _("The reason lies with the seller, and the return window is open."),
    "warranty": _("The window is over, but the law gives a warranty for defects."),
    "cure_refused": _("Without cure in reasonable time the buyer may step back from the contract."),
    "in_policy": _("The return is within the policy that governs this order."),
    "out_of_policy": _("No policy that governs this order gives a right to return."),
    "goods_are_back": _("The goods are back with the seller."),
    "not_shipped": _("Nothing has been shipped yet."),
    "already_shipped": _("The order has been shipped."),
    "address_never_changed": _("Customer service never changes an address; a new order is safer."),
    "seller_silent": _("The seller has not answered in time."),
}
_TO_BUYER: Final[dict[str, str | Promise]] = {
    "refund_full": _(
        "We refund you %(amount)s. The money goes back the way you paid; with a card it takes "
        "three to five business days."
    ),
    "refund_returnless": _(
        "We refund you %(amount)s. You need not send anything back. The money goes back the way "
        "you paid; with a card it takes three to five business days."
    ),
    "refund_part": _(
        "We refund you %(amount)s of the price. The money goes back the way you paid; with a card "
        "it takes three to five business days."
    ),
    "return_sellers_cost": _(
        "You can send the article back at no cost. The label comes in a mail of its own. When it "
        "has arrived you get %(later)s back."
    ),
    "return_by_policy": _(
        "You can send the article back. How, and who pays the postage, comes in a mail of its own. "
        "When it has arrived you get %(later)s back."
    ),
    "replacement": _(
        "We ask the seller for a replacement. As soon as it is on its way we tell you, and also if "
        "there is none in stock: then we find another solution."
    ),
    "cure": _(
        "Under the statutory warranty you choose: repair or replacement. Please tell us what you "
        "prefer."
    ),
    "cancel": _("Your order is cancelled before shipment. You pay nothing."),
    "proof_shown": _(
        "The carrier has a signature for the delivery. Please ask in your household and your "
        "neighbours, and write to us if that does not help."
    ),
    "tracking_told": _(
        "Your parcel is on its way and still has until %(deliver_by)s. If it has not come by then, "
        "write to us and we find a solution."
    ),
    "explain_window": _(
        "For this order the time to return has passed, or the article is excluded from returns. If "
        "something is wrong with it, tell us: then other rights apply."
    ),
    "carrier_redirect": _(
        "The parcel is already on its way, so we cannot change the address. Often the carrier can "
        "redirect it: please try with the tracking number."
    ),
    "tell_not_known": _(
        "The seller has not been able to tell us. What we know stands on the product page; if it "
        "is not enough for you, you can send the article back within the window."
    ),
}
_TO_SELLER: Final[dict[str, str | Promise]] = {
    "refund_full": _("The buyer gets %(amount)s back; this is debited to your account."),
    "refund_returnless": _(
        "The buyer gets %(amount)s back without sending anything; this is debited to your account."
    ),
    "refund_part": _("The buyer gets %(amount)s back; this is debited to your account."),
    "return_sellers_cost": _(
        "The return is authorised with a label at your cost. Please refund %(later)s within two "
        "business days of its arrival."
    ),
    "return_by_policy": _(
        "The return is authorised by the policy of this order. Please refund %(later)s within two "
        "business days of its arrival."
    ),
    "replacement": _("Please send a replacement and confirm it under “Changes”."),
    "cure": _(
        "The buyer has the statutory warranty: repair or replacement, at the buyer's choice."
    ),
    "cancel": _("The order is cancelled before shipment. Please do not ship it."),
    "proof_shown": _("The delivery was signed for; the buyer gets no refund."),
    "tracking_told": _("The buyer was told that the parcel still has time."),
    "explain_window": _("The return is declined: it is outside the policy of this order."),
    "carrier_redirect": _("The buyer was pointed to the carrier."),
    "tell_not_known": _("The buyer was told that no answer is known."),
}


def shown_remedy(advice: Recommendation) -> str:
    """The way in one line, for the agent."""
    return str(REMEDIES[advice.remedy]) % _values(advice, None, None)


def shown_reason(advice: Recommendation) -> str:
    """Why this way, in one sentence."""
    return str(REASONING[advice.because])


def to_buyer(advice: Recommendation, now: Situation, language: str) -> str:
    """What the buyer may be told, in the buyer's language."""
    with translation.override(language):
        reason = str(REASONING[advice.because]) if advice.because != "seller_silent" else ""
        words = str(_TO_BUYER[advice.remedy]) % _values(advice, now, language)
        return " ".join(filter(None, [reason, words]))


def to_seller(advice: Recommendation, language: str) -> str:
    """What the seller is told, in the seller's language; not a word about the buyer."""
    with translation.override(language):
        words = str(_TO_SELLER[advice.remedy]) % _values(advice, None, language)
        return f"{REASONING[advice.because]} {words}"


def told_seller(stored: Mapping[str, str], language: str) -> str:
    """The same for advice as it was stored; empty for a remedy that is gone by now."""
    if stored.get("remedy") not in _TO_SELLER or stored.get("because") not in REASONING:
        return ""
    advice: dict[str, Any] = {**stored}
    advice |= {name: Decimal(stored[name]) for name in ("amount", "later")}
    return to_seller(Recommendation(**advice), language)


def _values(advice: Recommendation, now: Situation | None, language: str | None) -> dict[str, str]:
    deliver_by = now.deliver_by if now is not None else None
    return {
        "amount": shown(advice.amount, advice.currency, language),
        "later": shown(advice.later, advice.currency, language),
        "deliver_by": formats.date_format(timezone.localtime(deliver_by), "DATE_FORMAT")
        if deliver_by is not None
        else "–",
    }
