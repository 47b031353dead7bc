"""Taking in reports: without update dates the file's date counts, without item ids the product."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sellers.models import Order, OrderLine, Seller
from tests.conftest import START
from tests.sellers.taking_in import ALL, HOUR, LINE, ORDER, TO_SHIP, V0, counts, stored, take

pytestmark = pytest.mark.django_db

UNDATED = replace(ORDER, changed_at=None, programmes=frozenset())


def test_without_an_update_date_the_files_date_counts(blume: Seller) -> None:
    take(UNDATED, seller=blume, source=TO_SHIP, file_date=START)
    assert Order.objects.get().changed_at == START
    moved = replace(UNDATED, ship_city="Gera")
    older, newer = START - HOUR, START + HOUR
    assert counts(take(moved, seller=blume, source=TO_SHIP, file_date=older)) == (0, 0, 0, 1, 0)
    assert Order.objects.get().ship_city == ""
    assert counts(take(moved, seller=blume, source=TO_SHIP, file_date=newer)) == (0, 1, 0, 0, 0)
    assert (Order.objects.get().ship_city, Order.objects.get().changed_at) == ("Gera", newer)


def test_a_copy_of_the_same_report_changes_nothing_though_its_date_is_newer(blume: Seller) -> None:
    take(UNDATED, seller=blume, source=TO_SHIP, file_date=START)
    before = stored()
    report = take(UNDATED, seller=blume, source=TO_SHIP, file_date=START + HOUR)
    assert counts(report) == (0, 0, 1, 0, 0)
    assert stored() == before


def test_a_files_date_never_replaces_the_marketplaces_own(blume: Seller) -> None:
    take(ORDER, seller=blume)
    report = replace(UNDATED, ship_city="Gera", status="SHIPPED")
    take(report, seller=blume, source=TO_SHIP, file_date=START)
    order = Order.objects.get()
    assert (order.ship_city, order.status) == ("Gera", "UNSHIPPED")
    assert (order.changed_at, order.source) == (ORDER.changed_at, V0)
    between = replace(ORDER, changed_at=START - HOUR, status="SHIPPED")
    assert counts(take(between, seller=blume)) == (0, 1, 0, 0, 0)


def test_an_older_dated_update_fills_what_a_report_never_said(blume: Seller) -> None:
    take(UNDATED, seller=blume, source=TO_SHIP, file_date=START)
    dated = replace(
        ORDER,
        status="PENDING",
        buyer_name="Somebody",
        deliver_by_to=START + 48 * HOUR,
        business=True,
        lines=(replace(LINE, title="Other", tax=Decimal("2.39"), customised=True),),
    )
    assert counts(take(dated, seller=blume)) == (0, 1, 0, 0, 0)
    order = Order.objects.get()
    assert (order.status, order.buyer_name, order.changed_at) == (
        "UNSHIPPED",
        "Jonas Weber",
        START,
    )
    assert (order.deliver_by_to, order.programmes) == (START + 48 * HOUR, ["PRIME"])
    assert order.business
    line = order.lines.get()
    assert (line.title, line.tax, line.customised) == ("Teekanne", Decimal("2.39"), True)
    assert counts(take(dated, seller=blume)) == (0, 0, 0, 1, 0)


def test_a_day_does_not_replace_the_minute_of_purchase(blume: Seller) -> None:
    take(ORDER, seller=blume)
    day = replace(UNDATED, placed_at=START - 60 * HOUR, placed_to_the_day=True)
    take(day, seller=blume, source=TO_SHIP, file_date=START)
    assert Order.objects.get().placed_at == ORDER.placed_at


def test_the_minute_of_purchase_replaces_the_day_whatever_the_files_date(blume: Seller) -> None:
    day = replace(UNDATED, placed_at=START - 60 * HOUR, placed_to_the_day=True)
    take(day, seller=blume, source=TO_SHIP, file_date=START)
    assert counts(take(ORDER, seller=blume)) == (0, 1, 0, 0, 0)
    assert Order.objects.get().placed_at == ORDER.placed_at


def test_a_line_without_id_gets_its_real_one_when_somebody_tells_it(blume: Seller) -> None:
    nameless = replace(LINE, item_id=None)
    other = replace(nameless, sku="BRETT", asin="B0BRETT001")
    take(replace(ORDER, lines=(nameless, other)), seller=blume, source=ALL)
    first = OrderLine.objects.get(sku="KANNE-1L")
    assert first.item_id == "sku:KANNE-1L"
    take(replace(ORDER, changed_at=START), seller=blume)
    assert OrderLine.objects.count() == 2
    first.refresh_from_db()
    assert first.item_id == "41180001"
    take(replace(ORDER, changed_at=START + HOUR, lines=(nameless, other)), seller=blume, source=ALL)
    assert sorted(OrderLine.objects.values_list("item_id", flat=True)) == [
        "41180001",
        "sku:BRETT",
    ]


def test_two_lines_of_one_product_without_ids_stay_two(blume: Seller) -> None:
    nameless = replace(LINE, item_id=None, sku="S" * 60)
    facts = replace(ORDER, lines=(nameless, replace(nameless, quantity=2)))
    take(facts, seller=blume, source=ALL)
    before = stored()
    assert counts(take(facts, seller=blume, source=ALL)) == (0, 0, 1, 0, 0)
    assert stored() == before
    assert sorted(OrderLine.objects.values_list("quantity", flat=True)) == [1, 2]
