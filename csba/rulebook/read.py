"""Reading the rulebook: the value of a key at a moment, from a copy in memory.

The copy is at most HOLD seconds old. `operations.change` lets a rule begin no sooner than that, so
no process can give an answer from a book that has already been replaced.
"""

import time
from datetime import datetime
from threading import Lock
from typing import Any

from csba.rulebook.models import Rule

HOLD = 30.0

Span = tuple[datetime, datetime | None, Any, int]


class UnknownRule(LookupError):
    """No row of the book holds this key at this moment."""


class _Book:
    def __init__(self) -> None:
        self.spans: dict[str, list[Span]] = {}
        self.read_at: float | None = None
        self.lock = Lock()

    def pages(self) -> dict[str, list[Span]]:
        if self._old():
            with self.lock:
                if self._old():  # unless another thread has read it meanwhile
                    self._read()
        return self.spans

    def _old(self) -> bool:
        return self.read_at is None or time.monotonic() - self.read_at > HOLD

    def _read(self) -> None:
        # Taken before reading, so that the copy is never older than it says.
        read_at = time.monotonic()
        spans: dict[str, list[Span]] = {}
        for row in Rule.objects.order_by("key", "valid_from").values_list(
            "key", "valid_from", "valid_to", "value", "pk"
        ):
            spans.setdefault(row[0], []).append((row[1], row[2], row[3], row[4]))
        self.spans, self.read_at = spans, read_at


_book = _Book()


def value(key: str, at: datetime) -> Any:
    """The value of `key` at `at`; UnknownRule when no row holds it."""
    return _span(key, at)[2]


def version(key: str, at: datetime) -> int:
    """The number of the row that holds `key` at `at`, for traces."""
    return _span(key, at)[3]


def forget() -> None:
    """The next read asks the database again."""
    _book.read_at = None


def _span(key: str, at: datetime) -> Span:
    for span in reversed(_book.pages().get(key, [])):
        if span[0] <= at and (span[1] is None or at < span[1]):
            return span
    raise UnknownRule(f"the rulebook has no value for {key} at {at:%Y-%m-%d %H:%M}")
