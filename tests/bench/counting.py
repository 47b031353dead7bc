"""Statements and commits of an act, counted where they leave for the database."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection
from django.test.utils import CaptureQueriesContext

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass
class Counted:
    """What left: statements without transaction control, and commits."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0

    @property
    def count(self) -> int:
        return len(self.statements)


@contextmanager
def counted() -> Iterator[Counted]:
    """Counts what happens inside; commits are transactions that were begun and ended well."""
    found = Counted()
    # Django keeps the last 9,000, and forgets the earlier ones in silence.
    connection.queries_log = deque()
    with CaptureQueriesContext(connection) as queries:
        yield found
    alone = True
    for query in queries.captured_queries:
        sql = query["sql"].lstrip()
        if sql.startswith("BEGIN"):
            alone = False
        elif sql.startswith("COMMIT"):
            found.commits += 1
            alone = True
        elif not sql.startswith(CONTROL):
            found.statements.append(sql)
            if alone and not sql.startswith("SELECT"):
                found.commits += 1
