"""A file of orders in any of the marketplace's formats: what it is, and its orders one by one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain, islice
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext as _

from sellers.feeds import flat_files, json_stream, opening, orders_2026, orders_v0, tabs
from sellers.feeds.facts import NotReadable, OrderRow, RowProblem, Skipped
from sellers.feeds.json_stream import Value

NAMES: Final = {
    orders_v0.FORMAT: "Orders API v0",
    orders_2026.FORMAT: "Orders API 2026-01-01",
    flat_files.ACTIONABLE: "report of orders to be shipped",
    flat_files.ALL_ORDERS: "report of all orders",
}
UNDATED: Final = frozenset({flat_files.ACTIONABLE})
"""Formats whose orders have no update date: the date of the file counts (rulings 32)."""
LOOK_AT: Final = 100
"""So many values are looked at for the first order."""


@dataclass(frozen=True)
class Feed:
    """A file's format, "" where it holds answers but no orders, and what it says, in its order."""

    format: str
    rows: Iterator[OrderRow]


def read(file: BinaryIO, zone: tzinfo) -> Feed:
    """The orders of a file that can be sought in; days without a zone are days in `zone`.

    Raises NotReadable for what is empty or not known; a file that breaks off ends with a problem
    that names the line.
    """
    source = opening.Source(file)
    head = source.head()
    if not opening.is_json(head):
        name = flat_files.format_of(tabs.heading(head.lstrip("\n ").partition("\n")[0]))
        return Feed(name, opening.with_damage(flat_files.read(source.lines(), name, zone), source))
    one_a_line = opening.is_one_value_a_line(head)
    found = json_stream.lines(source.lines()) if one_a_line else json_stream.whole(source.chunks())
    return _json(found, source)


def _json(found: Iterator[Value | RowProblem], source: opening.Source) -> Feed:
    """The format is that of the first order; what comes before it is kept for its turn."""
    name = ""
    before: list[Value | RowProblem] = []
    for value in islice(found, LOOK_AT):
        before.append(value)
        if isinstance(value, Value) and (name := _format_of(value)):
            break
    if not name:
        _refuse_foreign(before)
    return Feed(name, opening.with_damage(_rows(chain(before, found)), source))


def _refuse_foreign(before: list[Value | RowProblem]) -> None:
    """Raises unless these are the marketplace's answers, of another kind or empty."""
    objects = [row for row in before if isinstance(row, RowProblem) or row.kind == "object"]
    if not any(isinstance(row, Value) and _is_ours(row.value) for row in objects):
        for row in objects:
            if isinstance(row, RowProblem):
                words = _("Line %(line)d: %(reason)s")
                raise NotReadable(words % {"line": row.line, "reason": row.reason})
            raise NotReadable(_("This is JSON, but no orders of the marketplace's API."))


def _format_of(value: Value) -> str:
    record = _order_in(value.value)
    if orders_2026.is_order(record):
        return orders_2026.FORMAT
    if orders_v0.is_order(record) or orders_v0.is_items(record):
        return orders_v0.FORMAT
    name = value.value if value.kind == "end" else value.kind
    return {"Orders": orders_v0.FORMAT, "orders": orders_2026.FORMAT}.get(name, "")


def _order_in(value: Any) -> dict[str, Any]:
    """The newer API wraps a single order once more."""
    inner = value.get("order") if isinstance(value, dict) else None
    if isinstance(inner, dict):
        return inner
    return value if isinstance(value, dict) else {}


def _is_ours(value: Any) -> bool:
    """Is this one of the marketplace's answers, though no order?"""
    return isinstance(value, dict) and bool(
        not value or _error_answer(value) or orders_v0.other_answer(value)
    )


def _rows(found: Iterable[Value | RowProblem]) -> Iterator[OrderRow]:
    for row in found:
        if isinstance(row, RowProblem):
            yield row
        elif row.kind in {"end", "cover"}:
            continue
        elif isinstance(row.value, dict):
            yield from _record(_order_in(row.value), row.line)
        else:
            yield RowProblem(row.line, _("This is not an object."))


def _record(record: dict[str, Any], line: int) -> Iterator[OrderRow]:
    if orders_2026.is_order(record):
        yield from orders_2026.read(record, line)
    elif orders_v0.is_order(record) or orders_v0.is_items(record):
        yield from orders_v0.read(record, line)
    elif not record:
        yield Skipped(line, _("An empty answer."))
    elif said := _error_answer(record):
        yield Skipped(line, _("An error answer of the marketplace: %(said)s.") % {"said": said})
    elif name := orders_v0.other_answer(record):
        yield Skipped(line, _("An answer of %(name)s, which holds no orders.") % {"name": name})
    else:
        yield RowProblem(line, _("This is no order: it has no order number."))


def _error_answer(record: dict[str, Any]) -> str:
    """What the marketplace says it refused, "" if it did not."""
    errors = record.get("errors")
    if not isinstance(errors, list) or not errors or not isinstance(errors[0], dict):
        return ""
    said = [str(errors[0][name]) for name in ("code", "message") if errors[0].get(name)]
    return ": ".join(said).rstrip(".")
