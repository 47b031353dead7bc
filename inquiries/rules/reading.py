"""What the words of one message tell: language, contact reason, signals, and the numbers named.

It is stored with the message as it was read, with the words and the rules that decided, so that
anyone can see why (issue of trust: a reason nobody can check is no reason).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from inquiries.rules import language as languages
from inquiries.rules import signals as signal_rules
from inquiries.rules import topics as topic_rules
from inquiries.rules import wordbook
from inquiries.rules.signals import Found as FoundSignal
from inquiries.rules.topics import Found as FoundTopic

SAMPLE: Final = 20_000
"""So many characters are read for topic, signal and language."""
_MOST: Final = 10

_ASIN: Final = re.compile(r"(?<![A-Z0-9])B0[A-Z0-9]{8}(?![A-Z0-9])")
# The carriers of Germany and China: DHL and Post, DPD, GLS, Hermes, UPS, and the postal union's.
_TRACKING: Final = re.compile(
    r"(?<![A-Z0-9-])(?:JJ?D[0-9]{16,20}|00[0-9]{18}|1Z[A-Z0-9]{16}|[A-Z]{2}[0-9]{9}[A-Z]{2}"
    r"|H[0-9]{19}|[0-9]{14}|[0-9]{20}|[0-9]{12})(?![A-Z0-9-])"
)


@dataclass(frozen=True)
class Reading:
    """As it was read; `fields` is what a new inquiry takes of it, `kept` what the message keeps."""

    language: str = languages.GERMAN
    topic: FoundTopic = field(default_factory=FoundTopic)
    signals: tuple[FoundSignal, ...] = ()
    asins: tuple[str, ...] = ()
    tracking: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def urgent(self) -> FoundSignal:
        """What a lead looks at first, if anything."""
        return signal_rules.urgent(self.signals)

    @property
    def kept(self) -> dict[str, Any]:
        """As the message's row holds it."""
        said: dict[str, Any] = {
            "language": self.language,
            "topic": self.topic.topic,
            "words": self.topic.words,
            "rule": self.topic.rule,
            "signals": [
                {"signal": one.signal, "words": one.words, "rule": one.rule} for one in self.signals
            ],
            "asins": list(self.asins),
            "tracking": list(self.tracking),
            **self.more,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def fields(self) -> dict[str, Any]:
        """As a new inquiry takes it."""
        return {
            "language": self.language,
            "topic": self.topic.topic,
            "topic_words": self.topic.words,
            "topic_rule": self.topic.rule,
            "signal": self.urgent.signal,
            "reading": self.kept,
        }


def read(
    text: str,
    *,
    at: datetime,
    with_order: bool,
    orders: Sequence[str] = (),
    default: str = languages.GERMAN,
    **more: Any,
) -> Reading:
    """What `text` tells by the word rules in force at `at`; `default` is the language of a text
    that tells none.
    """
    sample = text[:SAMPLE]
    book = wordbook.book(at)
    spoken = languages.detect(sample, default=default)
    return Reading(
        spoken,
        topic_rules.find(sample, language=spoken, with_order=with_order, book=book),
        signal_rules.find_all(sample, book=book),
        _once(_ASIN.findall(sample.upper())),
        _tracking(sample, orders),
        {name: value for name, value in {"orders": list(orders), **more}.items() if value},
    )


def _tracking(sample: str, orders: Sequence[str]) -> tuple[str, ...]:
    for number in orders:
        sample = sample.replace(number, " ")
    return _once(_TRACKING.findall(sample.upper()))


def _once(found: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:_MOST]
