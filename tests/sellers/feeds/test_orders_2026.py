"""Orders API 2026-01-01: searchOrders and getOrder (domain 6.10 to 6.13)."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sellers.feeds import orders_2026
from sellers.feeds.facts import OrderFacts
from tests.sellers.feeds.reading import facts, problems, rows, rows_of


def order(**fields: Any) -> dict[str, Any]:
    """The least that an order of the newer API says."""
    return {
        "orderId": "303-0000001-0000001",
        "createdTime": "2026-10-01T08:00:00Z",
        "lastUpdatedTime": "2026-10-02T08:00:00Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": "A1PA6795UKMFR9"},
        "orderItems": [],
        **fields,
    }


def one(**fields: Any) -> OrderFacts:
    (found,) = facts(rows(json.dumps({"order": order(**fields)})))
    return found


def package(status: str, detail: str | None = None) -> dict[str, Any]:
    state = {"status": status, **({"detailedStatus": detail} if detail else {})}
    return {"packageReferenceId": "1", "packageStatus": state}


def test_search_orders_tells_every_fact_of_an_order() -> None:
    lade, fba = facts(rows_of("2026_search_orders.json"))
    assert (lade.number, lade.channel, lade.status) == ("303-5566778-9900112", "MFN", "SHIPPED")
    assert lade.marketplace_id == "A1PA6795UKMFR9"
    assert lade.placed_at == datetime(2026, 10, 8, 20, 15, tzinfo=UTC)
    assert lade.changed_at == datetime(2026, 10, 13, 11, 40, tzinfo=UTC)
    assert lade.ship_by_from == datetime(2026, 10, 8, 22, tzinfo=UTC)
    assert lade.deliver_by_to == datetime(2026, 10, 15, 21, 59, 59, tzinfo=UTC)
    assert lade.business is True
    assert lade.programmes == {"AMAZON_BUSINESS", "PREMIUM"}
    assert (lade.currency, lade.total) == ("EUR", Decimal("64.97"))
    assert (lade.buyer_name, lade.buyer_email) == ("Emre Yıldız", "q9xx@buyers.example")
    assert lade.ship_lines == ("Yıldız Elektro GmbH", "Keupstraße 80")
    assert (lade.ship_postcode, lade.ship_city, lade.ship_state) == ("51063", "Köln", "NRW")
    assert lade.ship_from_country == "CN"
    assert lade.ship_service == "STANDARD"
    assert lade.raw["orderAliases"] == [{"aliasId": "LM-1001", "aliasType": "SELLER_ORDER_ID"}]
    assert lade.raw["packages"][0]["packageItems"] == [{"orderItemId": "60011", "quantity": 1}]
    assert (fba.channel, fba.status, fba.programmes) == ("AFN", "PENDING", frozenset())
    assert fba.business is None


def test_lines_tell_price_tax_and_discount_from_their_breakdown() -> None:
    charger, cable = facts(rows_of("2026_search_orders.json"))[0].lines
    assert (charger.item_id, charger.asin, charger.sku) == ("60011", "B0LADE0001", "LM-GAN65")
    assert (charger.currency, charger.price, charger.tax) == (
        "EUR",
        Decimal("29.99"),
        Decimal("5.42"),
    )
    assert (charger.shipping_price, charger.discount) == (Decimal("3.99"), Decimal("2.00"))
    assert (charger.quantity, charger.quantity_shipped) == (1, 1)
    assert (charger.customised, charger.gift, charger.condition) == (None, None, "NEW")
    assert charger.programmes == ("TRANSPARENCY",)
    assert (cable.price, cable.currency) == (Decimal("30.99"), "EUR")
    assert (cable.customised, cable.gift) == (True, True)


def test_parcels_tell_tracking_and_a_delivery_counts_from_the_orders_update() -> None:
    lade = facts(rows_of("2026_search_orders.json"))[0]
    first, second = lade.parcels
    assert (first.reference, first.carrier) == ("1", "DHL")
    assert (first.tracking_number, first.status) == ("00340434161094021500", "DELIVERED")
    assert first.shipped_at == datetime(2026, 10, 9, 14, 5, tzinfo=UTC)
    assert first.delivered_at == lade.changed_at
    assert first.ship_from_country == "CN"
    assert (second.status, second.delivered_at) == ("OUT_FOR_DELIVERY", None)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (package("PENDING", "PENDING_PICK_UP"), "PENDING"),
        (package("PENDING", "LABEL_CANCELLED"), "CANCELLED"),
        (package("SHIPPED"), "IN_TRANSIT"),
        (package("IN_TRANSIT", "PICKED_UP"), "IN_TRANSIT"),
        (package("IN_TRANSIT", "LOST"), "LOST"),
        (package("UNDELIVERABLE", "REJECTED_BY_BUYER"), "UNDELIVERABLE"),
        (package("UNDELIVERABLE", "RETURNED_TO_SELLER"), "RETURNED"),
        (package("DELIVERED"), "DELIVERED"),
        (package("CANCELLED"), "CANCELLED"),
    ],
)
def test_every_package_status_has_ours(told: dict[str, Any], status: str) -> None:
    assert one(packages=[told]).parcels[0].status == status


def test_a_list_of_programmes_denies_all_others_and_no_list_says_nothing() -> None:
    assert one(programs=["PRIME"]).not_programmes == orders_2026.PROGRAMMES - {"PRIME"}
    assert one(programs=[]).business is False
    silent = one()
    assert (silent.programmes, silent.not_programmes, silent.business) == (
        frozenset(),
        frozenset(),
        None,
    )


def test_an_order_without_fulfilment_says_nothing_about_who_ships() -> None:
    found = one()
    assert (found.channel, found.status, found.ship_by_to) == (None, None, None)


def test_an_order_of_another_shop_is_of_no_marketplace() -> None:
    assert one(salesChannel={"channelName": "NON_AMAZON"}).marketplace_id == "NON_AMAZON"


def test_a_bad_item_or_parcel_stops_neither_the_order_nor_the_others() -> None:
    bad = {"orderItemId": "2", "quantityOrdered": "two", "product": {}}
    good = {"orderItemId": "3", "quantityOrdered": 1, "product": {"asin": "B0LADE0001"}}
    found = rows(json.dumps({"orders": [order(orderItems=[bad, good], packages=[{}])]}))
    assert [problem.reason for problem in problems(found)] == [
        "orderItems, number 1: “two” is no number (quantityOrdered).",
        "packages, number 1: packageReferenceId is missing.",
    ]
    assert [line.item_id for line in facts(found)[0].lines] == ["3"]


def test_without_its_update_time_an_order_is_a_problem() -> None:
    (problem,) = problems(rows(json.dumps({"order": order(lastUpdatedTime=None)})))
    assert (problem.number, problem.reason) == (
        "303-0000001-0000001",
        "lastUpdatedTime is missing.",
    )


def test_an_order_alone_and_one_in_a_list_read_the_same() -> None:
    alone = facts(rows(json.dumps(order())))
    listed = facts(rows(json.dumps({"orders": [order()]})))
    assert alone == listed
