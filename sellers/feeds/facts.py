"""What a file says, as plain values. None means that the file says nothing about it, so that
nothing known is ever erased by a file that leaves a field out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

NO_PROGRAMMES: Final[frozenset[str]] = frozenset()


class NotReadable(Exception):
    """The file as a whole cannot be read; str() is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One row that could not be taken in: the line it begins in, why, and whose it is if known."""

    line: int
    reason: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is sound and no order: an answer of another operation, an error answer."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line of an order. Without `item_id` (reports) it is known by its product."""

    item_id: str | None = None
    asin: str | None = None
    sku: str | None = None
    title: str | None = None
    quantity: int | None = None
    quantity_shipped: int | None = None
    currency: str | None = None
    price: Decimal | None = None
    tax: Decimal | None = None
    shipping_price: Decimal | None = None
    discount: Decimal | None = None
    condition: str | None = None
    customised: bool | None = None
    gift: bool | None = None
    programmes: tuple[str, ...] | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """One parcel of an order; `reference` tells it from the order's others."""

    reference: str
    carrier: str | None = None
    tracking_number: str | None = None
    status: str | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    ship_from_country: str | None = None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What one place of a file says about one order.

    `changed_at` is the marketplace's own update date; without it the date of the file counts.
    `lines_only` is an answer about an order's lines, which cannot make an order.
    `placed_to_the_day` says that the purchase date had no time of day.
    `not_programmes` are programmes that the file denies; about all others it is silent.
    """

    number: str
    line: int = 0
    merchant_id: str = ""
    lines_only: bool = False
    marketplace_id: str | None = None
    channel: str | None = None
    status: str | None = None
    placed_at: datetime | None = None
    placed_to_the_day: bool = False
    changed_at: datetime | None = None
    business: bool | None = None
    programmes: frozenset[str] = NO_PROGRAMMES
    not_programmes: frozenset[str] = NO_PROGRAMMES
    ship_by_from: datetime | None = None
    ship_by_to: datetime | None = None
    deliver_by_from: datetime | None = None
    deliver_by_to: datetime | None = None
    ship_from_country: str | None = None
    ship_service: str | None = None
    currency: str | None = None
    total: Decimal | None = None
    buyer_name: str | None = None
    buyer_email: str | None = None
    ship_name: str | None = None
    ship_lines: tuple[str, ...] | None = None
    ship_postcode: str | None = None
    ship_city: str | None = None
    ship_state: str | None = None
    ship_country: str | None = None
    ship_phone: str | None = None
    lines: tuple[LineFacts, ...] = ()
    parcels: tuple[ParcelFacts, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """By what people know it."""
        return self.number


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What a product's detail page says; None is what the feed is silent about."""

    asin: str
    marketplace_id: str
    line: int = 0
    title: str | None = None
    brand: str | None = None
    category: str | None = None
    bullets: tuple[str, ...] | None = None
    description: str | None = None
    attributes: Mapping[str, Any] | None = None
    image: str | None = None
    language: str | None = None
    changed_at: datetime | None = None

    @property
    def name(self) -> str:
        """By what people know it."""
        return self.asin


OrderRow = OrderFacts | RowProblem | Skipped
ProductRow = ProductFacts | RowProblem | Skipped
