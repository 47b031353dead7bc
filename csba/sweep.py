"""Sweeps: the clock's writer for many rows, in batches that two workers share without doing
anything twice.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, models, transaction

from csba.health.models import Heartbeat

log = logging.getLogger(__name__)

BATCH = 500
M = TypeVar("M", bound=models.Model)
Effects = Callable[[list[M], datetime], None]


def sweep(
    name: str,
    due: models.QuerySet[M],
    *,
    stamps: Mapping[str, Any],
    effects: Effects[M],
    at: datetime,
    batch: int = BATCH,
) -> int:
    """Every row of `due` carries `stamps` and had its `effects`, each exactly once; returns how
    many.

    One commit a batch: rows, journal and letters stand or fall together. A batch that fails is
    retried row by row, so that one bad row stops no other; the bad one stays due and is logged.
    `due` must no longer contain a row once its stamps are written.
    """
    done = 0
    bad: list[Any] = []
    while True:
        waiting = due.exclude(pk__in=bad) if bad else due
        try:
            count = _step(waiting, stamps, effects, at, batch)
        except Exception:
            log.exception("%s: a batch failed, going on row by row", name)
            pks = list(waiting.values_list("pk", flat=True)[:batch])
            if not pks:
                raise
            for pk in pks:
                try:
                    done += _step(due.filter(pk=pk), stamps, effects, at, 1)
                except Exception:
                    log.exception("%s: row %s failed and stays due", name, pk)
                    bad.append(pk)
            continue
        done += count
        if count < batch:
            break
    Heartbeat.objects.beat(name, at=at, count=done, failed=len(bad))
    return done


def _step(
    due: models.QuerySet[M],
    stamps: Mapping[str, Any],
    effects: Effects[M],
    at: datetime,
    limit: int,
) -> int:
    with transaction.atomic():
        rows = claim(due, stamps, limit=limit)
        if rows:
            effects(rows, at)
        return len(rows)


def claim(due: models.QuerySet[M], stamps: Mapping[str, Any], *, limit: int) -> list[M]:
    """Up to `limit` rows of `due` that no other transaction holds, updated and returned by one
    statement.

    The inner select is a materialised CTE: inside a plain IN the planner may run it more than once,
    which would take more rows than the limit. Must be called inside a transaction.
    """
    model = due.model
    quote = connection.ops.quote_name
    key = model._meta.pk.attname
    inner = due.select_for_update(skip_locked=True, of=("self",)).values(key)[:limit]
    sql, params = inner.query.sql_with_params()
    columns, values = [], []
    for field_name, value in stamps.items():
        field = model._meta.get_field(field_name)
        assert isinstance(field, models.Field)
        columns.append(f"{quote(field.column)} = %s")
        values.append(field.get_db_prep_save(value, connection))
    table, pk = quote(model._meta.db_table), quote(model._meta.pk.column)
    return list(
        model._default_manager.raw(
            f"WITH due AS MATERIALIZED ({sql}) UPDATE {table} SET {', '.join(columns)} "  # noqa: S608 -- names from the models, values as parameters
            f"FROM due WHERE {table}.{pk} = due.{pk} RETURNING {table}.*",
            [*params, *values],
        )
    )
