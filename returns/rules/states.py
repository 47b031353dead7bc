"""The buyer's state from the postcode, for its holidays (rulings 31)."""

import tomllib
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import Final

from returns.rules.days import STATES

_DATA: Final = Path(__file__).resolve().parent / "postcodes.toml"


def state_of(postcode: str, country: str = "DE") -> str:
    """The Bundesland of a German postcode; "" abroad, and where a postcode is unknown."""
    digits = postcode.strip().upper().removeprefix("D-").removeprefix("DE-")
    if country not in {"", "DE"} or len(digits) != 5 or not digits.isdecimal():
        return ""
    begins, ends, states = _ranges()
    at = bisect_right(begins, int(digits)) - 1
    return states[at] if at >= 0 and int(digits) <= ends[at] else ""


@cache
def _ranges() -> tuple[list[int], list[int], list[str]]:
    rows = tomllib.loads(_DATA.read_text(encoding="utf-8"))["range"]
    rows.sort(key=lambda row: int(row["first"]))
    states = [row["state"] for row in rows]
    assert set(states) <= set(STATES)
    return [int(row["first"]) for row in rows], [int(row["last"]) for row in rows], states
