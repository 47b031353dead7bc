"""Rows of a tab-separated text, looser than they should be: a blank as one space, rows shorter than
the heading, cells in quotes after a visit to a spreadsheet.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sellers.feeds import json_stream
from sellers.feeds.facts import RowProblem

Lines = Iterable[tuple[int, str, bool]]


@dataclass(frozen=True, slots=True)
class Row:
    """The cells that are not blank, by column, and the line they stand in."""

    line: int
    cells: dict[str, str]


def heading(line: str) -> list[str]:
    """The names of the columns, as the reports write them."""
    return [cell.lower() for cell in _cells(line)]


def rows(lines: Lines) -> Iterator[Row | RowProblem]:
    """All rows below the heading, which is the first line that is not blank."""
    names: list[str] = []
    for number, line, ended in lines:
        if not line.strip():
            continue
        if not names:
            names = heading(line)
            continue
        cells = _cells(line)
        if not ended and len(cells) < len(names):
            yield RowProblem(number, json_stream.cut_off(number))
        elif any(cells[len(names) :]):
            words = _("The row has more cells than the heading: %(cells)d instead of %(names)d.")
            yield RowProblem(number, words % {"cells": len(cells), "names": len(names)})
        else:
            told = zip(names, cells, strict=False)
            yield Row(number, {name: cell for name, cell in told if cell})


def _cells(line: str) -> list[str]:
    return [_unquoted(cell.replace("\0", "").strip()) for cell in line.split("\t")]


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        inside = cell[1:-1]
        if '"' not in inside.replace('""', ""):
            return inside.replace('""', '"').strip()
    return cell
