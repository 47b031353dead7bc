"""Many new rows by one statement and two values: what all rows share, and a list of what differs,
as JSON that the database takes apart.

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
    model = type(rows[0])
    # Straight from the instances: no value here needs preparing that JSON does not do.
    given = [row.__dict__ for row in rows]
    first = given[0]
    shared: dict[str, Any] = {}
    differing: list[str] = []
    for field in _fields(model):
        name = field.attname
        value = first[name]
        # Only where equal means the same: 1, 1.0 and true are equal, and may stand inside JSON.
        same = isinstance(value, str | int | datetime | None) and all(
            each[name] == value and type(each[name]) is type(value) for each in given
        )
        if same:
            shared[name] = value
        else:
            differing.append(name)
    content = [
        _dumps(shared),
        _dumps([{name: each[name] for name in differing} for each in given]),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, tuple(differing), ignore_conflicts), content)


def _fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return [
        field
        for field in model._meta.local_concrete_fields
        if not field.generated and not isinstance(field, models.AutoField)
    ]


@lru_cache(maxsize=256)
def _statement(
    model: type[models.Model], differing: tuple[str, ...], ignore_conflicts: bool
) -> str:
    quote = connection.ops.quote_name
    shared: list[str] = []
    each: list[str] = []
    columns: list[str] = []
    sources: list[str] = []
    for field in _fields(model):
        name = quote(field.attname)
        differs = field.attname in differing
        (each if differs else shared).append(f"{name} {field.db_type(connection)}")
        columns.append(quote(str(field.column)))
        sources.append(f"{'given' if differs else 'shared'}.{name}")
    # With nothing that differs or nothing shared there is still a row for each, or one.
    tables = [
        f"json_to_record(%s::json) AS shared({', '.join(shared) or 'nothing text'})",
        f"json_to_recordset(%s::json) AS given({', '.join(each) or 'nothing text'})",
    ]
    sql = (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(columns)}) "  # noqa: S608 -- names from the model, values as parameters
        f"SELECT {', '.join(sources)} FROM {', '.join(tables)}"
    )
    return f"{sql} ON CONFLICT DO NOTHING" if ignore_conflicts else sql


def _dumps(value: Any) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False)


_encoder = DjangoJSONEncoder()


def _plain(value: Any) -> Any:
    # With microseconds: the encoder of Django cuts them to thousandths.
    return value.isoformat() if isinstance(value, datetime) else _encoder.default(value)
