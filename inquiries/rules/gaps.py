"""What a product page could not answer, in the buyer's wording and without the buyer (P24)."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from inquiries.rules import outgoing_words
from inquiries.rules.outgoing_words import Kind

LONGEST: Final = 300
MOST_SENTENCES: Final = 3

_PERSONAL: Final = (Kind.EMAIL, Kind.PHONE, Kind.NUMBER, Kind.MESSENGER, Kind.BANK, Kind.LINK)
_GONE: Final = "…"
_ORDER = re.compile(r"\d{3}-\d{7}-\d{7}")
_ASIN = re.compile(r"(?<![A-Z0-9])B0[A-Z0-9]{8}(?![A-Z0-9])")
_GREETING = re.compile(
    r"^\s*(?:hallo|guten (?:tag|morgen|abend)|sehr geehrte\w*|liebe\w*|hi|hello|dear|good \w+|"
    r"您好|你好)[^,，!！.。\n?？]{0,40}(?:[,，!！.。]\s*|\n|$)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^[ \t]*(?:(?:mit )?(?:freundliche\w*|viele\w*|beste\w*|liebe\w*|schöne\w*) grü(?:ß|ss)\w*|"
    r"mfg|lg|vg|gr(?:u|ü)(?:ß|ss)\w*|(?:best |kind |many )?regards|best wishes|cheers|sincerely|"
    r"此致|祝好|谢谢[!！。]?\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?](?=\d)[^.!?。！？\n]*)*[.!?。！？]*")
_SAYS_SOMETHING = re.compile(r"[^\W\d_]{2}|[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]{4,}|[\u3400-\u9fff]")


@dataclass(frozen=True)
class Item:
    """A product that a question can be about."""

    marketplace_id: str
    asin: str
    title: str


def wording(text: str, *, personal: Collection[str] = ()) -> str:
    """What was asked, on one line: its questions, else its first sentences; empty if nothing is
    left.

    Greeting, signature, contact data, order numbers and the `personal` words (names, street,
    postcode as the order has them) are left out.
    """
    said = _GREETING.sub("", text.strip())
    if (closing := _CLOSING.search(said)) is not None:
        said = said[: closing.start()]
    for word in sorted({one.strip() for one in personal}, key=len, reverse=True):
        if len(word) > 2:
            said = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", _GONE, said)
    said = _ORDER.sub(_GONE, outgoing_words.hidden(said, _PERSONAL, _GONE))
    sentences = [" ".join(one.split()) for one in _SENTENCE.findall(said)]
    sentences = [one for one in sentences if _SAYS_SOMETHING.search(one)]
    asked = [one for one in sentences if one.endswith(("?", "？"))] or sentences
    line = " ".join(asked[:MOST_SENTENCES])
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def names(*full: str) -> list[str]:
    """Full names and each part of them, as `personal` words of wording()."""
    return [part for name in full for part in (name, *name.split()) if part]


def about(items: Iterable[Item], question: str) -> Item | None:
    """The one product that the question is about: the only one, or the one whose title shares the
    most words with it; nothing if that is not clear.
    """
    each = list({(item.marketplace_id, item.asin): item for item in items}.values())
    if len(each) < 2:
        return each[0] if each else None
    named = [item for item in each if item.asin in question]
    if len(named) == 1:
        return named[0]
    asked = {word.lower() for word in _WORD.findall(question)}
    scores = [len(asked & {word.lower() for word in _WORD.findall(one.title)}) for one in each]
    best = max(scores)
    return each[scores.index(best)] if best and scores.count(best) == 1 else None


def asins(*texts: str) -> Sequence[str]:
    """The product numbers named in these texts, each once."""
    return list(dict.fromkeys(found for text in texts for found in _ASIN.findall(text)))
