"""What must not be overlooked in a message: danger, the law, a claim, a declaration, a request.

A false alarm costs a glance, a missed one may cost a house: the lists are wide, and a signal
decides nothing by itself.
"""

from dataclasses import dataclass

from csba.topics import URGENT, Signal
from inquiries.rules import words


@dataclass(frozen=True)
class Found:
    """A signal (empty when there is none), the words that raised it, and the rule they stand in."""

    signal: str = Signal.NONE
    words: str = ""
    rule: int | None = None


def find_all(text: str, *, book: words.Book) -> tuple[Found, ...]:
    """Every signal in `text`, each once, the most urgent first; all languages are read, for people
    mix them.
    """
    lowered = text.lower()
    found: dict[str, Found] = {}
    for lists in book.signals.values():
        for entry in lists:
            if entry.means not in found and (said := words.first(entry.phrases, lowered)):
                found[entry.means] = Found(entry.means, said, entry.rule)
    order = list(Signal.values)
    return tuple(found[code] for code in sorted(found, key=order.index))


def urgent(found: tuple[Found, ...]) -> Found:
    """The one that a lead looks at first; empty when there is none such."""
    return next((one for one in found if one.signal in URGENT), Found())
