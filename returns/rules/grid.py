"""The purchases over which two policies are compared: every kind of goods, every reason, every
condition, the days around each limit, the holidays, the prices around each limit of money, sellers
here and abroad.

What the rules treat alike is one class and stands here once (rulings 34).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from csba.money import CENT, ZERO
from returns.reasons import Condition, Reason, Trait
from returns.rules.days import after_months
from returns.rules.facts import Facts
from returns.rules.standard import Holiday, Standard

BERLIN: Final = ZoneInfo("Europe/Berlin")
TRANSIT: Final = timedelta(days=2)
"""From order to delivery in the examples."""

USUAL_PRICE: Final = Decimal("79.00")
USUAL_SHIPPING: Final = Decimal("5.90")
CHEAPEST_SHIPPING: Final = Decimal("3.90")
NOON: Final = time(12)
DAY: Final = timedelta(days=1)

GOODS_WITH: Final = (Trait.MIXED, Trait.PERIODICAL, Trait.SPECULATIVE_ALCOHOL, Trait.UNSAFE_TO_SEND)
"""Traits that no category has, but a product may."""

OWN_RULES: Final = frozenset({Trait.UNSAFE_TO_SEND, Trait.USED_GOODS})
"""Traits that rules look at beside the exclusions and the reviews of the book."""


@dataclass(frozen=True, slots=True)
class Goods:
    """One class of goods: a category that stands for all with the same rules."""

    category: str
    traits: frozenset[Trait] = frozenset()


@dataclass(frozen=True, slots=True)
class Days:
    """Ordered and delivered, and the moments of asking around each limit, the latest first: a
    return that is refused says more than an end that comes sooner.
    """

    placed_at: datetime
    delivered_at: datetime
    asked: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, and how they ask."""

    consumer: bool = True
    instructed: bool = True
    withdrawal: bool = False


@dataclass(frozen=True, slots=True)
class Seller:
    """From where the goods come, and whether they can go back to an address in Germany."""

    ship_from: str = "DE"
    local_address: bool = True


BUYERS: Final = (
    Buyer(),
    Buyer(withdrawal=True),
    Buyer(instructed=False, withdrawal=True),
    Buyer(consumer=False),
)
SELLERS: Final = (Seller(), Seller("CN", True), Seller("CN", False))


def goods_key(code: str, standard: Standard, offer: Mapping[str, Any]) -> tuple[object, ...]:
    """What the rules look at in a category; categories with the same key are one class."""
    category = standard.category(code)
    by_law = {trait for trait in category.traits if trait in standard.exclusions}
    return (
        standard.windows[category.group],
        offer[f"window_{category.group.lower()}"],
        frozenset(by_law | (category.traits & OWN_RULES)),
        category.review or bool(category.traits & standard.review_traits),
        code in standard.free_postage_categories,
    )


def goods(standard: Standard, offer: Mapping[str, Any]) -> list[Goods]:
    """One category for each class, and what products may have on top."""
    classes: dict[tuple[object, ...], Goods] = {}
    for code in standard.categories:
        classes.setdefault(goods_key(code, standard, offer), Goods(code))
    return [*classes.values(), *(Goods("OTHER", frozenset({trait})) for trait in GOODS_WITH)]


def reason_key(reason: Reason, standard: Standard) -> tuple[object, ...]:
    """What the rules look at in a reason."""
    return (
        standard.fault[reason],
        reason in standard.defects,
        reason in standard.damages,
    )


def reasons(standard: Standard) -> list[Reason]:
    """One reason for each class, the plainest first."""
    plain_first = sorted(Reason, key=lambda reason: reason is not Reason.NOT_NEEDED)
    classes: dict[tuple[object, ...], Reason] = {}
    for reason in plain_first:
        classes.setdefault(reason_key(reason, standard), reason)
    return list(classes.values())


def prices(seller: Seller, standard: Standard, offer: Mapping[str, Any]) -> list[Decimal]:
    """At each limit of money that counts for this seller, and a cent above it."""
    limits = {standard.free_postage_above, offer["returnless_up_to"]}
    if seller.ship_from != "DE":
        limits.add(standard.threshold)
    return sorted({limit + step for limit in limits if limit for step in (ZERO, CENT)})


def days(
    of: Goods, standard: Standard, offer: Mapping[str, Any], *, buyer: Buyer = BUYERS[0]
) -> list[Days]:
    """Ordinary days first, then orders at the edges of each kind of holiday row. Who is no plain
    consumer buys on ordinary days only.
    """
    group = standard.category(of.category).group
    windows = {standard.windows[group], offer[f"window_{group.lower()}"], standard.statutory_days}
    year = max((row.first.year for row in standard.holidays), default=2026)
    placed = date(year, 3, 1)
    far = _far_limits(placed + TRANSIT, standard, offer, buyer)
    found = [_days(placed, windows, far)]
    if buyer == BUYERS[0]:
        for row in holidays(standard):
            ends = {row.until, row.short_until}
            edges = (row.first - DAY, row.first, row.last, row.last + DAY)
            found += [_days(placed, windows, ends) for placed in edges]
    return found


