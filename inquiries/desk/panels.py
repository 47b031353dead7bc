"""The facts beside the conversation: order and parcels, coverage per line, seller, product page,
the buyer's other inquiries. At most eight statements for all cards.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from csba.topics import Topic
from inquiries.desk import moments, order_card
from inquiries.desk.statements import BUYER, INQUIRY, Statement, built
from inquiries.models import Inquiry
from inquiries.rules import answers
from inquiries.rules.answers import Passage
from sellers.models import (
    Enrolment,
    OrderLine,
    Product,
    Seller,
    Service,
)


@dataclass(frozen=True)
class SellerCard:
    """Who sells, and how the service stands with them."""

    name: str
    url: str
    facts: list[tuple[str, str]]
    state: str
    level: str


@dataclass(frozen=True)
class Citation:
    """A passage with the words that would be put into an answer, in the buyer's language."""

    passage: Passage
    quote: str


@dataclass(frozen=True)
class Earlier:
    """Another inquiry of the same buyer."""

    number: str
    url: str
    about: str
    state: str
    when: str
    same_order: bool


@dataclass
class Panels:
    """All cards; what there is nothing to say about stays empty."""

    order: order_card.OrderCard | None = None
    seller: SellerCard | None = None
    citations: list[Citation] = field(default_factory=list)
    has_page: bool = False
    earlier: list[Earlier] = field(default_factory=list)


def load(inquiry: Inquiry, *, question: str, at: datetime) -> Panels:
    """The cards of an inquiry; `question` is what the buyer asks."""
    panels = Panels()
    order = inquiry.order
    if order is not None:
        lines = list(OrderLine.objects.filter(order=order).order_by("pk"))
        panels.order = order_card.load(inquiry, order, lines, at)
        pages = Product.objects.filter(
            marketplace_id=order.marketplace_id, asin__in=[line.asin for line in lines]
        )
        panels.citations = _citations(inquiry, answers.passages(pages, question))
    if inquiry.seller is not None:
        panels.seller = _seller(inquiry.seller, at)
    if inquiry.buyer_email:
        panels.earlier = _earlier(inquiry)
    return panels


def _seller(seller: Seller, at: datetime) -> SellerCard:
    stint = (
        Enrolment.objects.filter(seller=seller, service__code=Service.CSBA)
        .order_by("-opted_in_at")
        .first()
    )
    there = at.astimezone(ZoneInfo(seller.time_zone))
    state, level = _("Does not use the service"), "bad"
    if stint is not None:
        began, ended = stint.active_from, stint.ended_at
        if ended is not None:
            state, level = _("Opted out on %s") % moments.day(ended), "warn"
        elif began is not None:
            state, level = _("Service active since %s") % moments.day(began), "ok"
        else:
            state, level = _("Service is being activated"), "warn"
    facts = [
        (_("Country"), seller.country),
        (_("Language"), seller.get_language_display()),
        (_("Local time"), formats.time_format(there, "TIME_FORMAT")),
        (_("Standing"), seller.get_standing_display()),
    ]
    url = reverse("admin:sellers_seller_change", args=[seller.pk])
    return SellerCard(seller.name, url, facts, state, level)


def _citations(inquiry: Inquiry, found: list[Passage]) -> list[Citation]:
    with translation.override(inquiry.language):
        words = _("The product page says: “%s”")
    return [Citation(passage, words % passage.text) for passage in found]


def _earlier(inquiry: Inquiry) -> list[Earlier]:
    rows = _earlier_statement().ask({BUYER: inquiry.buyer_email, INQUIRY: inquiry.pk})
    return [
        Earlier(
            number=row.number,
            url=reverse("admin:inquiry", args=[row.number]),
            about=" · ".join(
                part for part in (str(Topic(row.topic).label), row.order__number) if part
            ),
            state=str(Inquiry.Status(row.status).label),
            when=moments.day(row.opened_at),
            same_order=row.order_id is not None
            and row.order_id == inquiry.order_id
            and row.status in {Inquiry.Status.OPEN, Inquiry.Status.RESOLVED},
        )
        for row in rows
    ]


@cache
def _earlier_statement() -> Statement:
    """The buyer's five newest other inquiries."""
    rows = Inquiry.objects.filter(buyer_email=BUYER).exclude(pk=INQUIRY).order_by("-pk")[:5]
    return built(
        rows.values_list("number", "topic", "status", "order_id", "order__number", "opened_at")
    )
