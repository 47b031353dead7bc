"""Counting for badges: many queues in one statement, and never further than a badge says."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

MOST: Final = 99
"""Beyond it a number says nothing and costs time."""


def capped(queries: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each query has, at most MOST + 1; one statement for all."""
    counts = dict.fromkeys(queries, 0)
    pieces: list[str] = []
    values: list[Any] = []
    asked: list[str] = []
    for name, rows in queries.items():
        limited = rows.order_by().values("pk")[: MOST + 1]
        try:
            sql, params = limited.query.sql_with_params()
        except EmptyResultSet:  # such as `in` an empty list
            continue
        pieces.append(f"(SELECT count(*) FROM ({sql}) counted)")  # noqa: S608 -- Django's own SQL, values as parameters
        values += params
        asked.append(name)
    if pieces:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(pieces)}", values)
            counts |= dict(zip(asked, cursor.fetchone() or (), strict=True))
    return counts


def shown(count: int) -> str:
    """A count as a badge says it; nothing for none."""
    if count > MOST:
        return f"{MOST}+"
    return str(count) if count else ""
