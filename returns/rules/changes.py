"""Whether an order may still be changed, and who decides it (domain 2.30 to 2.32).

The buyer alone may cancel or correct the address shortly after ordering; then the seller decides,
until shipment; after it nothing is changed any more. A replacement needs stock that the seller has
confirmed, and never comes together with the full price of the same pieces.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import models
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from csba.rulebook import read
from returns.models import OrderChange
from returns.rules import book
from returns.rules.outcome import Step
from sellers.models import Order

Kind = OrderChange.Kind
Via = OrderChange.Via


class Who(models.TextChoices):
    """Who has the word now."""

    BUYER = "BUYER", gettext_lazy("The buyer alone")
    SELLER = "SELLER", gettext_lazy("The seller")
    NOBODY = "NOBODY", gettext_lazy("Nobody any more")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked, and how things stand with the order and the line."""

    kind: Kind
    via: Via
    placed_at: datetime
    order_status: str
    shipped: bool
    quantity: int = 1
    bought: int = 1
    paid: Decimal | None = None
    paid_back: Decimal = Decimal("0.00")
    replaced: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Who decides, and the steps that led there; the last one says it."""

    who: Who
    trace: tuple[Step, ...]

    @property
    def reason(self) -> str:
        """The last step in words."""
        return said(self.trace[-1])


def answer(wish: Wish, at: datetime) -> Answer:
    """Who may decide this wish at `at`."""
    if wish.order_status == Order.Status.CANCELED:
        return _ends(Who.NOBODY, "change.order_cancelled", source="domain 2.30")
    match wish.kind:
        case Kind.CANCEL | Kind.ADDRESS:
            return _before_shipment(wish, at)
        case Kind.REPLACE:
            return _replacement(wish)
        case Kind.EXCHANGE:
            return _exchange(wish)


def too_many(wish: Wish) -> bool:
    """More pieces than were bought and are not replaced yet."""
    return not 1 <= wish.quantity <= wish.bought - wish.replaced


def paid_back_in_full(wish: Wish) -> bool:
    """So much has gone back that what is left does not pay for these pieces."""
    if wish.paid is None:
        return False
    kept = wish.paid - wish.paid_back
    return kept * wish.bought < wish.paid * (wish.replaced + wish.quantity)


def _before_shipment(wish: Wish, at: datetime) -> Answer:
    if wish.shipped:
        code = "cancel" if wish.kind == Kind.CANCEL else "address"
        return _ends(Who.NOBODY, f"change.{code}_shipped", source="domain 2.30")
    key = "cancel.buyer_alone_minutes"
    alone_until = wish.placed_at + book.cancel_alone(at)
    facts = {"placed_at": wish.placed_at.isoformat(), "until": alone_until.isoformat()}
    versions = {key: read.version(key, at)}
    in_time = at < alone_until
    first = Step(
        "change.buyer_alone" if in_time else "change.buyer_alone_over",
        facts=facts,
        versions=versions,
        source="domain 2.30",
    )
    if wish.kind == Kind.ADDRESS and wish.via == Via.DESK:
        # An agent never changes an address, whatever the clock says.
        return _ends(Who.SELLER, "change.address_never_by_agents", first, source="domain 2.30")
    if in_time:
        return Answer(Who.BUYER, (first,))
    return _ends(Who.SELLER, "change.seller_until_shipment", first, source="domain 2.30")


def _replacement(wish: Wish) -> Answer:
    if too_many(wish):
        return _ends(Who.NOBODY, "change.more_than_bought", facts=_pieces(wish))
    if paid_back_in_full(wish):
        return _ends(Who.NOBODY, "change.already_refunded", facts=_pieces(wish))
    return _ends(Who.SELLER, "change.stock_needed", facts=_pieces(wish), source="BGB 439")


def _exchange(wish: Wish) -> Answer:
    if too_many(wish):
        return _ends(Who.NOBODY, "change.more_than_bought", facts=_pieces(wish))
    if paid_back_in_full(wish):
        return _ends(Who.NOBODY, "change.already_refunded", facts=_pieces(wish))
    code = "change.exchange_with_return" if wish.shipped else "change.exchange_before_shipment"
    return _ends(Who.SELLER, code, facts=_pieces(wish))


def _pieces(wish: Wish) -> dict[str, object]:
    return {
        "quantity": wish.quantity,
        "bought": wish.bought,
        "replaced": wish.replaced,
        "paid": str(wish.paid) if wish.paid is not None else None,
        "paid_back": str(wish.paid_back),
    }


def _ends(
    who: Who, rule: str, *before: Step, facts: dict[str, object] | None = None, source: str = ""
) -> Answer:
    return Answer(who, (*before, Step(rule, facts=facts or {}, source=source)))


_SAID: Final[dict[str, str | Promise]] = {
    "change.order_cancelled": gettext_lazy("The order is already cancelled."),
    "change.cancel_shipped": gettext_lazy(
        "The order has been shipped: it cannot be cancelled any more. It can be sent back when it "
        "has arrived."
    ),
    "change.address_shipped": gettext_lazy(
        "The order has been shipped: its address cannot be changed any more. Perhaps the carrier "
        "can redirect the parcel."
    ),
    "change.buyer_alone": gettext_lazy(
        "Until %(until)s the buyer may change the order without asking anybody."
    ),
    "change.buyer_alone_over": gettext_lazy(
        "The time in which the buyer may change the order alone ended at %(until)s."
    ),
    "change.seller_until_shipment": gettext_lazy(
        "The seller decides as long as nothing is shipped."
    ),
    "change.address_never_by_agents": gettext_lazy(
        "Customer service never changes an address: the seller decides as long as nothing is "
        "shipped."
    ),
    "change.more_than_bought": gettext_lazy(
        "This is more than can still be replaced: %(bought)s bought, %(replaced)s already replaced."
    ),
    "change.already_refunded": gettext_lazy(
        "The price of these pieces has gone back to the buyer: there is no replacement on top."
    ),
    "change.stock_needed": gettext_lazy(
        "A replacement needs stock: the seller confirms it, or a refund is made."
    ),
    "change.exchange_before_shipment": gettext_lazy(
        "The seller decides whether another article goes out instead."
    ),
    "change.exchange_with_return": gettext_lazy(
        "The seller confirms the stock; the first article is sent back."
    ),
}
RULES: Final = frozenset(_SAID)


def said(step: Step) -> str:
    """The step in the reader's language, with moments in the reader's zone."""
    facts = dict(step.facts)
    if "until" in facts:
        moment = timezone.localtime(datetime.fromisoformat(str(facts["until"])))
        facts["until"] = formats.date_format(moment, "DATETIME_FORMAT")
    return str(_SAID[step.rule]) % facts if facts else str(_SAID[step.rule])
