"""Statements that are built once a process and then only given their values: for what every page
asks, building the querysets costs several times what the database needs for them.

A queryset is built with the stand-ins below, as ordinary values; `ask` puts the real ones into
their places. Only for columns that come from the database as they are (text, numbers, moments).
"""

from collections import namedtuple
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

NOW: Final = datetime(1000, 1, 1, tzinfo=UTC)
"""Stands for now; what is counted from it stands for what is as far from now."""
PLACE_AT: Final = datetime(500, 1, 1, tzinfo=UTC)
PLACE_PK: Final = -1_000_000_001
PERSON: Final = -1_000_000_002
INQUIRY: Final = -1_000_000_003
ORDER: Final = -1_000_000_004
BUYER: Final = "the buyer's address"


@dataclass(frozen=True)
class Statement:
    """SQL with its values, some of which are stand-ins."""

    sql: str
    values: tuple[Any, ...]

    def ask(self, given: Mapping[Any, Any], at: datetime | None = None) -> list[Any]:
        """The rows as named tuples; `given` holds the real value of each stand-in, `at` is now."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [_filled(value, given, at) for value in self.values])
            record = _record(tuple(column[0] for column in cursor.description))
            return [record._make(row) for row in cursor.fetchall()]


def built(found: QuerySet[Any]) -> Statement:
    """The statement of a queryset of values."""
    sql, values = found.query.sql_with_params()
    return Statement(sql, tuple(values))


def _filled(value: Any, given: Mapping[Any, Any], at: datetime | None) -> Any:
    if isinstance(value, datetime) and value not in given:
        assert at is not None, "this statement asks for the time"
        return at + (value - NOW)
    return given.get(value, value)


@lru_cache(maxsize=64)
def _record(names: tuple[str, ...]) -> Any:
    return namedtuple("Record", names)
