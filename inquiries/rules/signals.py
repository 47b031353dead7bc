"""Does this need a lead's eyes first: is somebody in danger, does somebody speak of the law?

A false alarm costs a glance, a missed one may cost a house: the lists are wide, and a signal
decides nothing by itself.
"""

from dataclasses import dataclass

from csba.topics import Signal
from inquiries.rules import words


@dataclass(frozen=True)
class Found:
    """A signal (empty when there is none) and the words that raised it."""

    signal: str = Signal.NONE
    words: str = ""


def find(text: str) -> Found:
    """The most urgent signal in `text`; all languages are read, for people mix them."""
    lowered = text.lower()
    for urgent in (Signal.SAFETY, Signal.LEGAL):
        for lists in words.SIGNALS.values():
            said = words.first(dict(lists)[urgent], lowered)
            if said:
                return Found(urgent, said)
    return Found()
