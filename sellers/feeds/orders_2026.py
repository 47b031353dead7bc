"""Orders API 2026-01-01: what searchOrders and getOrder answer (domain 6.10 to 6.13)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from sellers.feeds import records, values
from sellers.feeds.facts import LineFacts, OrderFacts, OrderRow, ParcelFacts, RowProblem
from sellers.feeds.orders_v0 import condition
from sellers.feeds.values import BadValue

FORMAT: Final = "orders_2026"

CHANNELS: Final = {"MERCHANT": "MFN", "AMAZON": "AFN"}
STATUSES: Final = {
    "PENDING_AVAILABILITY": "PENDING",
    "PENDING": "PENDING",
    "UNSHIPPED": "UNSHIPPED",
    "PARTIALLY_SHIPPED": "PARTIALLY_SHIPPED",
    "SHIPPED": "SHIPPED",
    "CANCELLED": "CANCELED",
    "CANCELED": "CANCELED",
    "UNFULFILLABLE": "UNFULFILLABLE",
}
PROGRAMMES: Final = frozenset(
    {"AMAZON_BAZAAR", "AMAZON_BUSINESS", "AMAZON_EASY_SHIP", "AMAZON_HAUL", "DELIVERY_BY_AMAZON"}
    | {"FBM_SHIP_PLUS", "INVOICE_BY_AMAZON", "IN_STORE_PICK_UP", "PREMIUM", "PREORDER", "PRIME"}
)
PARCELS: Final = {
    "PENDING": "PENDING",
    "IN_TRANSIT": "IN_TRANSIT",
    "SHIPPED": "IN_TRANSIT",
    "DELIVERED": "DELIVERED",
    "CANCELLED": "CANCELLED",
    "UNDELIVERABLE": "UNDELIVERABLE",
}
PARCELS_IN_DETAIL: Final = {
    "LABEL_CANCELLED": "CANCELLED",
    "OUT_FOR_DELIVERY": "OUT_FOR_DELIVERY",
    "DELIVERED": "DELIVERED",
    "REJECTED_BY_BUYER": "UNDELIVERABLE",
    "RETURNING_TO_SELLER": "UNDELIVERABLE",
    "UNDELIVERABLE": "UNDELIVERABLE",
    "RETURNED_TO_SELLER": "RETURNED",
    "LOST": "LOST",
}
"""Where the detail says more than the status; all other details leave the status as it is."""


def is_order(record: dict[str, Any]) -> bool:
    """Is this an order of the newer API?"""
    return "orderId" in record and ("createdTime" in record or "orderItems" in record)


def read(record: dict[str, Any], line: int) -> Iterator[OrderRow]:
    """The order in a record that begins in this line of the file."""
    number = ""
    try:
        number = values.key(record.pop("orderId", None), "orderId", 40)
        problems, facts = _order(record, number, line)
    except BadValue as bad:
        yield RowProblem(line, str(bad), number)
        return
    yield from problems
    yield facts


def _order(record: dict[str, Any], number: str, line: int) -> tuple[list[RowProblem], OrderFacts]:
    take = record.pop
    changed_at = values.moment(take("lastUpdatedTime", None), "lastUpdatedTime", UTC)
    if changed_at is None:
        raise BadValue(_("%(field)s is missing.") % {"field": "lastUpdatedTime"})
    buyer = records.part(record, "buyer")
    sales = records.part(record, "salesChannel")
    proceeds = records.part(record, "proceeds")
    total = values.money(proceeds.pop("grandTotal", None), "grandTotal")
    email = values.text(buyer.pop("buyerEmail", None), "buyerEmail")
    place = (line, number)
    lines, bad_lines = records.each(take("orderItems", None), "orderItems", _line, place)
    # What is not told of a parcel by ParcelFacts stays in the record, for the raw column.
    found, bad_parcels = records.each(record.get("packages"), "packages", _parcel, place)
    parcels = [replace(p, delivered_at=changed_at) if p.status == "DELIVERED" else p for p in found]
    return [*bad_lines, *bad_parcels], OrderFacts(
        number=number,
        line=line,
        merchant_id=values.text(take("sellerId", None), "sellerId") or "",
        marketplace_id=values.text(sales.pop("marketplaceId", None), "marketplaceId")
        or (values.text(sales.get("channelName"), "channelName") == "NON_AMAZON" and "NON_AMAZON")
        or None,
        placed_at=values.moment(take("createdTime", None), "createdTime", UTC),
        changed_at=changed_at,
        **_programmes(take("programs", None), buyer),
        **_fulfilment(records.part(record, "fulfillment")),
        ship_from_country=next((p.ship_from_country for p in parcels if p.ship_from_country), None),
        currency=total.currency,
        total=total.amount,
        buyer_name=values.text(buyer.pop("buyerName", None), "buyerName"),
        buyer_email=email.lower() if email else None,
        **_address(records.part(records.part(record, "recipient"), "deliveryAddress")),
        lines=tuple(lines),
        parcels=tuple(parcels),
        raw=records.storable(record),
    )


def _programmes(told: object, buyer: dict[str, Any]) -> dict[str, Any]:
    """A list of programmes is complete: what it does not name is denied."""
    company = bool(buyer.get("buyerCompanyName"))
    if told is None:
        return {"business": company or None}
    found = frozenset(str(name) for name in records.listed(told, "programs"))
    return {
        "business": company or "AMAZON_BUSINESS" in found,
        "programmes": found,
        "not_programmes": PROGRAMMES - found,
    }


def _fulfilment(found: dict[str, Any]) -> dict[str, Any]:
    take = found.pop
    facts: dict[str, Any] = {
        "channel": values.known(CHANNELS, take("fulfilledBy", None), "fulfilledBy"),
        "status": values.known(STATUSES, take("fulfillmentStatus", None), "fulfillmentStatus"),
        "ship_service": values.text(
            take("fulfillmentServiceLevel", None), "fulfillmentServiceLevel"
        ),
    }
    for name, field in (("ship_by", "shipByWindow"), ("deliver_by", "deliverByWindow")):
        window = records.part(found, field)
        for end, bound in (("from", "earliestDateTime"), ("to", "latestDateTime")):
            facts[f"{name}_{end}"] = values.moment(window.pop(bound, None), f"{field}.{bound}", UTC)
    return facts


def _line(item: dict[str, Any]) -> LineFacts:
    take = item.pop
    product = records.part(item, "product")
    quantity = values.whole(take("quantityOrdered", None), "quantityOrdered")
    if quantity is None:
        raise BadValue(_("%(field)s is missing.") % {"field": "quantityOrdered"})
    sums, code = _sums(records.part(item, "proceeds").get("breakdowns"))
    unit = values.money(records.part(product, "price").get("unitPrice"), "unitPrice")
    price = sums.get("ITEM")
    if price is None and unit.amount is not None and unit.currency == (code or unit.currency):
        price, code = unit.amount * quantity, unit.currency
    state = records.part(product, "condition")
    shipped = records.part(item, "fulfillment")
    programmes = take("programs", None)
    discount = sums.get("DISCOUNT")
    return LineFacts(
        item_id=values.key(take("orderItemId", None), "orderItemId", 40),
        asin=values.text(product.pop("asin", None), "asin"),
        sku=values.text(product.pop("sellerSku", None), "sellerSku"),
        title=values.text(product.pop("title", None), "title"),
        quantity=quantity,
        quantity_shipped=values.whole(shipped.pop("quantityFulfilled", None), "quantityFulfilled"),
        currency=code,
        price=price,
        tax=sums.get("TAX"),
        shipping_price=sums.get("SHIPPING"),
        discount=None if discount is None else abs(discount),
        condition=condition(state.pop("conditionType", None), state.pop("conditionSubtype", None)),
        customised=True if records.part(product, "customization").get("customizedUrl") else None,
        gift=True if records.part(records.part(shipped, "packing"), "giftOption") else None,
        programmes=None
        if programmes is None
        else tuple(str(name) for name in records.listed(programmes, "programs")),
        raw=records.storable(item),
    )


def _sums(breakdowns: object) -> tuple[dict[str, Decimal], str | None]:
    """What the line brings by kind, in the currency of the first sum."""
    found: dict[str, Decimal] = {}
    code: str | None = None
    for row in records.listed(breakdowns, "breakdowns"):
        if not isinstance(row, dict):
            continue
        amount, currency = values.money(row.get("subtotal"), "subtotal")
        code = code or currency
        if amount is not None and currency == code:
            kind = str(row.get("type"))
            found[kind] = found.get(kind, Decimal(0)) + amount
    return found, code


def _parcel(package: dict[str, Any]) -> ParcelFacts:
    """A parcel, without the moment of its delivery.

    The API tells that a parcel was delivered, not when: the order's own update is the first moment
    that we can vouch for, so a delivery counts from there, in the buyer's favour.
    """
    take = package.pop
    tracking = values.text(take("trackingNumber", None), "trackingNumber")
    reference = values.text(package.get("packageReferenceId"), "packageReferenceId") or tracking
    states = records.part(package, "packageStatus")
    status = values.known(PARCELS, states.pop("status", None), "packageStatus")
    return ParcelFacts(
        reference=values.key(reference, "packageReferenceId", 80),
        carrier=values.text(take("carrier", None), "carrier"),
        tracking_number=tracking,
        status=PARCELS_IN_DETAIL.get(str(states.get("detailedStatus")), status),
        shipped_at=values.moment(take("shipTime", None), "shipTime", UTC),
        ship_from_country=records.country(records.part(package, "shipFromAddress"), "countryCode"),
    )


def _address(found: dict[str, Any]) -> dict[str, Any]:
    take = found.pop
    names = ("companyName", "addressLine1", "addressLine2", "addressLine3")
    lines = tuple(row for name in names if (row := values.text(take(name, None), name)))
    return {
        "ship_name": values.text(take("name", None), "name"),
        "ship_lines": lines or None,
        "ship_postcode": values.text(take("postalCode", None), "postalCode"),
        "ship_city": values.text(take("city", None), "city"),
        "ship_state": values.text(take("stateOrRegion", None), "stateOrRegion"),
        "ship_country": records.country(found, "countryCode"),
        "ship_phone": values.text(take("phone", None), "phone"),
    }
