"""Twenty threads that begin at the same moment, each with its own database connection."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from csba.errors import DomainError

THREADS = 20


def all_at_once(act: Callable[[int], Any]) -> list[Any]:
    """What each of twenty threads got: a value, or the refusal it was given."""
    gate = threading.Barrier(THREADS)
    found: list[Any] = [None] * THREADS

    def work(n: int) -> None:
        try:
            gate.wait(20)
            found[n] = act(n)
        except Exception as problem:
            found[n] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[n]) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    strange = [
        one for one in found if isinstance(one, Exception) and not isinstance(one, DomainError)
    ]
    assert not strange, strange
    return found
