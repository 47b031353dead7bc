"""What one decision about a return costs in Python, with the rules loaded (no database)."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product

from returns.reasons import Condition, Reason
from returns.rules.entitlement import entitle
from returns.rules.facts import Facts
from returns.rules.standard import standard
from tests.bench.report import median, p95, say, seconds

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
    took = []
    for round_ in range(ROUNDS):
        policy = own if round_ % 2 else None
        spent = seconds(lambda policy=policy: [entitle(case, rules, policy) for case in cases])
        took.append(spent / len(cases) * 1000)
    say(
        "entitlement",
        unit="ms a case",
        ours=median(took),
        p95=p95(took),
        cases=len(cases),
        goal=0.2,
        reached="goal" if median(took) <= 0.2 else "missed",
    )
    return {}
