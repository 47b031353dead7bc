"""Many rows by one statement, new or known: PostgreSQL unpacks one JSON text, because building a
statement with fourteen thousand placeholders takes longer than everything else in an import.
"""

import json
from collections.abc import Sequence, Set
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection, models

NOTHING: Final[frozenset[str]] = frozenset()


def upsert(
    rows: Sequence[models.Model],
    *,
    key: tuple[str, ...],
    kept: Set[str] = NOTHING,
    without: Set[str] = NOTHING,
) -> None:
    """Every row is stored as it is and has its primary key; known rows are found by `key`, the
    columns of a unique constraint. Columns of `kept` are only written with new rows, those of
    `without` not at all. All rows are of one model.
    """
    if not rows:
        return
    model, quote = type(rows[0]), connection.ops.quote_name
    columns = {
        str(field.column): field.attname
        for field in model._meta.concrete_fields
        if not field.primary_key and field.attname not in without
    }
    names = ", ".join(map(quote, columns))
    told = [quote(column) for column in columns if column not in kept and column not in key]
    changes = ", ".join(f"{column} = EXCLUDED.{column}" for column in told)
    found_by = ", ".join(map(quote, key))
    table = quote(model._meta.db_table)
    text = json.dumps(
        [{column: getattr(row, name) for column, name in columns.items()} for row in rows],
        default=_plain,
        ensure_ascii=False,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) "  # noqa: S608 -- names from the models, values as one parameter
            f"SELECT {names} FROM json_populate_recordset(NULL::{table}, %s::json) "
            f"ON CONFLICT ({found_by}) DO UPDATE SET {changes} RETURNING id, {found_by}",
            [text],
        )
        pks = {tuple(found[1:]): found[0] for found in cursor.fetchall()}
    for row in rows:
        row.pk = pks[tuple(getattr(row, columns[column]) for column in key)]
        row._state.adding = False


def _plain(value: Any) -> str:
    """What JSON has no word for, as PostgreSQL reads it: exact, to the microsecond and the cent."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a column")
