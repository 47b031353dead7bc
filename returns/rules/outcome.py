"""What a buyer is entitled to, and the trace that says why: steps, folded in their order.

A step names the rule that fired, the rows of the rulebook it read, the facts it looked at and what
it `sets`. The outcome is nothing but the steps folded, so the trace alone gives it again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from csba.money import ZERO
from returns.reasons import Ground, LabelKind


@dataclass(frozen=True, slots=True)
class Deduction:
    """What is taken off the refund, and on which basis."""

    code: str
    amount: Decimal
    basis: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer. `until` is exclusive: the window is over at that moment."""

    may_return: bool = False
    until: datetime | None = None
    estimated: bool = False
    ground: Ground = Ground.NONE
    postage: str = ""
    """BUYER or SELLER (returns.reasons.Fault); empty when nothing is sent back."""
    label: LabelKind = LabelKind.NONE
    send_back_days: int = 0
    returnless: bool = False
    refund_item: Decimal = ZERO
    refund_shipping: Decimal = ZERO
    deductions: tuple[Deduction, ...] = ()
    currency: str = "EUR"
    automatic: bool = False
    review: tuple[str, ...] = ()
    """Why a person must look, as codes of returns.rules.words; empty when `automatic`."""
    remedies: tuple[str, ...] = ()
    """Under the warranty: what the buyer may choose (returns.reasons.Remedy)."""
    warranty_until: datetime | None = None
    option_due_at: datetime | None = None
    """A seller abroad offers a way back until then, else the refund is made (3.4)."""
    notices: tuple[str, ...] = ()
    """What the buyer must be told, as codes of returns.rules.words."""

    @property
    def total(self) -> Decimal:
        """All that goes back, to the cent. Deductions are already taken off the item's refund."""
        return self.refund_item + self.refund_shipping


@dataclass(frozen=True, slots=True)
class Step:
    """One rule that fired."""

    rule: str
    """The code under which returns.rules.words says it in the reader's language."""
    sets: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    """Keys of the rulebook that were read, each with the number of its row."""
    source: str = ""
    """Promise, domain line or paragraph of the law."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """An outcome with its trace."""

    outcome: Outcome
    trace: tuple[Step, ...]


def fold(steps: Iterable[Step]) -> Outcome:
    """The outcome that these steps give, the later over the earlier."""
    sets: dict[str, Any] = {}
    for step in steps:
        sets.update(step.sets)
    return replace(Outcome(), **sets)


def steps_as_json(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The trace as it is stored; `steps_from_json` reads it back."""
    return [
        {
            "rule": step.rule,
            "sets": {name: _plain(value) for name, value in step.sets.items()},
            "facts": {name: _plain(value) for name, value in step.facts.items()},
            "versions": dict(step.versions),
            "source": step.source,
        }
        for step in steps
    ]


def steps_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The trace that `steps_as_json` wrote."""
    return tuple(
        Step(
            rule=step["rule"],
            sets={name: _read(name, value) for name, value in step["sets"].items()},
            facts=step["facts"],
            versions=step["versions"],
            source=step["source"],
        )
        for step in stored
    )


def outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    """The outcome as the API and the journal show it."""
    shown = {name: _plain(value) for name, value in asdict(outcome).items()}
    return {**shown, "total": str(outcome.total)}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Deduction():
            return {"code": value.code, "amount": str(value.amount), "basis": value.basis}
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case tuple() | list() | frozenset() | set():
            return [_plain(item) for item in value]
        case _:
            return value


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    match name:
        case "until" | "warranty_until" | "option_due_at":
            return datetime.fromisoformat(value)
        case "refund_item" | "refund_shipping":
            return Decimal(value)
        case "deductions":
            return tuple(
                Deduction(item["code"], Decimal(item["amount"]), item["basis"]) for item in value
            )
        case "review" | "remedies" | "notices":
            return tuple(value)
        case "ground":
            return Ground(value)
        case "label":
            return LabelKind(value)
        case _:
            return value
