"""What a decision about a return rests on: the facts, as plain values that can be stored and
typed in.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from returns.reasons import Condition, Reason, Trait

_MOMENTS = frozenset({"placed_at", "asked_at", "delivered_at", "deliver_by", "shown_at"})
_AMOUNTS = frozenset({"price", "shipping", "shipping_cheapest"})


@dataclass(frozen=True, slots=True)
class Facts:
    """One order line, one wish. Moments are aware; money is what was paid for the pieces asked
    about, VAT included.
    """

    placed_at: datetime
    asked_at: datetime
    category: str
    price: Decimal
    reason: Reason
    condition: Condition = Condition.UNOPENED
    currency: str = "EUR"
    shipping: Decimal = Decimal("0.00")
    shipping_cheapest: Decimal | None = None
    """What the cheapest standard delivery would have cost; None: the same as was paid (8.4)."""
    quantity: int = 1
    bought: int = 1
    delivered_at: datetime | None = None
    deliver_by: datetime | None = None
    """The latest delivery estimate; it stands in for a missing delivery and is marked estimated."""
    shown_at: datetime | None = None
    """When a defect showed itself; None: when it was asked about."""
    traits: frozenset[Trait] = frozenset()
    state: str = ""
    """The buyer's Bundesland (BY, NW ...); empty: unknown, the most favourable counts (rulings
    31)."""
    consumer: bool = True
    instructed: bool = True
    """The buyer was told of the right of withdrawal as the law wants it (8.2)."""
    withdrawal: bool = False
    """The buyer has declared the withdrawal (no reason is needed then)."""
    ship_from: str = "DE"
    local_address: bool = True
    """The seller takes goods back at an address in Germany."""

    def as_json(self) -> dict[str, Any]:
        """The facts as they are stored; `from_json` reads them back."""
        found: dict[str, Any] = {}
        for name, value in asdict(self).items():
            match value:
                case datetime():
                    found[name] = value.isoformat()
                case Decimal():
                    found[name] = str(value)
                case frozenset():
                    found[name] = sorted(value)
                case _:
                    found[name] = value
        return found

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Facts":
        """The facts that `as_json` wrote."""
        values: dict[str, Any] = {}
        for field in fields(cls):
            if field.name not in stored:
                continue
            value = stored[field.name]
            if value is not None and field.name in _MOMENTS:
                value = datetime.fromisoformat(value)
            elif value is not None and field.name in _AMOUNTS:
                value = Decimal(value)
            elif field.name == "traits":
                value = frozenset(Trait(trait) for trait in value)
            elif field.name == "reason":
                value = Reason(value)
            elif field.name == "condition":
                value = Condition(value)
            values[field.name] = value
        return cls(**values)
