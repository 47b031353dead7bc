"""The word lists of all languages, as data, and how a phrase is looked for in a text.

A phrase is whole words; `*` stands for any ending, `…` for up to four words between. Chinese has no
spaces: there a phrase matches anywhere, and `…` stands for up to six characters.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from csba.topics import Signal, Topic

_HAN = re.compile(r"[\u3400-\u9fff]")


def _read(language: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text("utf-8"))


_DATA: Final = {language: _read(language) for language in ("de", "en", "zh-hans")}

SMALL: Final = {language: frozenset(data.get("small", ())) for language, data in _DATA.items()}
"""Words that give a language away."""

SIGNALS: Final = {
    language: tuple((Signal(code), tuple(phrases)) for code, phrases in data["signals"].items())
    for language, data in _DATA.items()
}
"""Phrases that raise a signal, the more urgent signal first."""

TOPICS: Final = {
    language: tuple((Topic(entry["is"]), tuple(entry["words"])) for entry in data["topic"])
    for language, data in _DATA.items()
}
"""Phrases that tell a topic, in the order in which they are asked."""


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
