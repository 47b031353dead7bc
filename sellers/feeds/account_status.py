"""What the marketplace tells about accounts: merchant_id, professional (yes or no), standing
(NORMAL, AT_RISK, DEACTIVATED) and as_of, as CSV, as a tab-separated text or as JSON lines.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext as _

from sellers.feeds import json_stream, opening, values
from sellers.feeds.facts import NotReadable, RowProblem
from sellers.feeds.values import BadValue
from sellers.models import Seller

NEEDED: Final = ("merchant_id", "as_of")
TOLD: Final = ("professional", "standing")
_WITH_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
_YES: Final = {"ja": True, "nein": False}


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One account as of a moment; None: nothing was said about it."""

    merchant_id: str
    professional: bool | None
    standing: str | None
    as_of: datetime
    line: int = 0


def read(file: BinaryIO) -> Iterator[AccountFacts | RowProblem]:
    """The accounts of a file that can be sought in; raises NotReadable for what holds none."""
    source = opening.Source(file)
    head = source.head()
    rows = _of_json(source, head) if opening.is_json(head) else _of_columns(source, head)
    return opening.with_damage(rows, source)


def _of_json(source: opening.Source, head: str) -> Iterator[AccountFacts | RowProblem]:
    one_a_line = head.lstrip().startswith("{")
    found = json_stream.lines(source.lines()) if one_a_line else json_stream.whole(source.chunks())
    for row in found:
        if isinstance(row, RowProblem):
            yield row
        elif row.kind not in {"end", "cover"}:
            yield _account(row.value, row.line)


def _of_columns(source: opening.Source, head: str) -> Iterator[AccountFacts | RowProblem]:
    first = next(line for line in head.split("\n") if line.strip())
    delimiter = max("\t;,", key=first.count)
    names = [_name(cell) for cell in next(csv.reader([first], delimiter=delimiter))]
    if missing := [name for name in NEEDED if name not in names]:
        words = _("The first row must name the columns. Missing: %(names)s.")
        raise NotReadable(words % {"names": ", ".join(missing)})
    if not any(name in names for name in TOLD):
        raise NotReadable(_("There is no column about the account: professional or standing."))
    return _rows(source, names, delimiter)


def _rows(
    source: opening.Source, names: list[str], delimiter: str
) -> Iterator[AccountFacts | RowProblem]:
    heading = True
    # A line is a row here: none of the values can hold a line break.
    for number, line, _ended in source.lines():
        if not line.strip():
            continue
        if heading:
            heading = False
            continue
        try:
            cells = next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter))
        except (csv.Error, StopIteration):
            yield RowProblem(number, _("This row cannot be read."))
            continue
        if any(cell.strip() for cell in cells[len(names) :]):
            words = _("The row has more cells than the heading: %(cells)d instead of %(names)d.")
            yield RowProblem(number, words % {"cells": len(cells), "names": len(names)})
        else:
            yield _account(dict(zip(names, cells, strict=False)), number)


def _account(record: Any, line: int) -> AccountFacts | RowProblem:
    merchant_id = ""
    try:
        if not isinstance(record, Mapping):
            raise BadValue(_("This is not an object."))
        merchant_id = values.key(record.get("merchant_id"), "merchant_id", 20).upper()
        professional = _professional(record.get("professional"))
        standing = _standing(record.get("standing"))
        if professional is None and standing is None:
            raise BadValue(_("The row says nothing about the account: professional or standing."))
        return AccountFacts(
            merchant_id=merchant_id,
            professional=professional,
            standing=standing,
            as_of=_as_of(record.get("as_of")),
            line=line,
        )
    except BadValue as bad:
        return RowProblem(line, str(bad), merchant_id)


def _professional(value: object) -> bool | None:
    if isinstance(value, str) and value.strip().lower() in _YES:
        return _YES[value.strip().lower()]
    return values.flag(value, "professional")


def _standing(value: object) -> str | None:
    words = values.text(value, "standing")
    if words is None:
        return None
    word = re.sub(r"[\s-]+", "_", words.upper())
    if word not in Seller.Standing.values:
        said = _("“%(value)s” is no standing: NORMAL, AT_RISK or DEACTIVATED.")
        raise BadValue(said % {"value": words[:60]})
    return word


def _as_of(value: object) -> datetime:
    """A moment with its zone: a day alone, or a time without zone, could suspend for hours too
    many.
    """
    words = values.key(value, "as_of", 40)
    moment = values.moment(words, "as_of", UTC) if _WITH_TIME.match(words) else None
    if moment is None or not re.search(r"([Zz]|[+-]\d\d:?\d\d)$", words):
        said = _("“%(value)s” is no moment with its zone, such as 2026-11-04T09:00:00Z (as_of).")
        raise BadValue(said % {"value": words})
    return moment


def _name(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().lower())
