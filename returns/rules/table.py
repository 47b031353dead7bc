"""A comparison as pages show it: one row a clause, everything in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from returns.rules import clauses
from returns.rules.comparison import ClauseMark, Mark
from returns.terms import BY_KEY

MARKS: Final[dict[Mark, Promise | str]] = {
    Mark.BETTER: pgettext_lazy("clause", "Kinder"),
    Mark.EQUAL: pgettext_lazy("clause", "Equal"),
    Mark.WORSE: pgettext_lazy("clause", "Less kind"),
}
BADGES: Final = {Mark.BETTER: "ok", Mark.EQUAL: "quiet", Mark.WORSE: "bad"}


@dataclass(frozen=True, slots=True)
class Row:
    """One clause; `before` is what the policy approved before says, where it was asked for."""

    key: str
    label: str
    help: str
    kind: str
    standard: str
    offer: str
    mark: str
    mark_label: str
    badge: str
    before: str = ""
    changed: bool = False


def rows(marks: Sequence[ClauseMark], before: Mapping[str, Any] | None = None) -> list[Row]:
    """Every clause in words; with `before`, the clauses that differ from it are `changed`."""
    return [_row(mark, before) for mark in marks]


def _row(mark: ClauseMark, before: Mapping[str, Any] | None) -> Row:
    clause = BY_KEY[mark.key]
    earlier = mark.standard if before is None else before.get(mark.key, mark.standard)
    return Row(
        key=mark.key,
        label=str(clause.label),
        help=str(clause.help),
        kind=clause.kind,
        standard=clauses.shown(mark.key, mark.standard),
        offer=clauses.shown(mark.key, mark.offer),
        mark=mark.mark.value,
        mark_label=str(MARKS[mark.mark]),
        badge=BADGES[mark.mark],
        before=clauses.shown(mark.key, earlier) if before is not None else "",
        changed=before is not None and earlier != mark.offer,
    )
