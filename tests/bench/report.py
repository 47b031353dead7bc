"""One JSON line per figure; medians of several runs with their range."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any


def say(name: str, **facts: Any) -> None:
    """One line on standard output."""
    rounded = {key: _short(value) for key, value in facts.items()}
    print(json.dumps({"name": name, **rounded}, ensure_ascii=False), flush=True)  # noqa: T201


def progress(text: str) -> None:
    """Where the run is, on standard error."""
    print(f"# {text}", file=sys.stderr, flush=True)  # noqa: T201


def seconds(act: Callable[..., object], *given: Any, **named: Any) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    act(*given, **named)
    return time.perf_counter() - began


def median(values: list[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def p95(values: list[float]) -> float:
    """The value that one in twenty exceeds."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


def compare(
    name: str,
    unit: str,
    ours: list[float],
    floor: list[float],
    *,
    goal: float,
    stretch: float,
    **facts: Any,
) -> None:
    """Ours beside the floor: the ratio of the medians, and whether goal and stretch are reached
    (lower is better).
    """
    ratio = median(ours) / median(floor)
    say(
        name,
        unit=unit,
        ours=median(ours),
        ours_range=[min(ours), max(ours)],
        floor=median(floor),
        floor_range=[min(floor), max(floor)],
        ratio=ratio,
        goal=goal,
        stretch=stretch,
        reached="stretch" if ratio <= stretch else "goal" if ratio <= goal else "missed",
        **facts,
    )


def _short(value: Any) -> Any:
    match value:
        case float():
            return float(f"{value:.4g}")
        case list():
            return [_short(item) for item in value]
        case _:
            return value
