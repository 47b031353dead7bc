"""Taking in a feed in batches: each one commit, a bad row stops no other, the report counts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeVar

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from sellers.feeds.facts import OrderFacts, ProductFacts, RowProblem, Skipped

BATCH: Final = 500
KEPT_PROBLEMS: Final = 10_000
"""So many problems are kept with their reasons; of more there is only the count."""

F = TypeVar("F", OrderFacts, ProductFacts)


class Outcome(Enum):
    """What became of an order or a page of the file."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OLDER = "older"


@dataclass
class Report:
    """What became of what a feed holds."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0
    bad: int = 0
    skipped: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    skips: list[Skipped] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """How many could be read and compared with what is known."""
        return self.new + self.updated + self.unchanged + self.older

    def count(self, outcome: Outcome) -> None:
        """One order more with this outcome."""
        setattr(self, outcome.value, getattr(self, outcome.value) + 1)

    def refuse(self, problem: RowProblem) -> None:
        """One bad row more."""
        self.bad += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)

    def skip(self, what: Skipped) -> None:
        """One thing more that is no order."""
        self.skipped += 1
        if len(self.skips) < KEPT_PROBLEMS:
            self.skips.append(what)

    def add(self, other: "Report") -> None:
        """The counts of a batch that has been committed."""
        for name in ("new", "updated", "unchanged", "older"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for problem in other.problems:
            self.refuse(problem)


def batches(rows: Iterable[F | RowProblem | Skipped], report: Report) -> Iterator[list[F]]:
    """The facts among the rows, by the batch; all else goes into the report."""
    batch: list[F] = []
    for row in rows:
        match row:
            case RowProblem():
                report.refuse(row)
            case Skipped():
                report.skip(row)
            case _:
                batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def in_one_commit(batch: list[F], take: Callable[[list[F]], Report]) -> Report:
    """The batch is taken in by one commit; row by row if the database refuses one of them."""
    try:
        with transaction.atomic():
            return take(batch)
    except (DataError, IntegrityError) as refusal:
        report = Report()
        if len(batch) > 1:
            for facts in batch:
                report.add(in_one_commit([facts], take))
        else:
            why = str(refusal).splitlines()[0]
            report.refuse(_refused(batch[0], _("The database refuses it: %(why)s.") % {"why": why}))
        return report


def _refused(facts: OrderFacts | ProductFacts, why: str) -> RowProblem:
    return RowProblem(facts.line, why, facts.name)
