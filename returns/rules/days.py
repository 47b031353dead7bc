"""Counting days as the German civil code does (BGB 187, 188, 193), on the marketplace's calendar.

Every end is exclusive: the first moment after the last day, in UTC. The state is the buyer's
Bundesland; unknown (""), every day that is a holiday anywhere counts as one, which is the most
favourable for the buyer (rulings 31).
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

ZONE: Final = ZoneInfo("Europe/Berlin")
STATES: Final = (
    *("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV"),
    *("NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"),
)
_SATURDAY: Final = 5


def local_day(moment: datetime) -> date:
    """The day on the marketplace's calendar."""
    return moment.astimezone(ZONE).date()


@lru_cache(maxsize=4096)
def end_of_day(day: date) -> datetime:
    """The first moment after this day."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE).astimezone(UTC)


def end_of_days(start: datetime, days: int, state: str = "") -> datetime:
    """The end of the `days`-th day after the day of `start`; moved past a Saturday, Sunday or
    holiday of the buyer's state.
    """
    return end_of_day(_working_day(local_day(start) + timedelta(days=days), state))


def end_of_months(start: datetime, months: int, state: str = "") -> datetime:
    """The end of the day that bears the number of the day of `start`, or of the month's last."""
    return end_of_day(_working_day(after_months(local_day(start), months), state))


def after_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month (BGB 188(3))."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def business_days(start: datetime, n: int, state: str = "") -> datetime:
    """The end of the n-th business day after the day of `start`."""
    day = local_day(start)
    for _ in range(n):
        day = _working_day(day + timedelta(days=1), state)
    return end_of_day(day)


def calendar_days(start: datetime, n: int) -> datetime:
    """The end of the n-th calendar day after the day of `start`; no day is left out."""
    return end_of_day(local_day(start) + timedelta(days=n))


@lru_cache(maxsize=8192)
def _working_day(day: date, state: str) -> date:
    while day.weekday() >= _SATURDAY or day in _holidays(state, day.year):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=512)
def _holidays(state: str, year: int) -> frozenset[date]:
    """With the days that only the catholic towns of a state keep: nobody looks at the town, so the
    kinder calendar counts.
    """
    if not state:
        return frozenset().union(*(_holidays(one, year) for one in STATES))
    return frozenset(
        holidays.country_holidays("DE", subdiv=state, years=year, categories=("public", "catholic"))
    )
