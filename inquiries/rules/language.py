"""In which language was this written: German, English, Chinese? By script, then by small words."""

import re
from typing import Final

from inquiries.rules import words

GERMAN: Final = "de"
ENGLISH: Final = "en"
CHINESE: Final = "zh-hans"

# The first words tell; a long mail is not read to its end for this.
_SAMPLE: Final = 2000
# One Chinese character says about as much as three letters.
_HAN_WEIGHT: Final = 3

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_GERMAN_LETTER = re.compile("[äöüß]")


def detect(text: str, default: str = GERMAN) -> str:
    """The language of `text` as a code of settings.LANGUAGES; `default` if nothing tells."""
    sample = text[:_SAMPLE].lower()
    found = _WORD.findall(sample)
    han = len(_HAN.findall(sample))
    if han and han * _HAN_WEIGHT >= sum(map(len, found)) - han:
        return CHINESE
    hits = {
        language: sum(word in words.SMALL[language] for word in found)
        for language in (GERMAN, ENGLISH)
    }
    hits[GERMAN] += sum(_GERMAN_LETTER.search(word) is not None for word in found)
    if hits[GERMAN] == hits[ENGLISH]:
        return default
    return max(hits, key=lambda language: hits[language])
