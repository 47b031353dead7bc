"""Orders API v0: getOrders, getOrder, getOrderItems (domain 6.3 to 6.9)."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sellers.feeds.facts import Skipped
from tests.sellers.feeds.reading import DATA, facts, numbers, problems, rows, rows_of


def order(**fields: Any) -> dict[str, Any]:
    """The least that an order of v0 says."""
    return {
        "AmazonOrderId": "302-0000001-0000001",
        "PurchaseDate": "2026-10-01T08:00:00Z",
        "LastUpdateDate": "2026-10-01T08:00:00Z",
        "OrderStatus": "Pending",
        "FulfillmentChannel": "MFN",
        **fields,
    }


def item(**fields: Any) -> dict[str, Any]:
    """The least that an item of v0 says."""
    return {"ASIN": "B0KANNE001", "OrderItemId": "1", "QuantityOrdered": 1, **fields}


def one(**fields: Any) -> Any:
    (found,) = facts(rows(json.dumps({"payload": order(**fields)})))
    return found


def one_line(**fields: Any) -> Any:
    (line,) = one(OrderItems=[item(**fields)]).lines
    return line


def why(**fields: Any) -> str:
    (problem,) = problems(rows(json.dumps({"payload": order(**fields)})))
    assert problem.number in {"302-0000001-0000001", ""}
    return problem.reason


def test_get_orders_tells_every_fact_of_an_order() -> None:
    kanne, firma, lager = facts(rows_of("v0_get_orders.json"))
    assert kanne.number == "302-7310042-1184503"
    assert (kanne.marketplace_id, kanne.channel, kanne.status) == (
        "A1PA6795UKMFR9",
        "MFN",
        "UNSHIPPED",
    )
    assert kanne.placed_at == datetime(2026, 10, 5, 17, 42, 11, tzinfo=UTC)
    assert kanne.changed_at == datetime(2026, 10, 6, 9, 15, 40, tzinfo=UTC)
    assert kanne.ship_by_to == datetime(2026, 10, 7, 21, 59, 59, tzinfo=UTC)
    assert kanne.deliver_by_from == datetime(2026, 10, 8, 22, tzinfo=UTC)
    assert (kanne.currency, kanne.total) == ("EUR", Decimal("38.80"))
    assert kanne.ship_from_country == "DE"
    assert kanne.buyer_email == "h7k2qpz9@buyers.example"
    assert (kanne.ship_name, kanne.ship_lines) == (
        "Katrin Vollmer",
        ("Weinbergsweg 3", "Hinterhaus"),
    )
    assert (kanne.ship_postcode, kanne.ship_city, kanne.ship_country) == (
        "06120",
        "Halle (Saale)",
        "DE",
    )
    assert kanne.business is False
    assert kanne.programmes == frozenset()
    assert "PRIME" in kanne.not_programmes
    assert (firma.business, firma.total) == (True, Decimal("412.00"))
    assert firma.programmes == {
        "PRIME",
        "AMAZON_BUSINESS",
        "PREMIUM",
        "IN_STORE_PICK_UP",
        "INVOICE_BY_AMAZON",
        "PREORDER",
    }
    assert firma.buyer_email is None
    assert (lager.channel, lager.marketplace_id) == ("AFN", "A13V1IB3VIYZZH")
    assert lager.total is None
    assert lager.business is None


def test_what_is_not_known_is_kept_raw_and_what_is_known_is_not_kept_twice() -> None:
    kanne, firma, _lager = facts(rows_of("v0_get_orders.json"))
    assert kanne.raw["PaymentMethodDetails"] == ["Standard"]
    assert kanne.raw["HasRegulatedItems"] is False
    assert kanne.raw["DefaultShipFromLocationAddress"]["City"] == "Berlin"
    assert firma.raw["BuyerInfo"] == {"PurchaseOrderNumber": "PO-2026-771"}
    assert not {"BuyerInfo", "ShippingAddress", "PurchaseDate", "OrderTotal"} & kanne.raw.keys()


def test_get_order_items_tells_the_lines_of_one_order() -> None:
    (found,) = facts(rows_of("v0_get_order_items.json"))
    assert found.lines_only
    kanne, brett = found.lines
    assert (kanne.item_id, kanne.asin, kanne.sku) == ("41180033672210", "B0KANNE001", "KANNE-1L")
    assert (kanne.quantity, kanne.quantity_shipped, kanne.currency) == (2, 0, "EUR")
    assert (kanne.price, kanne.tax) == (Decimal("31.90"), Decimal("5.09"))
    assert (kanne.shipping_price, kanne.discount) == (Decimal("3.90"), Decimal("1.50"))
    assert (kanne.gift, kanne.customised, kanne.condition) == (True, None, "NEW")
    assert kanne.raw["BuyerRequestedCancel"] == {"IsBuyerRequestedCancel": "false"}
    assert (brett.gift, brett.customised, brett.condition) == (False, True, "USED VERY_GOOD")
    assert brett.programmes == ("FBM_SHIP_PLUS",)
    assert (brett.price, brett.currency) == (None, None)


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda one: {"payload": one},
        lambda one: one,
        lambda one: [one],
        lambda one: {"Orders": [one]},
        lambda one: {"payload": {"Orders": [one], "NextToken": "eA"}},
        lambda one: [{"payload": {"Orders": [one]}}],
        lambda one: {"operation": "getOrder", "response": {"payload": one}, "status": "200"},
    ],
    ids=["payload", "bare", "list", "Orders", "page", "pages", "recorded"],
)
def test_an_order_is_found_however_its_answer_was_kept(wrapped: Any) -> None:
    for text in (json.dumps(wrapped(order())), json.dumps(wrapped(order()), indent=1)):
        assert numbers(rows(text)) == ["302-0000001-0000001"]


def test_orders_one_a_line_bring_their_items_along() -> None:
    kanne, firma, lager = facts(rows_of("v0_orders.ndjson"))
    assert [kanne.line, firma.line, lager.line] == [1, 2, 3]
    assert [line.sku for line in kanne.lines] == ["KANNE-1L", "BRETT-GRAVUR"]
    assert not kanne.lines_only


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("Pending", "PENDING"),
        ("PendingAvailability", "PENDING"),
        ("Unshipped", "UNSHIPPED"),
        ("PartiallyShipped", "PARTIALLY_SHIPPED"),
        ("Shipped", "SHIPPED"),
        ("InvoiceUnconfirmed", "SHIPPED"),
        ("Canceled", "CANCELED"),
        ("Unfulfillable", "UNFULFILLABLE"),
    ],
)
def test_every_status_of_v0_has_ours(told: str, status: str) -> None:
    assert one(OrderStatus=told).status == status


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"LastUpdateDate": None}, "LastUpdateDate is missing."),
        ({"AmazonOrderId": " "}, "AmazonOrderId is missing."),
        ({"AmazonOrderId": "3" * 41}, "AmazonOrderId is longer than 40 characters."),
        ({"PurchaseDate": "yesterday"}, "“yesterday” is no date (PurchaseDate)."),
        ({"OrderStatus": "Lost"}, "“Lost” is not known (OrderStatus)."),
        ({"FulfillmentChannel": "XFN"}, "“XFN” is not known (FulfillmentChannel)."),
        ({"IsPrime": "perhaps"}, "“perhaps” is neither true nor false (IsPrime)."),
        ({"OrderTotal": {"Amount": "1.00"}}, "OrderTotal has no currency."),
        ({"OrderTotal": "1.00"}, "OrderTotal is not an amount with its currency."),
        ({"BuyerInfo": []}, "BuyerInfo is not an object."),
        ({"OrderItems": {"ASIN": "B0"}}, "OrderItems is not a list."),
    ],
)
def test_an_order_that_cannot_be_read_says_which_field_and_why(
    fields: dict[str, Any], reason: str
) -> None:
    assert why(**fields) == reason


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (item(OrderItemId=None), "OrderItemId is missing."),
        (item(ASIN=""), "ASIN is missing."),
        (item(QuantityOrdered=None), "QuantityOrdered is missing."),
        (item(QuantityOrdered=-1), "“-1” is no number of pieces (QuantityOrdered)."),
        (item(QuantityOrdered=1.5), "“1.5” is no number of pieces (QuantityOrdered)."),
        (item(IsGift="maybe"), "“maybe” is neither true nor false (IsGift)."),
        (
            item(ItemPrice={"CurrencyCode": "EUR", "Amount": "NaN"}),
            "“NaN” is no number that we can keep (ItemPrice).",
        ),
        ("nothing", "It is not an object."),
    ],
)
def test_a_bad_item_is_told_by_its_place_and_the_others_are_read(bad: Any, reason: str) -> None:
    found = rows(json.dumps({"payload": order(OrderItems=[item(), bad, item(OrderItemId="3")])}))
    assert [problem.reason for problem in problems(found)] == [f"OrderItems, number 2: {reason}"]
    assert [line.item_id for line in facts(found)[0].lines] == ["1", "3"]


@pytest.mark.parametrize("told", ["true", "True", True])
def test_a_gift_may_be_a_word(told: object) -> None:
    assert one_line(IsGift=told).gift is True


def test_money_is_exact_whether_text_or_number() -> None:
    text = json.dumps({"payload": order(OrderItems=[item()])})
    text = text.replace('"ASIN"', '"ItemPrice": {"CurrencyCode": "eur", "Amount": 1299.10}, "ASIN"')
    (line,) = facts(rows(text))[0].lines
    assert (line.price, line.currency) == (Decimal("1299.10"), "EUR")


def test_a_sum_in_another_currency_stays_raw() -> None:
    tax = {"CurrencyCode": "GBP", "Amount": "2.00"}
    line = one_line(ItemPrice={"CurrencyCode": "EUR", "Amount": "10"}, ItemTax=tax)
    assert (line.price, line.tax) == (Decimal("10.00"), None)
    assert line.raw["ItemTax"] == tax


def test_the_marketplace_may_be_known_by_its_name_only() -> None:
    assert one(SalesChannel="Amazon.de").marketplace_id == "A1PA6795UKMFR9"
    assert one(SalesChannel="Non-Amazon").marketplace_id == "Non-Amazon"
    assert one().marketplace_id is None


def test_characters_that_no_database_text_can_hold_are_left_out() -> None:
    found = one(ShipServiceLevel="Std\u0000 DE", SellerOrderId="a\ud800b \U0001f600")
    assert found.ship_service == "Std DE"
    assert found.raw["SellerOrderId"] == "a?b \U0001f600"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (
            "v0_error.json",
            "An error answer of the marketplace: InvalidInput: CreatedAfter is in the future.",
        ),
        ("v0_buyer_info.json", "An answer of getOrderBuyerInfo, which holds no orders."),
        ("v0_address.json", "An answer of getOrderAddress, which holds no orders."),
        ("v0_items_buyer_info.json", "An answer of getOrderItemsBuyerInfo, which holds no orders."),
    ],
)
def test_other_answers_are_skipped_and_named(name: str, reason: str) -> None:
    (found,) = rows_of(name)
    assert isinstance(found, Skipped)
    assert found.reason == reason


def test_a_recorded_answer_tells_its_order_once() -> None:
    assert numbers(rows_of("v0_recorded.json")) == ["305-4410029-8837716"]
    assert len(rows_of("v0_recorded.json")) == 1


def test_the_line_of_an_order_is_the_one_it_begins_in() -> None:
    text = (DATA / "v0_get_orders.json").read_text()
    for found in facts(rows(text)):
        begins = "\n".join(text.split("\n")[found.line - 1 : found.line + 1])
        assert found.number in begins
        assert begins.lstrip().startswith("{")
