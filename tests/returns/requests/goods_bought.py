"""Orders for the tests of returns: one line with a product page and a delivered parcel."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from returns.models import ReturnAddress
from sellers.models import Order, OrderLine, Seller
from tests.factories.sellers import (
    DE,
    OrderFactory,
    OrderLineFactory,
    ParcelFactory,
    ProductFactory,
)


def moment(text: str) -> datetime:
    """A moment written with its offset."""
    found = datetime.fromisoformat(text)
    assert found.tzinfo is not None
    return found


def bought(
    seller: Seller,
    category: str,
    price: str,
    *,
    placed: str,
    delivered: str | None,
    quantity: int = 1,
    title: str = "",
    asin: str = "",
    **order: Any,
) -> OrderLine:
    """The line of a new order, with the product's category on its page."""
    made: Order = OrderFactory(seller=seller, line=None, placed_at=moment(placed), **order)
    asin = asin or f"B0{category[:6]}{made.pk % 100000}"
    ProductFactory(marketplace_id=DE, asin=asin, category=category)
    line: OrderLine = OrderLineFactory(
        order=made,
        asin=asin,
        title=title or category.title(),
        quantity=quantity,
        price=Decimal(price),
    )
    if delivered is not None:
        ParcelFactory(
            order=made,
            status="DELIVERED",
            shipped_at=made.placed_at,
            delivered_at=moment(delivered),
            ship_from_country=seller.country,
        )
    return line


def german_address(seller: Seller, **fields: Any) -> ReturnAddress:
    """Where the seller takes goods back in Germany."""
    values: dict[str, Any] = {
        "name": seller.name,
        "lines": ["Lagerstraße 5"],
        "postcode": "20095",
        "city": "Hamburg",
        "country": "DE",
        "preferred": True,
        "created_at": moment("2026-08-01T08:00:00+00:00"),
    }
    return ReturnAddress.objects.create(seller=seller, **{**values, **fields})
