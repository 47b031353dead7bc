"""Orders API v0: what getOrders, getOrder and getOrderItems answer (domain 6.3 to 6.9)."""

from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from sellers.feeds import records, values
from sellers.feeds.facts import LineFacts, OrderFacts, OrderRow, RowProblem
from sellers.feeds.values import BadValue

FORMAT: Final = "orders_v0"

STATUSES: Final = {
    "Pending": "PENDING",
    "PendingAvailability": "PENDING",
    "Unshipped": "UNSHIPPED",
    "PartiallyShipped": "PARTIALLY_SHIPPED",
    "Shipped": "SHIPPED",
    "InvoiceUnconfirmed": "SHIPPED",
    "Canceled": "CANCELED",
    "Cancelled": "CANCELED",
    "Unfulfillable": "UNFULFILLABLE",
}
CHANNELS: Final = {"MFN": "MFN", "AFN": "AFN"}
PROGRAMMES: Final = {
    "IsPrime": "PRIME",
    "IsBusinessOrder": "AMAZON_BUSINESS",
    "IsPremiumOrder": "PREMIUM",
    "IsISPU": "IN_STORE_PICK_UP",
    "IsIBA": "INVOICE_BY_AMAZON",
}
"""The flags of an order that say which programme it belongs to (domain 6.12)."""

OTHER_ANSWERS: Final = {
    "ShippingAddress": "getOrderAddress",
    "BuyerEmail": "getOrderBuyerInfo",
    "BuyerName": "getOrderBuyerInfo",
    "RegulatedInformation": "getOrderRegulatedInfo",
    "BuyerCustomizedInfo": "getOrderItemsBuyerInfo",
}


def is_order(record: dict[str, Any]) -> bool:
    """Is this an order as getOrders and getOrder give it?"""
    return "AmazonOrderId" in record and ("OrderStatus" in record or "PurchaseDate" in record)


def is_items(record: dict[str, Any]) -> bool:
    """Is this what getOrderItems gives: the lines of one order, by its number?"""
    items = record.get("OrderItems")
    return (
        "AmazonOrderId" in record
        and isinstance(items, list)
        and (not items or any(isinstance(item, dict) and "ASIN" in item for item in items))
    )


def other_answer(record: dict[str, Any]) -> str:
    """The name of the operation if this is one of v0's other answers, else ""."""
    if "OrderItems" in record:
        return "getOrderItemsBuyerInfo"
    return next((name for field, name in OTHER_ANSWERS.items() if field in record), "")


def read(record: dict[str, Any], line: int) -> Iterator[OrderRow]:
    """The order, or the lines of an order, in a record that begins in this line of the file."""
    number = ""
    reader = _order if is_order(record) else _items_only
    try:
        number = values.key(record.pop("AmazonOrderId", None), "AmazonOrderId", 40)
        problems, facts = reader(record, number, line)
    except BadValue as bad:
        yield RowProblem(line, str(bad), number)
        return
    yield from problems
    yield facts


def _order(record: dict[str, Any], number: str, line: int) -> tuple[list[RowProblem], OrderFacts]:
    take = record.pop
    buyer = records.part(record, "BuyerInfo")
    ship_from = records.part(record, "DefaultShipFromLocationAddress")
    total = values.money(take("OrderTotal", None), "OrderTotal")
    flags = {flag: values.flag(take(flag, None), flag) for flag in PROGRAMMES}
    told = {PROGRAMMES[flag] for flag, value in flags.items() if value}
    denied = {PROGRAMMES[flag] for flag, value in flags.items() if value is False}
    if record.get("OrderType") == "Preorder":
        told.add("PREORDER")
    if record.get("EasyShipShipmentStatus"):
        told.add("AMAZON_EASY_SHIP")
    placed_at = values.moment(take("PurchaseDate", None), "PurchaseDate", UTC)
    changed_at = values.moment(take("LastUpdateDate", None), "LastUpdateDate", UTC)
    if changed_at is None:
        raise BadValue(_("%(field)s is missing.") % {"field": "LastUpdateDate"})
    lines, problems = records.each(take("OrderItems", None), "OrderItems", _line, (line, number))
    email = values.text(buyer.pop("BuyerEmail", None), "BuyerEmail")
    return problems, OrderFacts(
        number=number,
        line=line,
        merchant_id=values.text(take("SellerId", None), "SellerId") or "",
        marketplace_id=values.text(take("MarketplaceId", None), "MarketplaceId")
        or records.marketplace(record.get("SalesChannel")),
        channel=values.known(CHANNELS, take("FulfillmentChannel", None), "FulfillmentChannel"),
        status=values.known(STATUSES, take("OrderStatus", None), "OrderStatus"),
        placed_at=placed_at,
        changed_at=changed_at,
        business=flags["IsBusinessOrder"],
        programmes=frozenset(told),
        not_programmes=frozenset(denied),
        ship_by_from=values.moment(take("EarliestShipDate", None), "EarliestShipDate", UTC),
        ship_by_to=values.moment(take("LatestShipDate", None), "LatestShipDate", UTC),
        deliver_by_from=values.moment(
            take("EarliestDeliveryDate", None), "EarliestDeliveryDate", UTC
        ),
        deliver_by_to=values.moment(take("LatestDeliveryDate", None), "LatestDeliveryDate", UTC),
        ship_from_country=records.country(ship_from, "CountryCode"),
        ship_service=values.text(take("ShipServiceLevel", None), "ShipServiceLevel"),
        currency=total.currency,
        total=total.amount,
        buyer_name=values.text(buyer.pop("BuyerName", None), "BuyerName"),
        buyer_email=email.lower() if email else None,
        **_address(records.part(record, "ShippingAddress")),
        lines=tuple(lines),
        raw=records.storable(record),
    )