def holidays(standard: Standard) -> list[Holiday]:
    """The newest row of each kind: rows of two years are alike when all their days are, but for
    the year.
    """
    shapes = {_shape(row): row for row in standard.holidays}
    return list(reversed(shapes.values()))


def stretches(standard: Standard, offer: Mapping[str, Any]) -> list[tuple[Buyer, Goods, Days]]:
    """Who buys what on which days: the ordinary days of all goods before any holiday."""
    found = [
        (number, buyer, of, on)
        for buyer in BUYERS
        for of in goods(standard, offer)
        for number, on in enumerate(days(of, standard, offer, buyer=buyer))
    ]
    found.sort(key=lambda stretch: stretch[0])
    return [stretch[1:] for stretch in found]


def purchases(of: Goods, on: Days, buyer: Buyer) -> Iterator[Facts]:
    """The plainest purchase of these goods, asked about at each of the moments."""
    for asked_at in on.asked:
        yield Facts(
            placed_at=on.placed_at,
            asked_at=asked_at,
            category=of.category,
            traits=of.traits,
            price=USUAL_PRICE,
            shipping=USUAL_SHIPPING,
            shipping_cheapest=CHEAPEST_SHIPPING,
            reason=Reason.NOT_NEEDED,
            delivered_at=on.delivered_at,
            consumer=buyer.consumer,
            instructed=buyer.instructed,
            withdrawal=buyer.withdrawal,
        )


def changes(
    standard: Standard, offer: Mapping[str, Any], *, withdrawal: bool
) -> list[dict[str, Any]]:
    """Every reason, condition, price and seller that a plain purchase may have instead; who
    withdraws gives no reason.
    """
    why = [Reason.NOT_NEEDED] if withdrawal else reasons(standard)
    return [
        {
            "reason": reason,
            "condition": condition,
            "price": price,
            "ship_from": seller.ship_from,
            "local_address": seller.local_address,
        }
        for seller in SELLERS
        for price in prices(seller, standard, offer)
        for reason in why
        for condition in Condition
    ]


def variants(plain: Facts, standard: Standard, offer: Mapping[str, Any]) -> Iterator[Facts]:
    """The same purchase with each of the changes."""
    for change in changes(standard, offer, withdrawal=plain.withdrawal):
        yield replace(plain, **change)


def each_once(standard: Standard, offer: Mapping[str, Any]) -> Iterator[Facts]:
    """Every category and every reason by name, and two pieces at each limit of money, a few days
    after delivery.
    """
    on = days(Goods("OTHER"), standard, offer)[0]
    *_later, plain = purchases(Goods("OTHER"), on, BUYERS[0])
    for code in standard.categories:
        yield replace(plain, category=code)
        for reason in Reason:
            yield replace(plain, category=code, reason=reason, price=standard.free_postage_above)
    for seller in SELLERS:
        for price in prices(seller, standard, offer):
            yield replace(
                plain,
                price=2 * price,
                quantity=2,
                bought=2,
                ship_from=seller.ship_from,
                local_address=seller.local_address,
            )


def _days(placed: date, windows: set[int], ends: set[date]) -> Days:
    delivered = placed + TRANSIT
    asked = {delivered + DAY}
    for limit in {delivered + window * DAY for window in windows} | ends:
        # A last day on a weekend or holiday moves, by four days at most (Easter).
        asked |= {limit + step * DAY for step in (-1, 0, 1, 5)}
    moments = (_noon(day) for day in sorted(asked, reverse=True) if day > delivered)
    return Days(_noon(placed), _noon(delivered), tuple(moments))


def _far_limits(
    delivered: date, standard: Standard, offer: Mapping[str, Any], buyer: Buyer
) -> set[date]:
    warranty = 12 * standard.warranty_years
    months = {standard.presumption_months, warranty, warranty + offer["extra_warranty_months"]}
    found = {after_months(delivered, count) for count in months}
    if not buyer.instructed:
        late = after_months(delivered, standard.uninstructed_months)
        found |= {late, late + timedelta(days=standard.uninstructed_days)}
    return found


def _shape(row: Holiday) -> tuple[object, ...]:
    ends = (row.first, row.last, row.until, row.short_until)
    return tuple((day.month, day.day, day.year - row.first.year) for day in ends)


def _noon(day: date) -> datetime:
    return datetime.combine(day, NOON, BERLIN).astimezone(UTC)


def _after(day: date) -> date:
    return day + timedelta(days=1)
