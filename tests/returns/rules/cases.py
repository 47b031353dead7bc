"""Plain facts to begin a case with."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from returns.reasons import Condition, Reason
from returns.rules.entitlement import entitle
from returns.rules.facts import Facts
from returns.rules.outcome import Outcome
from returns.rules.standard import standard

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    """A moment in Germany; a date alone is noon."""
    day, _, hour = text.partition(" ")
    return datetime.fromisoformat(f"{day}T{hour or '12:00'}").replace(tzinfo=BERLIN)


def facts(**known: Any) -> Facts:
    """Headphones of 79 EUR, delivered on Monday 5 October 2026, asked about a week later."""
    plain: dict[str, Any] = {
        "placed_at": at("2026-10-01"),
        "asked_at": at("2026-10-12"),
        "delivered_at": at("2026-10-05"),
        "category": "ELECTRONICS",
        "price": Decimal("79.00"),
        "shipping": Decimal("3.90"),
        "reason": Reason.NOT_NEEDED,
        "condition": Condition.UNOPENED,
        "state": "SN",
    }
    return Facts(**{**plain, **known})


def outcome(own: dict[str, Any] | None = None, **known: Any) -> Outcome:
    """What follows from these facts."""
    case = facts(**known)
    return entitle(case, standard(case.placed_at), own).outcome


def rules_fired(own: dict[str, Any] | None = None, **known: Any) -> list[str]:
    """The codes of the steps, in order."""
    case = facts(**known)
    return [step.rule for step in entitle(case, standard(case.placed_at), own).trace]
