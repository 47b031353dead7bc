"""What one decision about a return costs in Python, with the rules loaded (no database)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product

from returns.reasons import Condition, Reason
from returns.rules.entitlement import entitle
from returns.rules.facts import Facts
from returns.rules.standard import Standard, standard
from returns.terms import Clauses
from tests.bench.report import median, p95, progress, say, seconds

ROUNDS = 20


def measure(size: int) -> dict[str, float]:
    """Milliseconds a case over reasons, conditions and moments, standard and own policy mixed."""
    placed = datetime.fromisoformat("2026-09-28T10:00:00+02:00")
    rules = standard(placed)
    plain = Facts(
        placed_at=placed,
        asked_at=placed,
        delivered_at=placed + timedelta(days=3),
        category="SPORTS",
        price=Decimal("49.90"),
        shipping=Decimal("4.90"),
        reason=Reason.NOT_NEEDED,
        state="NW",
    )
    cases = [
        replace(plain, reason=reason, condition=condition, asked_at=placed + timedelta(days=after))
        for reason, condition, after in product(Reason, Condition, (5, 20, 40, 400))
    ]
    own = {"window_c": 60, "postage": "SELLER"}
    progress("decisions about returns")
    first, *took = (
        seconds(decide, cases, rules, own if number % 2 else None) / len(cases) * 1000
        for number in range(ROUNDS + 1)
    )
    say(
        "entitlement",
        unit="ms a case",
        ours=median(took),
        p95=p95(took),
        first_round=first,
        cases=len(cases),
        goal=0.2,
        reached="goal" if median(took) <= 0.2 else "missed",
    )
    return {}


def decide(cases: Sequence[Facts], rules: Standard, own: Clauses | None) -> None:
    """One round."""
    for case in cases:
        entitle(case, rules, own)
