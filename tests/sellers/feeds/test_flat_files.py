"""The tab-separated order reports (domain 6.20, 6.21), as files in the wild are."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from sellers.feeds.facts import NotReadable
from tests.sellers.feeds.reading import DATA, facts, numbers, problems, rows, rows_of

HEADING = (
    "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\t"
    "sales-channel\tsku\tasin\tquantity\tcurrency\titem-price"
)


def report(*lines: str, heading: str = HEADING) -> str:
    """A report of all orders with these rows."""
    return "\n".join([heading, *lines, ""])


def row(number: str = "302-1-1", **cells: str) -> str:
    """A row that has nothing wrong with it."""
    told = {
        "purchase-date": "2026-10-01T08:00:00+00:00",
        "last-updated-date": "2026-10-02T08:00:00+00:00",
        "order-status": "Shipped",
        "fulfillment-channel": "Merchant",
        "sales-channel": "Amazon.de",
        "sku": "KANNE-1L",
        "asin": "B0KANNE001",
        "quantity": "1",
        "currency": "EUR",
        "item-price": "15.00",
        **{name.replace("_", "-"): cell for name, cell in cells.items()},
    }
    return "\t".join([number, *told.values()])


def test_rows_of_one_order_become_one_order_with_lines() -> None:
    found = rows_of("report_actionable.txt")
    assert numbers(found) == [
        "302-7310042-1184503",
        "303-1000001-2000002",
        "303-1000001-2000004",
    ]
    kanne, tuch, prime = facts(found)
    assert [line.item_id for line in kanne.lines] == ["41180033672210", "41180033672218"]
    assert (kanne.channel, kanne.status) == ("MFN", "PARTIALLY_SHIPPED")
    assert kanne.changed_at is None
    assert kanne.placed_at == datetime(2026, 10, 5, 17, 42, 11, tzinfo=UTC)
    assert not kanne.placed_to_the_day
    assert kanne.buyer_email == "h7k2qpz9@buyers.example"
    assert kanne.ship_lines == ("Weinbergsweg 3",)
    assert (kanne.ship_phone, kanne.ship_postcode) == ("0345 5550100", "06120")
    assert kanne.lines[0].title == 'Teekanne "Klar", 1 Liter'
    assert kanne.lines[0].price is None
    assert kanne.raw["reporting-date"] == "2026-10-06T06:00:00+00:00"
    assert (kanne.business, kanne.programmes) == (False, frozenset())
    assert "PRIME" in kanne.not_programmes
    assert prime.business is True
    assert prime.programmes == {"PRIME", "AMAZON_BUSINESS"}
    assert (prime.status, prime.ship_country) == ("SHIPPED", "AT")
    assert tuch.status == "UNSHIPPED"


def test_a_promised_day_lasts_to_its_end_and_a_purchase_day_begins_at_its_start() -> None:
    kanne, tuch, prime = facts(rows_of("report_actionable.txt"))
    assert kanne.ship_by_to == datetime(2026, 10, 7, 21, 59, 59, tzinfo=UTC)
    assert (tuch.placed_at, tuch.placed_to_the_day) == (
        datetime(2026, 10, 5, 22, tzinfo=UTC),
        True,
    )
    assert prime.placed_at == datetime(2026, 9, 28, 22, tzinfo=UTC)


def test_a_bad_row_is_told_with_its_line_and_stops_no_other() -> None:
    (problem,) = problems(rows_of("report_actionable.txt"))
    assert (problem.line, problem.number) == (5, "303-1000001-2000003")
    assert problem.reason == "“eins” is no number (quantity-purchased)."


def test_a_short_row_says_what_it_has() -> None:
    tuch = facts(rows_of("report_actionable.txt"))[1]
    assert tuch.buyer_email == "wer@buyers.example"
    assert (tuch.ship_city, tuch.lines[0].quantity_shipped) == (None, None)


def test_the_report_of_all_orders_tells_dates_prices_and_channels() -> None:
    kanne, lager, extern = facts(rows_of("report_all_orders.txt"))
    assert kanne.changed_at == datetime(2026, 10, 8, 10, tzinfo=UTC)
    assert (kanne.channel, kanne.status, kanne.marketplace_id) == (
        "MFN",
        "SHIPPED",
        "A1PA6795UKMFR9",
    )
    first, second = kanne.lines
    assert (first.item_id, first.sku, first.asin) == (None, "KANNE-1L", "B0KANNE001")
    assert (first.currency, first.price, first.tax) == ("EUR", Decimal("31.90"), Decimal("5.09"))
    assert (first.discount, first.quantity_shipped) == (Decimal("1.50"), 2)
    assert (second.currency, second.price) == ("EUR", None)
    assert (lager.channel, lager.status, lager.marketplace_id) == (
        "AFN",
        "CANCELED",
        "A13V1IB3VIYZZH",
    )
    assert lager.lines[0].quantity == 0
    assert extern.marketplace_id == "Non-Amazon DE"
    assert kanne.raw["signature-confirmation-recommended"] == "true"
    assert first.raw["promotion-ids"] == "HERBST26"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_any_encoding_and_any_line_end_will_do(encoding: str, ends: str) -> None:
    text = report(row(sku="GEFÄẞ-ß".replace("ẞ", "ß"))).replace("\n", ends)
    (found,) = facts(rows(text.encode(encoding)))
    assert found.lines[0].sku == "GEFÄß-ß"


def test_columns_may_stand_in_any_order_and_be_more() -> None:
    names = HEADING.split("\t")
    cells = row().split("\t")
    turned = report(
        "\t".join([*reversed(cells), "x"]), heading="\t".join([*reversed(names), "Colour"]).upper()
    )
    (found,) = facts(rows(turned))
    assert (found.number, found.lines[0].price) == ("302-1-1", Decimal("15.00"))
    assert found.raw["colour"] == "x"


def test_a_figure_without_its_currency_is_no_price() -> None:
    (found,) = facts(rows(report(row(currency=" "))))
    assert found.lines[0].price is None
    assert found.lines[0].raw["item-price"] == "15.00"


def test_a_row_with_more_cells_than_the_heading_has_slipped() -> None:
    found = rows(report(row() + "\tand more", row("302-1-2")))
    assert numbers(found) == ["302-1-2"]
    assert problems(found)[0].reason == (
        "The row has more cells than the heading: 12 instead of 11."
    )


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("Shipped - Delivered to Buyer", "SHIPPED"),
        ("Pending - Waiting for Pick Up", "PENDING"),
        ("Cancelled", "CANCELED"),
        ("Unshipped", "UNSHIPPED"),
        ("PartiallyShipped", "PARTIALLY_SHIPPED"),
    ],
)
def test_a_status_with_news_from_the_carrier_is_still_the_status(told: str, status: str) -> None:
    (found,) = facts(rows(report(row(order_status=told))))
    assert found.status == status


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"order_status": "Gone"}, "“gone” is not known (order-status)."),
        ({"quantity": ""}, "quantity is missing."),
        ({"item_price": "cheap"}, "“cheap” is no number (item-price)."),
        ({"currency": "Euro"}, "“Euro” is no currency (currency)."),
        ({"purchase_date": "31-Feb-2026"}, "“31-Feb-2026” is no date (purchase-date)."),
        (
            {"sku": "", "asin": ""},
            "Neither order-item-id nor sku nor asin says which product this is.",
        ),
    ],
)
def test_a_row_that_cannot_be_read_says_why(cells: dict[str, str], reason: str) -> None:
    found = rows(report(row("302-1-0"), row(**cells), row("302-1-2")))
    assert numbers(found) == ["302-1-0", "302-1-2"]
    (problem,) = problems(found)
    assert (problem.line, problem.number, problem.reason) == (3, "302-1-1", reason)


def test_a_row_without_order_number_is_a_problem() -> None:
    (problem,) = problems(rows(report(row(" "))))
    assert problem.reason == "amazon-order-id is missing."


def test_a_heading_alone_holds_no_orders() -> None:
    assert rows(HEADING) == []
    assert rows((DATA / "report_actionable.txt").read_bytes().split(b"\r\n")[0]) == []


def test_a_report_of_returns_is_refused_by_name() -> None:
    with pytest.raises(NotReadable, match="report of returns"):
        rows("Order ID\tOrder date\tAmazon RMA ID\n302-1-1\t2026-10-01\tR1\n")
