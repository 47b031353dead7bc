"""Sweeps: the clock's writer for many rows, in batches that two workers share without doing
anything twice.
"""

import gc
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import IntegrityError, connection, models, transaction

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
    `due` must no longer contain a row once its stamps are written. See `claim` for what stamps and
    `due` may be.
    """
    done = 0
    bad: list[Any] = []
    while True:
        taken: list[M] = []
        try:
            _step(due.exclude(pk__in=bad) if bad else due, stamps, effects, at, batch, taken)
        except Exception as problem:
            pks = [row.pk for row in taken]
            if not taken and isinstance(problem, IntegrityError):
                # The stamps of some row break a rule of the table: it is found one by one.
                pks = _within_reach(due.exclude(pk__in=bad) if bad else due, batch)
            if not pks:
                raise  # the claim itself failed: no row is to blame
            log.exception("%s: a batch failed, going on row by row", name)
            # Exactly the rows of that batch: others may be held by someone, and would be tried in
            # vain for as long.
            for pk in pks:
                try:
                    done += _step(due.filter(pk=pk), stamps, effects, at, 1, [])
                except Exception:
                    log.exception("%s: row %s failed and stays due", name, pk)
                    bad.append(pk)
            continue
        done += len(taken)
        if len(taken) < batch:
            break
    Heartbeat.objects.beat(name, at=at, count=done, failed=len(bad))
    return done


def _step(
    due: models.QuerySet[M],
    stamps: Mapping[str, Any],
    effects: Effects[M],
    at: datetime,
    limit: int,
    taken: list[M],
) -> int:
    """One transaction; `taken` holds the claimed rows also when it fails."""
    with _without_collecting(), transaction.atomic():
        taken += claim(due, stamps, limit=limit)
        if taken:
            effects(taken, at)
    return len(taken)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A batch makes thousands of rows that all live until its end: each time the collector looks
    among them for cycles it walks over the whole process in vain, a sixth of a sweep's time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _within_reach(due: models.QuerySet[M], limit: int) -> list[Any]:
    """The keys that a claim would take now. What someone else holds is not among them: tried in
    vain, it would come back for as long as it is held.
    """
    with transaction.atomic():
        free = due.select_for_update(skip_locked=True, of=("self",))
        return list(free.values_list("pk", flat=True)[:limit])


def claim(due: models.QuerySet[M], stamps: Mapping[str, Any], *, limit: int) -> list[M]:
    """Up to `limit` rows of `due` that no other transaction holds, updated and returned by one
    statement.

    A stamp is a value or an expression over the row's own columns, such as `F("due_at") - span`;
    the rows carry what it came to. With `due.only(...)` no other columns come back.

    The inner select is a materialised CTE: inside a plain IN the planner may run it more than once,
    which would take more rows than the limit. Must be called inside a transaction.
    """
    model = due.model
    key = model._meta.pk.attname
    inner = due.select_for_update(skip_locked=True, of=("self",)).values(key)[:limit]
    try:
        sql, params = inner.query.sql_with_params()
    except EmptyResultSet:  # such as `in` an empty list: nothing can be due
        return []
    sets, values = [], []
    for field_name, value in stamps.items():
        field = model._meta.get_field(field_name)
        assert isinstance(field, models.Field)
        written, given = _stamp(model, field, value)
        sets.append(f"{_column(field)} = {written}")
        values += given
    table, pk = connection.ops.quote_name(model._meta.db_table), _column(model._meta.pk)
    back = ", ".join(f"{table}.{_column(field)}" for field in _wanted(due, stamps))
    return list(
        model._default_manager.raw(
            f"WITH due AS MATERIALIZED ({sql}) UPDATE {table} SET {', '.join(sets)} "  # noqa: S608 -- names from the models, values as parameters
            f"FROM due WHERE {table}.{pk} = due.{pk} RETURNING {back}",
            [*params, *values],
        )
    )


def _stamp(
    model: type[models.Model], field: "models.Field[Any, Any]", value: Any
) -> tuple[str, list[Any]]:
    """What is written on the right of the equals sign, with its parameters."""
    if not hasattr(value, "resolve_expression"):
        return "%s", [field.get_db_prep_save(value, connection)]
    # A query of its own knows the table by its plain name, as the UPDATE does.
    query = model._base_manager.all().query
    resolved = value.resolve_expression(query, allow_joins=False, for_save=True)
    sql, params = query.get_compiler(connection=connection).compile(resolved)
    return sql, list(params)


def _wanted(due: models.QuerySet[M], stamps: Mapping[str, Any]) -> "list[models.Field[Any, Any]]":
    """The columns that come back: all, or the key, the stamps and those of `due.only(...)`."""
    every = due.model._meta.concrete_fields
    names, deferred = due.query.deferred_loading
    if deferred:
        return [field for field in every if not names & {field.name, field.attname}]
    names = {*names, *stamps}
    return [field for field in every if field.primary_key or names & {field.name, field.attname}]


def _column(field: "models.Field[Any, Any]") -> str:
    assert field.column is not None
    return connection.ops.quote_name(field.column)
