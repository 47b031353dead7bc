"""The tab-separated order reports (domain 6.20, 6.21): one row is one line of an order.

Rows of one order that follow each other are read together; columns that are not known here are kept
for the raw column.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Final

from django.utils.translation import gettext as _

from sellers.feeds import records, tabs, values
from sellers.feeds.facts import LineFacts, NotReadable, OrderFacts, OrderRow, RowProblem
from sellers.feeds.values import BadValue

ACTIONABLE: Final = "report_actionable"
ALL_ORDERS: Final = "report_all_orders"

STATUSES: Final = {
    "pending": "PENDING",
    "pendingavailability": "PENDING",
    "unshipped": "UNSHIPPED",
    "shipping": "UNSHIPPED",
    "partiallyshipped": "PARTIALLY_SHIPPED",
    "partially shipped": "PARTIALLY_SHIPPED",
    "shipped": "SHIPPED",
    "complete": "SHIPPED",
    "cancelled": "CANCELED",
    "canceled": "CANCELED",
    "unfulfillable": "UNFULFILLABLE",
}
CHANNELS: Final = {"merchant": "MFN", "mfn": "MFN", "amazon": "AFN", "afn": "AFN"}

Row = dict[str, str]


@dataclass
class _Group:
    """The rows of one order that stand together, with the lines read from them."""

    number: str
    line: int
    row: Row
    lines: list[LineFacts] = field(default_factory=list)
    to_ship: int = 0


def format_of(names: list[str]) -> str:
    """Which report a heading belongs to; refuses all others."""
    columns = set(names)
    if {"amazon-order-id", "purchase-date", "order-status"} <= columns:
        return ALL_ORDERS
    if {"order-id", "order-item-id", "purchase-date"} <= columns:
        return ACTIONABLE
    if {"order id", "amazon rma id"} <= columns:
        raise NotReadable(_("This is a report of returns; it holds no orders."))
    raise NotReadable(
        _(
            "This file is not known: expected orders of the marketplace's API as JSON, or one of "
            "its order reports with a tab-separated heading."
        )
    )


def read(lines: tabs.Lines, name: str, zone: tzinfo) -> Iterator[OrderRow]:
    """The orders of the report of this format, in its order; days without a zone are in `zone`."""
    actionable = name == ACTIONABLE
    number_column = "order-id" if actionable else "amazon-order-id"
    group: _Group | None = None
    for row in tabs.rows(lines):
        if isinstance(row, RowProblem):
            yield row
            continue
        number = ""
        try:
            number = values.key(row.cells.pop(number_column, None), number_column, 40)
            facts, to_ship = _line(row.cells, actionable)
        except BadValue as bad:
            yield RowProblem(row.line, str(bad), number)
            continue
        if group is None or group.number != number:
            if group is not None:
                yield _closed(group, zone, actionable)
            group = _Group(number, row.line, row.cells)
        group.lines.append(facts)
        group.to_ship += to_ship
    if group is not None:
        yield _closed(group, zone, actionable)


def _line(row: Row, actionable: bool) -> tuple[LineFacts, int]:
    """The line that a row tells about, taken out of it, and how many pieces still wait."""
    take = row.pop
    ordered = "quantity-purchased" if actionable else "quantity"
    quantity = values.whole(take(ordered, None), ordered)
    if quantity is None:
        raise BadValue(_("%(field)s is missing.") % {"field": ordered})
    shipped = values.whole(take("quantity-shipped", None), "quantity-shipped")
    to_ship = values.whole(take("quantity-to-ship", None), "quantity-to-ship")
    if shipped is None and row.get("item-status", "").lower() == "shipped":
        shipped = quantity
    currency = values.currency(take("currency", None), "currency")
    facts = LineFacts(
        item_id=take("order-item-id", None),
        asin=take("asin", None),
        sku=take("sku", None),
        title=take("product-name", None),
        quantity=quantity,
        quantity_shipped=shipped,
        currency=currency,
        # Without its currency a figure is no price; it stays in the raw column.
        **(_sums(row) if currency else {}),
        customised=True if row.get("customized-url") else None,
        raw=_own(row, LINE_COLUMNS),
    )
    if facts.item_id is None and facts.sku is None and facts.asin is None:
        raise BadValue(_("Neither order-item-id nor sku nor asin says which product this is."))
    return facts, quantity - (shipped or 0) if to_ship is None else to_ship


def _sums(row: Row) -> dict[str, Any]:
    return {name: values.amount(row.pop(column, None), column) for name, column in SUMS.items()}


SUMS: Final = {
    "price": "item-price",
    "tax": "item-tax",
    "shipping_price": "shipping-price",
    "discount": "item-promotion-discount",
}
LINE_COLUMNS: Final = frozenset(
    {*SUMS.values()}
    | {"item-status", "shipping-tax", "gift-wrap-price", "gift-wrap-tax", "ship-promotion-discount"}
    | {"promotion-ids", "price-designation", "customized-url", "customized-page"}
)
"""Columns that belong to the line and have no field of their own."""


def _own(row: Row, names: frozenset[str]) -> Row:
    return {name: row.pop(name) for name in names & row.keys()}


def _closed(group: _Group, zone: tzinfo, actionable: bool) -> OrderRow:
    try:
        return _order(group, zone, actionable)
    except BadValue as bad:
        return RowProblem(group.line, str(bad), group.number)


def _order(group: _Group, zone: tzinfo, actionable: bool) -> OrderFacts:
    row = group.row
    take = row.pop
    bought = take("purchase-date", None)
    business = values.flag(take("is-business-order", None), "is-business-order")
    flags = {
        "AMAZON_BUSINESS": business,
        "PRIME": values.flag(take("is-prime", None), "is-prime"),
        "PREMIUM": values.flag(take("is-premium-order", None), "is-premium-order"),
    }
    street = tuple(
        found for n in (1, 2, 3) if (found := take(f"ship-address-{n}", None)) is not None
    )
    updated = values.moment(take("last-updated-date", None), "last-updated-date", zone)
    email = take("buyer-email", None)
    sales_channel = take("sales-channel", None)
    return OrderFacts(
        number=group.number,
        line=group.line,
        merchant_id=take("seller-id", ""),
        marketplace_id=records.marketplace(sales_channel),
        channel="MFN" if actionable else _channel(take("fulfillment-channel", None)),
        status=_progress(group) if actionable else _status(take("order-status", None)),
        placed_at=values.moment(bought, "purchase-date", zone),
        placed_to_the_day=values.is_day(bought),
        changed_at=updated,
        business=business,
        programmes=frozenset(name for name, said in flags.items() if said),
        not_programmes=frozenset(name for name, said in flags.items() if said is False),
        ship_by_to=values.moment(take("promise-date", None), "promise-date", zone, end_of_day=True),
        ship_service=take("ship-service-level", None),
        buyer_name=take("buyer-name", None),
        buyer_email=email.lower() if email else None,
        ship_name=take("recipient-name", None),
        ship_lines=street or None,
        ship_postcode=take("ship-postal-code", None),
        ship_city=take("ship-city", None),
        ship_state=take("ship-state", None),
        ship_country=records.country(row, "ship-country"),
        ship_phone=take("buyer-phone-number", None),
        lines=tuple(group.lines),
        raw=dict(row),
    )


def _progress(group: _Group) -> str:
    """The report of what is to be shipped tells pieces, not a status."""
    shipped = sum(line.quantity_shipped or 0 for line in group.lines)
    if not shipped:
        return "UNSHIPPED"
    return "PARTIALLY_SHIPPED" if group.to_ship else "SHIPPED"


def _status(told: str | None) -> str | None:
    """“Shipped - Delivered to Buyer” is shipped: what follows the dash is news from the carrier."""
    if told is None:
        return None
    return values.known(STATUSES, told.lower().partition(" - ")[0].strip(), "order-status")


def _channel(told: str | None) -> str | None:
    return None if told is None else values.known(CHANNELS, told.lower(), "fulfillment-channel")
