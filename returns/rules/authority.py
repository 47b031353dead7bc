"""Who may grant how much alone: the ladder of the rulebook, and what stands on it (domain 7.11)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from csba.accounts import roles
from csba.money import ZERO, share
from returns.rules.book import Limit

CURRENCY: Final = "EUR"
"""The currency of the ladder's amounts."""

PERMISSIONS: Final = (
    (roles.LEAD, "returns.approve_refund"),
    (roles.SENIOR, "returns.ask_larger_refund"),
    (roles.AGENT, "returns.ask_refund"),
)
"""The rungs from the top, each with the permission that puts a person on it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a role may grant alone: for one order in all, and for the items it is about; None:
    without limit.
    """

    order: Decimal | None
    items: Decimal | None


@dataclass(frozen=True, slots=True)
class Rung:
    """Where a refund stands on the ladder.

    `within` is what the entitlement gives anyway, `beyond` what a person grants on top;
    `before_*` is what persons have granted alone before, for the order and for these items.
    """

    role: str
    within: Decimal
    beyond: Decimal
    before_order: Decimal
    before_items: Decimal
    bounds: Bounds

    @property
    def alone(self) -> bool:
        """No second person is needed."""
        if self.beyond == ZERO:
            return True
        order, items = self.bounds.order, self.bounds.items
        return (order is None or self.beyond + self.before_order <= order) and (
            items is None or self.beyond + self.before_items <= items
        )

    @property
    def left(self) -> Decimal | None:
        """What this role may still grant alone; None: without limit."""
        rests = [
            max(bound - before, ZERO)
            for bound, before in (
                (self.bounds.order, self.before_order),
                (self.bounds.items, self.before_items),
            )
            if bound is not None
        ]
        return min(rests) if rests else None


def role_of(permissions: Iterable[str]) -> str | None:
    """The highest rung that these permissions reach; None: may not refund at all."""
    held = frozenset(permissions)
    return next((role for role, needed in PERMISSIONS if needed in held), None)


def bounds(
    role: str, limits: Sequence[Limit], *, item_price: Decimal | None, currency: str
) -> Bounds:
    """The amount and the share of what was paid for the items, of which the smaller counts.

    Zero where it cannot be told: a role the ladder does not name, a price that is not known, an
    amount in another currency than the ladder's.
    """
    limit = next((found for found in limits if found.role == role), None)
    if limit is None:
        return Bounds(order=ZERO, items=ZERO)
    order = limit.amount if limit.amount is None or currency == CURRENCY else ZERO
    if limit.percent >= 100:
        return Bounds(order=order, items=None)
    return Bounds(
        order=order, items=ZERO if item_price is None else share(item_price, limit.percent)
    )


def stand(
    role: str,
    limits: Sequence[Limit],
    *,
    amount: Decimal,
    entitled: Decimal,
    before_order: Decimal,
    before_items: Decimal,
    item_price: Decimal | None,
    currency: str,
) -> Rung:
    """Where a refund of `amount` stands, if the entitlement gives `entitled` of it."""
    within = min(amount, max(entitled, ZERO))
    return Rung(
        role=role,
        within=within,
        beyond=amount - within,
        before_order=before_order,
        before_items=before_items,
        bounds=bounds(role, limits, item_price=item_price, currency=currency),
    )
