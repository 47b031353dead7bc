"""Orders for the tests of taking them in, and how to see what an import wrote."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from sellers.feeds.facts import LineFacts, OrderFacts, OrderRow
from sellers.models import Order, OrderLine, Parcel, Seller
from sellers.operations import orders
from sellers.operations.batches import Report
from tests.conftest import START
from tests.factories.sellers import DE

HOUR = timedelta(hours=1)
V0, LATER_API, TO_SHIP, ALL = "orders_v0", "orders_2026", "report_actionable", "report_all_orders"

LINE = LineFacts(
    item_id="41180001",
    asin="B0KANNE001",
    sku="KANNE-1L",
    title="Teekanne",
    quantity=1,
    currency="EUR",
    price=Decimal("15.00"),
    raw={"PromotionIds": ["HERBST"]},
)
ORDER = OrderFacts(
    number="302-0000001-0000001",
    line=7,
    marketplace_id=DE,
    channel="MFN",
    status="UNSHIPPED",
    placed_at=START - 48 * HOUR,
    changed_at=START - 24 * HOUR,
    programmes=frozenset({"PRIME"}),
    currency="EUR",
    total=Decimal("18.90"),
    buyer_name="Jonas Weber",
    buyer_email="jonas@buyers.test",
    ship_lines=("Karl-Heine-Straße 12",),
    lines=(LINE,),
    raw={"PaymentMethod": "Other"},
)


def take(*facts: OrderRow, seller: Seller | None, source: str = V0, **options: Any) -> Report:
    return orders.take_in(facts, source=source, seller=seller, **options)


def counts(report: Report) -> tuple[int, int, int, int, int]:
    """New, updated, unchanged, older, bad."""
    return (report.new, report.updated, report.unchanged, report.older, report.bad)


def stored() -> list[Any]:
    """Every row that an import writes, with its place on disk: rewritten rows would have moved."""
    found: list[Any] = []
    for model in (Order, OrderLine, Parcel):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT ctid, xmin, * FROM {table} ORDER BY id")  # noqa: S608
            found += cursor.fetchall()
    return found
