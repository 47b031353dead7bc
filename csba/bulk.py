"""Many new rows by one statement and one value: a list of objects as JSON, taken apart by the
database.

Django's bulk_create prepares each value of each column on its own; for sweeps, which write tens of
thousands of journal lines and letters, that is most of their time. What is inserted must be plain:
no expressions, no database defaults, no signals.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models


def insert(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """All rows are stored; with `ignore_conflicts` those whose unique value is already there are
    left out. Keys are not read back.
    """
    if not rows:
        return
    names, sql = _statement(type(rows[0]), ignore_conflicts)
    # Straight from the instances: no value here needs preparing that JSON does not do.
    content = json.dumps(
        [{column: row.__dict__[attribute] for attribute, column in names} for row in rows],
        default=_plain,
        ensure_ascii=False,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [content])


@lru_cache(maxsize=64)
def _statement(
    model: type[models.Model], ignore_conflicts: bool
) -> tuple[list[tuple[str, str]], str]:
    quote = connection.ops.quote_name
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if not field.generated and not isinstance(field, models.AutoField)
    ]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    typed = ", ".join(f"{quote(str(field.column))} {field.db_type(connection)}" for field in fields)
    sql = (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) "  # noqa: S608 -- names from the model, values as one parameter
        f"SELECT {columns} FROM jsonb_to_recordset(%s::jsonb) AS given({typed})"
    )
    if ignore_conflicts:
        sql += " ON CONFLICT DO NOTHING"
    return [(field.attname, str(field.column)) for field in fields], sql


_encoder = DjangoJSONEncoder()


def _plain(value: Any) -> Any:
    # With microseconds: the encoder of Django cuts them to thousandths.
    return value.isoformat() if isinstance(value, datetime) else _encoder.default(value)
