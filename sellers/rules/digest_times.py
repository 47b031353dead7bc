"""When a person's next digest is due: at one hour of their own day, on their own calendar (P23)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from sellers.models import DigestChoice

MONDAY = 0


def zone_of(name: str) -> str:
    """The zone of this name; the marketplace's where this machine does not know it."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return str(settings.CSBA_MARKETPLACE_ZONE)
    return name


def next_due(rhythm: str, *, zone: str, hour: int, at: datetime) -> datetime | None:
    """The first moment after `at` at which it is `hour` o'clock in `zone`, for a weekly digest on
    a Monday; None when there is no digest.

    Counted in days of the calendar: it stays at this hour when the clocks change. An hour that a
    day does not have is an hour later, one that comes twice is the first.
    """
    if rhythm == DigestChoice.Rhythm.OFF:
        return None
    there = ZoneInfo(zone_of(zone))
    day = at.astimezone(there).date()
    while True:
        due = datetime.combine(day, time(hour), tzinfo=there).astimezone(UTC)
        if due > at and (rhythm == DigestChoice.Rhythm.DAILY or day.weekday() == MONDAY):
            return due
        day += timedelta(days=1)
