"""The one place where the product's clock is turned: the demo tells a past, and tells it in order.

A demo must be lawful: its rows come from the operations, with journal, letters and due times. The
operations ask `django.utils.timezone.now()` for the moment, and inside `as_of` it answers the
moment that is being told. Only `manage.py demo` (and its test) does this: one process, one thread,
nothing else running in it. Tests travel with time_machine instead, which turns every clock there
is; here the real clocks of the database driver, the cache and the log must go on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Whatever runs inside believes that it is `moment`; afterwards the clock is right again."""
    assert moment.tzinfo is not None, "a moment needs its zone"
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real
