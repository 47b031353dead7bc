"""One case while it is being decided: what is known, and the steps that have fired so far."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from returns.reasons import Fault
from returns.rules import clauses
from returns.rules.facts import Facts
from returns.rules.outcome import Entitlement, Outcome, Step
from returns.rules.standard import Standard
from returns.terms import Clauses

_NOBODYS: Final[Clauses] = {}


class Case:
    """Rules look at it and fire; what they set is the outcome, the steps are what remains."""

    def __init__(
        self,
        facts: Facts,
        standard: Standard,
        own: Clauses | None,
        *,
        strict: bool,
        traced: bool = True,
    ) -> None:
        self.facts = facts
        self.standard = standard
        self.terms = clauses.whole(own or _NOBODYS, standard, strict=strict)
        self.category = standard.category(facts.category)
        self.traits = facts.traits | self.category.traits
        self.fault = standard.fault[facts.reason]
        self.since = facts.delivered_at or facts.deliver_by or facts.asked_at
        self.traced = traced
        self.steps: list[Step] = []
        self.sets: dict[str, Any] = {}
        self.review: list[str] = []
        self.notices: list[str] = []

    @property
    def sellers_fault(self) -> bool:
        """The reason of the return lies with the seller."""
        return self.fault == Fault.SELLER

    @property
    def piece(self) -> Decimal:
        """What one piece cost."""
        return self.facts.price / self.facts.quantity

    def fire(
        self,
        rule: str,
        *keys: str,
        facts: Mapping[str, Any] | None = None,
        source: str = "",
        versions: Mapping[str, int] | None = None,
        **sets: Any,
    ) -> None:
        """The rule has fired: what it sets, what it looked at, which rows it read."""
        self.sets.update(sets)
        if not self.traced:
            return
        known = self.standard.versions
        read = {key: known[key] for key in keys} | dict(versions or {})
        self.steps.append(Step(rule, sets, facts or {}, read, source))

    def decided(self) -> Entitlement:
        """The outcome with its trace."""
        return Entitlement(Outcome(**self.sets), tuple(self.steps))
