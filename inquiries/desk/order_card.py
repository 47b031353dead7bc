"""The order beside the conversation: its lines with whose business each is, its parcels and where
they were seen.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from csba.verdicts import Verdict
from inquiries.desk import moments
from inquiries.desk.statements import ORDER, Statement, built
from inquiries.models import Inquiry, LineVerdict
from inquiries.rules import coverage
from sellers.models import Order, OrderLine, Parcel

_BADGE = {
    Parcel.Status.DELIVERED: "ok",
    Parcel.Status.UNDELIVERABLE: "bad",
    Parcel.Status.LOST: "bad",
    Parcel.Status.RETURNED: "warn",
    Parcel.Status.CANCELLED: "bad",
}
_STORY = 6
"""So many of a parcel's newest events are shown."""


@dataclass(frozen=True)
class ItemCard:
    """An order line with whose business it is."""

    title: str
    quantity: str
    price: str
    asin: str
    verdict: str
    covered: bool
    why: str


@dataclass(frozen=True)
class ParcelCard:
    """A parcel and where it was seen, newest first."""

    name: str
    state: str
    level: str
    story: list[tuple[str, str]]


@dataclass(frozen=True)
class OrderCard:
    """An order in words."""

    number: str
    url: str
    facts: list[tuple[str, str]]
    late: str
    items: list[ItemCard]
    parcels: list[ParcelCard]

    @property
    def mixed(self) -> bool:
        """Are its lines not all judged alike?"""
        return len({item.why for item in self.items}) > 1


def load(inquiry: Inquiry, order: Order, lines: list[OrderLine], at: datetime) -> OrderCard:
    """The card of an order, as this inquiry judges its lines; two statements."""
    verdicts = {row.line_id: row for row in LineVerdict.objects.filter(inquiry=inquiry)}
    parcels = _parcels(order)
    facts = [
        (_("Placed"), moments.short(order.placed_at)),
        (_("Fulfilment"), order.get_channel_display()),
        (_("State"), order.get_status_display()),
    ]
    if order.deliver_by_to is not None:
        facts.append((_("Delivery"), _window(order.deliver_by_from, order.deliver_by_to)))
    if order.total is not None:
        facts.append((_("Total"), _money(order.total, order.currency)))
    where = " ".join(part for part in (order.ship_postcode, order.ship_city) if part)
    if where:
        facts.append((_("Ships to"), f"{order.ship_name}, {where}".lstrip(", ")))
    return OrderCard(
        number=order.number,
        url=reverse("admin:sellers_order_change", args=[order.pk]),
        facts=facts,
        late=_lateness(order, [seen[0] for seen in parcels], at),
        items=[_item(line, verdicts.get(line.pk)) for line in lines],
        parcels=[_parcel(seen) for seen in parcels],
    )


def _item(line: OrderLine, verdict: LineVerdict | None) -> ItemCard:
    return ItemCard(
        title=line.title or line.asin,
        quantity=f"{line.quantity} ×",
        price=_money(line.price, line.currency) if line.price is not None else "",
        asin=line.asin,
        verdict=verdict.get_verdict_display() if verdict is not None else "",
        covered=verdict is not None and verdict.verdict == Verdict.COVERED,
        why=coverage.sentence(verdict.verdict, verdict.facts) if verdict is not None else "",
    )


def _parcels(order: Order) -> list[list[Any]]:
    """The order's parcels, each as its rows: one for each time it was seen, newest first."""
    rows = _parcels_statement().ask({ORDER: order.pk})
    return [list(seen) for _pk, seen in groupby(rows, key=attrgetter("pk"))]


@cache
def _parcels_statement() -> Statement:
    return built(
        Parcel.objects.filter(order=ORDER)
        .order_by("pk", "-events__at", "-events__pk")
        .values_list(
            "pk",
            "carrier",
            "tracking_number",
            "reference",
            "status",
            "shipped_at",
            "delivered_at",
            "events__at",
            "events__code",
            "events__place",
            "events__detail",
        )
    )


def _parcel(seen: list[Any]) -> ParcelCard:
    parcel = seen[0]
    state = Parcel.Status(parcel.status)
    story = [
        (moments.short(row.events__at), _event(row)) for row in seen[:_STORY] if row.events__at
    ]
    if not story:
        if parcel.delivered_at is not None:
            story.append((moments.short(parcel.delivered_at), str(Parcel.Status.DELIVERED.label)))
        if parcel.shipped_at is not None:
            story.append((moments.short(parcel.shipped_at), _("Handed to the carrier")))
    return ParcelCard(
        name=f"{parcel.carrier} {parcel.tracking_number}".strip() or parcel.reference,
        state=str(state.label),
        level=_BADGE.get(state, "quiet"),
        story=story,
    )


def _event(row: Any) -> str:
    """What was seen and where; a code we have a word for is said with it."""
    code, place = row.events__code, row.events__place
    known = Parcel.Status(code).label if code in Parcel.Status else ""
    words = row.events__detail or known or code.replace("_", " ").capitalize()
    return f"{words}, {place}" if place else str(words)


def _lateness(order: Order, parcels: list[Any], at: datetime) -> str:
    """Whether the delivery kept its window, in words; empty while it may still."""
    due = order.deliver_by_to
    arrived = [parcel.delivered_at for parcel in parcels if parcel.delivered_at is not None]
    if due is None or (not order.seller_fulfilled and not parcels):
        return ""
    if parcels and len(arrived) == len(parcels):
        last = max(arrived)
        return (
            _("Delivered %(late)s late") % {"late": moments.span(last - due)} if last > due else ""
        )
    if order.status == Order.Status.CANCELED or at <= due:
        return ""
    return _("Should have arrived by %(due)s") % {"due": moments.day(due)}


def _window(begins: datetime | None, ends: datetime) -> str:
    last = moments.day(ends)
    if begins is None or moments.day(begins) == last:
        return last
    first = formats.date_format(timezone.localtime(begins), "MONTH_DAY_FORMAT")
    return f"{first} – {last}"


def _money(amount: Any, currency: str) -> str:
    return f"{formats.number_format(amount, decimal_pos=2)} {currency}".strip()