def _items_only(
    record: dict[str, Any], number: str, line: int
) -> tuple[list[RowProblem], OrderFacts]:
    lines, problems = records.each(record["OrderItems"], "OrderItems", _line, (line, number))
    merchant = values.text(record.get("SellerId"), "SellerId") or ""
    return problems, OrderFacts(
        number=number, line=line, merchant_id=merchant, lines_only=True, lines=tuple(lines)
    )


def _line(item: dict[str, Any]) -> LineFacts:
    take = item.pop
    quantity = values.whole(take("QuantityOrdered", None), "QuantityOrdered")
    if quantity is None:
        raise BadValue(_("%(field)s is missing.") % {"field": "QuantityOrdered"})
    sums = ("ItemPrice", "ItemTax", "ShippingPrice", "PromotionDiscount")
    code = next(
        (code for field in sums if (code := values.money(item.get(field), field).currency)), None
    )
    programmes = records.part(item, "AmazonPrograms").pop("Programs", None)
    buyer = records.part(item, "BuyerInfo")
    return LineFacts(
        item_id=values.key(take("OrderItemId", None), "OrderItemId", 40),
        asin=values.key(take("ASIN", None), "ASIN", 20),
        sku=values.text(take("SellerSKU", None), "SellerSKU"),
        title=values.text(take("Title", None), "Title"),
        quantity=quantity,
        quantity_shipped=values.whole(take("QuantityShipped", None), "QuantityShipped"),
        currency=code,
        price=_sum(item, "ItemPrice", code),
        tax=_sum(item, "ItemTax", code),
        shipping_price=_sum(item, "ShippingPrice", code),
        discount=_sum(item, "PromotionDiscount", code),
        condition=condition(take("ConditionId", None), take("ConditionSubtypeId", None)),
        customised=True
        if records.part(buyer, "BuyerCustomizedInfo").get("CustomizedURL")
        else None,
        gift=values.flag(take("IsGift", None), "IsGift"),
        programmes=None if programmes is None else tuple(map(str, programmes)),
        raw=records.storable(item),
    )


def _sum(item: dict[str, Any], field: str, code: str | None) -> Decimal | None:
    """The amount; one in another currency stays in the raw column: one line has one currency."""
    found = values.money(item.get(field), field)
    if found.currency != code:
        return None
    item.pop(field, None)
    return found.amount


def condition(main: object, sub: object) -> str | None:
    """NEW, or what it is and how good: USED VERY_GOOD."""
    names = [values.text(value, "Condition") for value in (main, sub)]
    words = [name.upper().replace(" ", "_") for name in names if name]
    return " ".join(dict.fromkeys(words)) or None


def _address(found: dict[str, Any]) -> dict[str, Any]:
    take = found.pop
    company = values.text(take("CompanyName", None), "CompanyName")
    street = [values.text(take(f"AddressLine{n}", None), f"AddressLine{n}") for n in (1, 2, 3)]
    lines = tuple(row for row in (company, *street) if row)
    return {
        "ship_name": values.text(take("Name", None), "Name"),
        "ship_lines": lines or None,
        "ship_postcode": values.text(take("PostalCode", None), "PostalCode"),
        "ship_city": values.text(take("City", None), "City"),
        "ship_state": values.text(take("StateOrRegion", None), "StateOrRegion"),
        "ship_country": records.country(found, "CountryCode"),
        "ship_phone": values.text(take("Phone", None), "Phone"),
    }
