"""A new version of the terms: what it needs, what it changes, when a seller is reminded of it (P8,
rulings 15).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Final, Literal

from django.conf import settings

from sellers.models import Terms

LANGUAGES: Final = tuple(code for code, _name in settings.LANGUAGES)
"""A version is written in each of them."""

SHORTEST: Final = timedelta(days=1)
LONGEST: Final = timedelta(days=365)
"""Between these lies the time that sellers get to agree."""

VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,19}")
LONGEST_TEXT: Final = 100_000
LONGEST_SUMMARY: Final = 1_000
AROUND: Final = 2
"""So many unchanged lines stand before and after a change."""


def tidy(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts by language, each with plain line ends and without blanks around it."""
    return {
        language: "\n".join(line.rstrip() for line in texts.get(language, "").splitlines()).strip()
        for language in LANGUAGES
    }


def missing(texts: Mapping[str, str]) -> list[str]:
    """The languages in which nothing is written."""
    return [language for language in LANGUAGES if not texts.get(language, "").strip()]


def summary(document: Terms, language: str) -> str:
    """What is new in this version in short, in this language, else in German; may be empty."""
    found: str = document.summaries.get(language) or document.summaries.get("de", "")
    return found


def next_reminder(agree_by: datetime, at: datetime, left: Iterable[timedelta]) -> datetime | None:
    """The first moment after `at` at which one of these times is left, or None."""
    return min((agree_by - span for span in left if agree_by - span > at), default=None)


@dataclass(frozen=True)
class Piece:
    """Lines that stayed, went or came; of a long run that stayed only how many lines it has."""

    kind: Literal["same", "gone", "new", "gap"]
    lines: tuple[str, ...] = ()
    count: int = 0


def differences(before: str, after: str) -> list[Piece]:
    """What is to be done to the lines of `before` to get `after`; nothing when they are equal."""
    old, new = before.splitlines(), after.splitlines()
    if old == new:
        return []
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    found: list[Piece] = []
    for number, (kind, i1, i2, j1, j2) in enumerate(steps):
        if kind == "equal":
            last = number == len(steps) - 1
            found += _around(old[i1:i2], first=number == 0, last=last)
            continue
        if gone := tuple(line for line in old[i1:i2] if line.strip()):
            found.append(Piece("gone", gone))
        if came := tuple(line for line in new[j1:j2] if line.strip()):
            found.append(Piece("new", came))
    return found


def _around(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Piece]:
    """Of lines that stayed those beside a change; the others are counted."""
    words = tuple(line for line in lines if line.strip())
    head = () if first else words[:AROUND]
    rest = words[len(head) :]
    tail = () if last else rest[-AROUND:]
    between = len(rest) - len(tail)
    if head:
        yield Piece("same", head)
    if between:
        yield Piece("gap", count=between)
    if tail:
        yield Piece("same", tail)
