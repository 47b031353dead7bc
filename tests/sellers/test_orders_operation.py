"""Taking in orders: idempotent, newest wins, silence erases nothing, a bad row stops no other."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from csba.errors import Refused
from csba.journal import read as journal
from sellers.feeds.facts import OrderFacts, ParcelFacts, RowProblem, Skipped
from sellers.models import Order, OrderLine, Parcel, Seller
from sellers.operations.batches import Report
from tests.conftest import START
from tests.factories.sellers import DE, OrderFactory, SellerFactory
from tests.sellers.taking_in import (
    HOUR,
    LATER_API,
    LINE,
    ORDER,
    V0,
    counts,
    stored,
    take,
)

pytestmark = pytest.mark.django_db


def test_a_new_order_is_known_with_all_its_facts(blume: Seller) -> None:
    assert counts(take(ORDER, seller=blume)) == (1, 0, 0, 0, 0)
    order = Order.objects.get()
    assert (order.seller, order.number, order.source) == (blume, ORDER.number, V0)
    assert (order.channel, order.status, order.marketplace_id) == ("MFN", "UNSHIPPED", DE)
    assert (order.placed_at, order.changed_at) == (ORDER.placed_at, ORDER.changed_at)
    assert (order.currency, order.total) == ("EUR", Decimal("18.90"))
    assert order.programmes == ["PRIME"]
    assert order.ship_lines == ["Karl-Heine-Straße 12"]
    assert order.raw == {"PaymentMethod": "Other"}
    line = order.lines.get()
    assert (line.item_id, line.price, line.currency) == ("41180001", Decimal("15.00"), "EUR")
    assert (line.tax, line.shipping_price, line.discount) == (None, None, None)
    assert line.raw == {"PromotionIds": ["HERBST"]}


def test_the_same_facts_again_write_nothing(blume: Seller) -> None:
    parcel = ParcelFacts(reference="1", carrier="DHL", status="IN_TRANSIT", shipped_at=START)
    facts = replace(ORDER, parcels=(parcel,))
    take(facts, seller=blume)
    before = stored()
    lines = journal.of(blume).count()
    assert counts(take(facts, seller=blume)) == (0, 0, 1, 0, 0)
    assert stored() == before
    assert journal.of(blume).count() == lines


def test_a_newer_update_changes_what_it_says_and_leaves_what_it_does_not(blume: Seller) -> None:
    take(ORDER, seller=blume)
    shipped = OrderFacts(
        number=ORDER.number,
        changed_at=START,
        status="SHIPPED",
        not_programmes=frozenset({"PRIME"}),
        raw={"NumberOfItemsShipped": 1},
    )
    assert counts(take(shipped, seller=blume)) == (0, 1, 0, 0, 0)
    order = Order.objects.get()
    assert (order.status, order.changed_at) == ("SHIPPED", START)
    assert order.programmes == []
    assert (order.buyer_email, order.total) == ("jonas@buyers.test", Decimal("18.90"))
    assert order.ship_lines == ["Karl-Heine-Straße 12"]
    assert order.raw == {"PaymentMethod": "Other", "NumberOfItemsShipped": 1}
    assert order.lines.count() == 1


def test_an_older_update_changes_nothing(blume: Seller) -> None:
    take(ORDER, seller=blume)
    before = stored()
    older = replace(
        ORDER,
        changed_at=START - 25 * HOUR,
        status="PENDING",
        buyer_name="Somebody",
        ship_city="Leipzig",
        lines=(replace(LINE, item_id="2"),),
        parcels=(ParcelFacts(reference="1"),),
    )
    assert counts(take(older, seller=blume)) == (0, 0, 0, 1, 0)
    assert stored() == before


def test_an_update_of_the_same_moment_counts_if_it_says_something_else(blume: Seller) -> None:
    take(ORDER, seller=blume)
    more = replace(ORDER, lines=(replace(LINE, quantity_shipped=1),))
    assert counts(take(more, seller=blume)) == (0, 1, 0, 0, 0)
    assert OrderLine.objects.get().quantity_shipped == 1
    assert counts(take(more, seller=blume)) == (0, 0, 1, 0, 0)


def test_a_line_that_a_later_file_leaves_out_stays(blume: Seller) -> None:
    take(replace(ORDER, lines=(LINE, replace(LINE, item_id="2"))), seller=blume)
    take(replace(ORDER, changed_at=START, lines=(replace(LINE, item_id="3"),)), seller=blume)
    assert [line.item_id for line in OrderLine.objects.order_by("item_id")] == [
        "2",
        "3",
        "41180001",
    ]


def test_an_order_of_another_seller_is_a_problem_and_is_never_moved(
    blume: Seller, longmen: Seller
) -> None:
    take(ORDER, seller=longmen)
    before = stored()
    report = take(replace(ORDER, changed_at=START, status="SHIPPED"), seller=blume)
    assert counts(report) == (0, 0, 0, 0, 1)
    assert report.problems == [
        RowProblem(
            7,
            "The order belongs to another seller. Nothing about it was changed.",
            ORDER.number,
        )
    ]
    assert stored() == before


def test_lines_alone_join_an_order_that_is_known(blume: Seller) -> None:
    take(replace(ORDER, lines=()), seller=blume)
    items = OrderFacts(number=ORDER.number, lines_only=True, lines=(LINE,))
    assert counts(take(items, seller=blume, file_date=START)) == (0, 1, 0, 0, 0)
    assert counts(take(items, seller=blume, file_date=START)) == (0, 0, 1, 0, 0)
    order = Order.objects.get()
    assert (order.changed_at, order.status) == (ORDER.changed_at, "UNSHIPPED")
    assert order.lines.get().price == Decimal("15.00")


def test_lines_of_an_old_file_are_added_but_replace_nothing(blume: Seller) -> None:
    take(ORDER, seller=blume)
    cheaper = replace(LINE, price=Decimal("1.00"))
    items = OrderFacts(
        number=ORDER.number, lines_only=True, lines=(cheaper, replace(LINE, item_id="2"))
    )
    assert counts(take(items, seller=blume, file_date=START - 72 * HOUR)) == (0, 1, 0, 0, 0)
    assert sorted(OrderLine.objects.values_list("item_id", "price")) == [
        ("2", Decimal("15.00")),
        ("41180001", Decimal("15.00")),
    ]


def test_lines_of_an_unknown_order_ask_for_the_order_first(blume: Seller) -> None:
    report = take(OrderFacts(number="302-9", line=3, lines_only=True, lines=(LINE,)), seller=blume)
    assert report.problems == [
        RowProblem(
            3,
            "The order is not known yet. Load the order itself first, then its items.",
            "302-9",
        )
    ]
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("missing", "what"),
    [
        ("placed_at", "purchase date"),
        ("channel", "fulfilment channel"),
        ("status", "order status"),
    ],
)
def test_a_new_order_needs_its_first_facts(blume: Seller, missing: str, what: str) -> None:
    without: dict[str, Any] = {missing: None}
    report = take(replace(ORDER, **without), seller=blume)
    assert [problem.reason for problem in report.problems] == [f"A new order needs its {what}."]


def test_orders_that_name_their_seller_go_to_that_seller(blume: Seller, longmen: Seller) -> None:
    theirs = replace(ORDER, number="302-2", merchant_id=longmen.merchant_id)
    nobodys = replace(ORDER, number="302-3", merchant_id="A9NOBODY")
    ours = replace(ORDER, merchant_id=blume.merchant_id)
    report = take(ours, theirs, nobodys, seller=None)
    assert counts(report) == (2, 0, 0, 0, 1)
    assert report.problems[0].reason == "No seller has the merchant id A9NOBODY."
    assert Order.objects.get(number="302-2").seller == longmen
    refused = take(theirs, seller=blume).problems[0].reason
    assert refused == f"The row names the seller {longmen.merchant_id}, not the one of this import."


def test_without_any_seller_nothing_is_taken_in(blume: Seller) -> None:
    with pytest.raises(Refused, match="whose orders"):
        take(ORDER, seller=None)
    assert not Order.objects.exists()


def test_a_row_that_the_database_refuses_stops_no_other(blume: Seller) -> None:
    too_many = replace(ORDER, number="302-2", line=9, lines=(replace(LINE, quantity=10**12),))
    report = take(ORDER, too_many, replace(ORDER, number="302-3"), seller=blume)
    assert counts(report) == (2, 0, 0, 0, 1)
    (problem,) = report.problems
    assert (problem.line, problem.number) == (9, "302-2")
    assert problem.reason.startswith("The database refuses it: ")
    assert set(Order.objects.values_list("number", flat=True)) == {ORDER.number, "302-3"}


def test_descriptions_are_cut_to_length_and_names_are_not(blume: Seller) -> None:
    long = replace(ORDER, ship_city="ö" * 500, lines=(replace(LINE, title="T" * 900),))
    named = replace(ORDER, number="302-2", lines=(replace(LINE, sku="S" * 81),))
    report = take(long, named, seller=blume)
    assert [problem.reason for problem in report.problems] == ["sku is longer than 80 characters."]
    order = Order.objects.get()
    assert (len(order.ship_city), len(order.lines.get().title)) == (120, 500)
    assert counts(take(long, seller=blume)) == (0, 0, 1, 0, 0)


def test_the_same_order_twice_in_one_batch_is_one_order(blume: Seller) -> None:
    second = replace(ORDER, changed_at=START, status="SHIPPED", lines=(replace(LINE, item_id="2"),))
    assert counts(take(ORDER, second, ORDER, seller=blume)) == (1, 1, 0, 1, 0)
    order = Order.objects.get()
    assert (order.status, order.lines.count()) == ("SHIPPED", 2)


def test_a_delivery_keeps_the_first_moment_that_was_vouched_for(blume: Seller) -> None:
    parcel = ParcelFacts(reference="1", carrier="DHL", status="DELIVERED", delivered_at=START)
    take(replace(ORDER, parcels=(parcel,)), seller=blume, source=LATER_API)
    again = replace(parcel, delivered_at=START + 9 * HOUR, tracking_number="JJD14")
    later = replace(
        ORDER, changed_at=START + 9 * HOUR, parcels=(again, replace(again, reference="2"))
    )
    take(later, seller=blume, source=LATER_API)
    first, second = Parcel.objects.all()
    assert (first.delivered_at, first.tracking_number) == (START, "JJD14")
    assert second.delivered_at == START + 9 * HOUR


def test_a_dry_run_reports_the_same_and_keeps_nothing(blume: Seller) -> None:
    items = OrderFacts(number=ORDER.number, lines_only=True, lines=(replace(LINE, item_id="2"),))
    assert counts(take(ORDER, items, seller=blume, dry_run=True)) == (1, 1, 0, 0, 0)
    assert not Order.objects.exists()
    assert not journal.of(blume).exists()


def test_the_journal_says_what_each_batch_brought(blume: Seller) -> None:
    take(ORDER, replace(ORDER, number="302-2"), seller=blume)
    (line,) = journal.of(blume)
    assert (line.verb, line.actor) == ("orders_taken_in", "system")
    assert line.facts == {"source": V0, "new": 2, "updated": 0}


def test_problems_and_skips_of_the_reader_are_reported(blume: Seller) -> None:
    problem, skipped = RowProblem(3, "why", "302-8"), Skipped(4, "an error answer")
    report = take(problem, ORDER, skipped, seller=blume)
    assert (counts(report), report.skipped) == ((1, 0, 0, 0, 1), 1)
    assert (report.problems, report.skips) == ([problem], [skipped])


def test_an_order_without_marketplace_is_placed_where_the_import_says(blume: Seller) -> None:
    silent = replace(ORDER, marketplace_id=None)
    take(silent, seller=blume, marketplace_id=DE)
    assert Order.objects.get().marketplace_id == DE
    take(replace(silent, changed_at=START), seller=blume, marketplace_id="OTHER")
    assert Order.objects.get().marketplace_id == DE


# --- how many statements -------------------------------------------------------------------------


def statements(seller: Seller, facts: list[OrderFacts], source: str = LATER_API) -> int:
    """How many statements took these orders in, all told."""
    with CaptureQueriesContext(connection) as seen:
        take(*facts, seller=seller, source=source)
    return len([row for row in seen if "SAVEPOINT" not in row["sql"]])


def test_a_batch_takes_eight_statements_at_most_whatever_its_size(blume: Seller) -> None:
    def batch(size: int, **changes: Any) -> list[OrderFacts]:
        parcel = ParcelFacts(reference="1", status=changes.pop("parcel", "PENDING"))
        return [
            replace(ORDER, number=f"302-{n}", parcels=(parcel,), **changes) for n in range(size)
        ]

    assert statements(blume, batch(1)) == 6
    assert statements(blume, batch(500)) == 8
    moved = replace(LINE, quantity_shipped=1)
    newer = batch(500, changed_at=START, lines=(moved,), parcel="IN_TRANSIT")
    assert statements(blume, newer) == 8
    assert statements(blume, newer) == 4
    assert statements(blume, batch(501, changed_at=START + HOUR)) == 7 + 6
    assert Order.objects.count() == 501


def test_orders_that_others_made_are_updated_in_place(blume: Seller) -> None:
    order = OrderFactory(seller=blume, number=ORDER.number, changed_at=START - 30 * HOUR)
    take(ORDER, seller=blume)
    assert Order.objects.get().pk == order.pk
    assert Order.objects.get().source == V0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_imports_at_the_same_time_the_newest_wins_and_nothing_is_counted_twice() -> None:
    seller = SellerFactory()
    start = Barrier(4)

    def import_of(hours: int) -> Report:
        batch = [
            replace(ORDER, number=f"302-{n}", changed_at=START + hours * HOUR) for n in range(50)
        ]
        try:
            start.wait()
            return take(*batch, seller=seller)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(import_of, range(4)))
    assert sum(report.new for report in reports) == 50
    assert sum(report.taken for report in reports) == 200
    assert set(Order.objects.values_list("changed_at", flat=True)) == {START + 3 * HOUR}
    assert OrderLine.objects.count() == 50
