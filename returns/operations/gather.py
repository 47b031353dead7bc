"""The facts of a return from what is stored about an order, and the decision on them."""

from datetime import datetime
from decimal import ROUND_DOWN, Decimal

from django.utils.translation import gettext as _

from csba.errors import Refused
from csba.money import CENT, ZERO, cents
from csba.rulebook import read
from returns.models import ReturnAddress, SellerPolicy
from returns.operations import keeping
from returns.reasons import Condition, Reason, Trait
from returns.rules.entitlement import entitle
from returns.rules.facts import Facts
from returns.rules.outcome import Entitlement
from returns.rules.standard import standard
from returns.rules.states import state_of
from sellers.models import Order, OrderLine, Parcel, Product


def facts_of(
    line: OrderLine,
    *,
    asked_at: datetime,
    reason: str,
    condition: str,
    quantity: int | None = None,
    withdrawal: bool = False,
) -> Facts:
    """What is known about `quantity` pieces of this line (all, unless told), as of `asked_at`.

    Refused when the price is not known: it is never taken for zero.
    """
    order = line.order
    if line.price is None:
        raise Refused(
            _("What was paid for “%s” is not known. Please ask the seller for the price.")
            % (line.title or line.asin),
            code="price_unknown",
        )
    pieces = line.quantity if quantity is None else quantity
    gone = keeping.taken(order).get(line.pk, 0) if pieces < line.quantity else 0
    product = (
        Product.objects.filter(marketplace_id=order.marketplace_id, asin=line.asin)
        .only("category", "attributes")
        .first()
    )
    return Facts(
        placed_at=order.placed_at,
        asked_at=asked_at,
        category=(product.category if product is not None else "") or "OTHER",
        price=part_of(max(line.price - (line.discount or ZERO), ZERO), pieces, line.quantity, gone),
        shipping=part_of(line.shipping_price or ZERO, pieces, line.quantity, gone),
        currency=line.currency or order.currency or "EUR",
        reason=Reason(reason),
        condition=Condition(condition),
        quantity=pieces,
        bought=line.quantity,
        delivered_at=delivered_at(order),
        deliver_by=order.deliver_by_to,
        traits=traits_of(line, product),
        state=state_of(order.ship_postcode, order.ship_country or "DE"),
        consumer=not order.business,
        withdrawal=withdrawal,
        ship_from=order.ship_from_country or order.seller.country,
        local_address=has_local_address(order),
    )


def part_of(whole: Decimal, pieces: int, bought: int, before: int = 0) -> Decimal:
    """The share of `pieces` among `bought`, when `before` of them have their shares already.

    No share is more than a cent above another, and all of them together are the whole, never more.
    """
    before = max(min(before, bought - pieces), 0)
    return _first(whole, before + pieces, bought) - _first(whole, before, bought)


def _first(whole: Decimal, pieces: int, bought: int) -> Decimal:
    if pieces >= bought or bought < 1:
        return cents(whole)
    return (whole * max(pieces, 0) / bought).quantize(CENT, rounding=ROUND_DOWN)


def delivered_at(order: Order) -> datetime | None:
    """When the last parcel arrived; None as long as one has not (BGB 356(2))."""
    parcels = Parcel.objects.filter(order=order).exclude(status=Parcel.Status.CANCELLED)
    moments = list(parcels.values_list("delivered_at", flat=True))
    arrived = [moment for moment in moments if moment is not None]
    return max(arrived) if arrived and len(arrived) == len(moments) else None


def traits_of(line: OrderLine, product: Product | None) -> frozenset[Trait]:
    """What the line itself and its product's page say about returns."""
    found = {Trait.CUSTOM_MADE} if line.customised else set()
    if line.condition and line.condition.lower() not in {"new", ""}:
        found.add(Trait.USED_GOODS)
    told = (product.attributes or {}).get("traits", []) if product is not None else []
    if isinstance(told, list):
        found |= {Trait(one) for one in told if one in Trait.values}
    return frozenset(found)


def has_local_address(order: Order) -> bool:
    """The seller takes goods back at an address in Germany: on file, or at home."""
    if order.seller.country == "DE":
        return True
    return ReturnAddress.objects.filter(seller=order.seller, country="DE").exists()


def governing_policy(order: Order) -> SellerPolicy | None:
    """The seller's approved policy that binds this order; None: the standard alone (P13)."""
    return SellerPolicy.objects.for_seller(order.seller).governing(order.placed_at).first()


def entitlement_of(
    line: OrderLine,
    *,
    asked_at: datetime,
    reason: str,
    condition: str,
    quantity: int | None = None,
    withdrawal: bool = False,
) -> tuple[Facts, Entitlement]:
    """The facts and what follows from them, under the policy that governs the order."""
    facts = facts_of(
        line,
        asked_at=asked_at,
        reason=reason,
        condition=condition,
        quantity=quantity,
        withdrawal=withdrawal,
    )
    policy = governing_policy(line.order)
    try:
        rules = standard(facts.placed_at)
    except read.UnknownRule as unknown:
        raise Refused(
            _("The order is older than every policy that is kept here."), code="no_policy"
        ) from unknown
    return facts, entitle(facts, rules, policy.clauses if policy is not None else None)
