"""The word rules in force, from a copy in memory that is at most HOLD seconds old.

`operations.words.change` lets a rule begin no sooner than that, as with the rulebook.
"""

import time
from datetime import datetime
from threading import Lock
from typing import Final

from inquiries.models import WordRule
from inquiries.rules.words import Book, Entry

HOLD: Final = 30.0

_lock: Final = Lock()
_rows: list[WordRule] = []
_read_at: float | None = None
_books: dict[tuple[int, ...], Book] = {}


def book(at: datetime) -> Book:
    """The lists that hold at `at`."""
    held = [
        row for row in _all() if row.valid_from <= at and not (row.valid_to and row.valid_to <= at)
    ]
    key = tuple(row.pk for row in held)
    if key not in _books:
        if len(_books) > 8:
            _books.clear()
        _books[key] = _made(held)
    return _books[key]


def forget() -> None:
    """The next read asks the database again."""
    global _read_at
    _read_at = None


def _all() -> list[WordRule]:
    global _rows, _read_at
    with _lock:
        if _read_at is None or time.monotonic() - _read_at > HOLD:
            read_at = time.monotonic()
            _rows = list(WordRule.objects.order_by("language", "kind", "position", "pk"))
            _read_at = read_at
        return _rows


def _made(rows: list[WordRule]) -> Book:
    topics: dict[str, list[Entry]] = {}
    signals: dict[str, list[Entry]] = {}
    for row in rows:
        lists = topics if row.kind == WordRule.Kind.TOPIC else signals
        entry = Entry(row.code, row.means, tuple(row.phrases), row.pk)
        lists.setdefault(row.language, []).append(entry)
    return Book(
        {language: tuple(found) for language, found in topics.items()},
        {language: tuple(found) for language, found in signals.items()},
    )
