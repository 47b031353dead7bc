"""Reading the demo's conversations (data/conversations/*.txt): scenes with their steps.

A scene begins with `=== key AGO CHANNEL TOPIC [SIGNAL]`: how long before the demo is loaded the
buyer writes, on which way, about what. Lines `name: value` follow:

    order: ASIN placed=6d delivered=2d      placed and delivered before the scene (+2d: after it);
           or `same KEY` (of that scene, same buyer), or `none`
    verdict: CODE                           what coverage must say; COVERED unless told
    asked_for_order: yes                    the buyer named no order; a later step names it
    seller:, from:, said:, language:, subject:

A step begins with `--- [SPAN] who [does]`: SPAN is counted from the scene's beginning. Its words
follow; those of `decides` are the reasons, then `..`, then what the buyer is told. `asks by CODE`
asks by a question template; a seller's words may begin with its fields, `key = value`, and `..`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent / "data" / "conversations"

_SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")
_HEAD = re.compile(r"=== (\S+) (\S+) (\S+) (\S+)(?: (\S+))?")
_STEP = re.compile(r"--- (?:(\d\S*) )?(\S+)(?: (.+))?")
_META = re.compile(r"(\w+): (.*)")


@dataclass(frozen=True)
class Step:
    """Somebody (`buyer`, `seller`, `machine`, `someone` or a colleague) does something."""

    after: timedelta
    who: str
    does: str
    words: str


@dataclass(frozen=True)
class Scene:
    """One inquiry, from the buyer's first words to where it stands when the demo is loaded."""

    key: str
    ago: timedelta
    channel: str
    topic: str
    signal: str
    facts: dict[str, str]
    steps: tuple[Step, ...] = field(default=())

    @property
    def order(self) -> list[str]:
        """The words of the order's line: an ASIN with what holds for it, or `none`, or `same`."""
        return self.facts["order"].split()

    @property
    def verdict(self) -> str:
        """What coverage must say."""
        unknown = self.order == ["none"]
        return self.facts.get("verdict", "UNKNOWN_ORDER" if unknown else "COVERED")


def span(text: str) -> timedelta:
    """`1d2h30m` as a span of time."""
    found = _SPAN.fullmatch(text)
    if not text or found is None:
        raise ValueError(f"{text!r} is not a span such as 1d2h30m")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def scenes() -> list[Scene]:
    """All scenes, in the order of the files."""
    found: list[Scene] = []
    for path in sorted(FOLDER.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        found += (_scene(block) for block in re.split(r"^(?==== )", text, flags=re.MULTILINE)[1:])
    return found


def _scene(block: str) -> Scene:
    top, *steps = re.split(r"^(?=--- )", block, flags=re.MULTILINE)
    first, *lines = top.strip().splitlines()
    head = _HEAD.fullmatch(first)
    if head is None:
        raise ValueError(f"{first!r} does not begin a scene")
    key, ago, channel, topic, signal = head.groups()
    facts = dict(_facts(lines))
    return Scene(
        key, span(ago), channel, topic, signal or "", facts, tuple(_step(text) for text in steps)
    )


def _facts(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        found = _META.fullmatch(line.strip())
        if found is None:
            raise ValueError(f"{line!r} is not a line of a scene")
        yield found[1], found[2]


def _step(text: str) -> Step:
    first, _newline, words = text.partition("\n")
    found = _STEP.fullmatch(first)
    if found is None:
        raise ValueError(f"{first!r} does not begin a step")
    after, who, does = found.groups()
    return Step(span(after) if after else timedelta(0), who, does or "", words.strip())
