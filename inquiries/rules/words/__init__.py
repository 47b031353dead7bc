"""The words that tell topic and signal: the lists the product comes with, and how a phrase is
looked for in a text.

A phrase is whole words; `*` stands for any ending, `…` for up to four words between. Chinese has no
spaces: there a phrase matches anywhere, and `…` stands for up to six characters.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from csba.topics import Signal, Topic

_HAN = re.compile(r"[\u3400-\u9fff]")
LANGUAGES: Final = ("de", "en", "zh-hans")


def _read(language: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text("utf-8"))


_DATA: Final = {language: _read(language) for language in LANGUAGES}

SMALL: Final = {language: frozenset(data.get("small", ())) for language, data in _DATA.items()}
"""Words that give a language away."""


@dataclass(frozen=True)
class Entry:
    """Phrases that mean one thing; `rule` is the row that holds them, where they come from one."""

    code: str
    means: str
    phrases: tuple[str, ...]
    rule: int | None = None


@dataclass(frozen=True)
class Book:
    """By language: the lists of topics in the order in which they are asked, and of signals."""

    topics: dict[str, tuple[Entry, ...]]
    signals: dict[str, tuple[Entry, ...]]


def _seed() -> Book:
    topics: dict[str, tuple[Entry, ...]] = {}
    signals: dict[str, tuple[Entry, ...]] = {}
    for language, data in _DATA.items():
        stood: dict[str, int] = {}
        found = []
        for one in data["topic"]:
            means = Topic(one["is"])
            stood[means] = stood.get(means, 0) + 1
            code = means.lower() if stood[means] == 1 else f"{means.lower()}-{stood[means]}"
            found.append(Entry(code, means, tuple(one["words"])))
        topics[language] = tuple(found)
        signals[language] = tuple(
            Entry(f"signal-{code.lower()}", Signal(code), tuple(phrases))
            for code, phrases in data["signals"].items()
        )
    return Book(topics, signals)


SEED: Final = _seed()
"""The lists that the product comes with; what holds now is in the word rules."""


@cache
def _compiled(phrase: str) -> tuple[str, re.Pattern[str]]:
    """The phrase's longest word, which must stand in a text before the pattern is worth a try."""
    literal = max(re.split(r"[\s…*]+", phrase), key=len)
    return literal, re.compile(_one(phrase))


def _one(phrase: str) -> str:
    pieces = phrase.split("…")
    if _HAN.search(phrase):
        return ".{0,6}?".join(re.escape(piece.strip()) for piece in pieces)
    said = [
        r"\W+".join(re.escape(word).replace(r"\*", r"\w*") for word in piece.split())
        for piece in pieces
    ]
    return r"(?<!\w)" + r"\W+(?:\w+\W+){0,4}?".join(said) + r"(?!\w)"


def first(phrases: Iterable[str], text: str) -> str:
    """The words of `text` (in lower case) that match one of the phrases, or an empty string."""
    for phrase in phrases:
        literal, pattern = _compiled(phrase)
        if literal in text and (found := pattern.search(text)):
            return " ".join(found[0].split())
    return ""
