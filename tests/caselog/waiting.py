"""Waiting until something is so; the moment itself is never assumed."""

import threading
import time
from collections.abc import Callable

from django.db import connection

PATIENCE = 30.0
"""Seconds after which a test that waits gives up and fails."""


def until(happened: Callable[[], bool]) -> None:
    """Returns as soon as it has happened."""
    give_up = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not happened():
        assert time.monotonic() < give_up, "what the test waits for did not happen"
        pause.wait(0.02)


def someone_waits() -> bool:
    """Does another connection to this database wait for a lock?"""
    return "Lock" in _others()


def connected() -> int:
    """How many other connections to this database there are."""
    return len(_others())


def _others() -> list[str | None]:
    """What each other connection to this database waits for."""
    with connection.cursor() as cursor:
        # Inside a transaction the view would show the same picture for ever.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT wait_event_type FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return [row[0] for row in cursor.fetchall()]
