"""The comparison of a seller's policy with the standard: the search for a counter-example over the
whole grid stays below five seconds (rulings 34).
"""

from typing import Any, Final

from django.utils import timezone

from returns.rules import comparison
from returns.rules.comparison import compare
from returns.rules.standard import Standard, standard
from tests.bench.report import say, seconds

MOST_SECONDS: Final = 5.0
KIND: Final[dict[str, dict[str, Any]]] = {
    "one_clause": {"postage": "SELLER"},
    "longer_windows": {"window_a": 60, "window_b": 60, "window_c": 60},
    "every_clause": {
        "window_a": 100,
        "window_b": 90,
        "window_c": 80,
        "send_back_days": 30,
        "postage": "SELLER",
        "outbound": "PAID",
        "used_deduction_percent": 0,
        "refund_days": 0,
        "refund_at_scan": True,
        "returnless_up_to": "60.00",
        "accepted_anyway": ["CUSTOM_MADE", "SEALED_HYGIENE", "SEALED_MEDIA"],
        "extra_warranty_months": 12,
    },
}
"""Policies against which there is nothing to be found: the search walks to the end."""


def measure(size: int) -> dict[str, float]:
    """Seconds and purchases for each policy; the number of inquiries plays no part."""
    now = standard(timezone.now())
    found: dict[str, float] = {}
    for name, offer in KIND.items():
        searched = compare(offer, now).searched
        took = min(seconds(_anew, offer, now) for _n in range(3))
        say(
            "comparison",
            size=size,
            policy=name,
            purchases=searched,
            seconds=took,
            passed=took < MOST_SECONDS,
        )
        found[f"comparison.{name}"] = took
    return found


def _anew(offer: dict[str, Any], now: Standard) -> None:
    """The whole search: what was found before is forgotten."""
    comparison._known.clear()
    compare(offer, now)
