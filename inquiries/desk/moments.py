"""Moments and spans as the desk writes them, in the reader's language and zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

FINE, SOON, OVER = "fine", "soon", "over"
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A due time as a badge: short words, how urgent, and all of it for a title."""

    text: str
    level: str
    full: str
    iso: str


def due(moment: datetime, since: datetime | None, at: datetime) -> Due:
    """Time left until `moment`; soon when a quarter of its span, begun at `since`, is left, or
    an hour: below one of 56 minutes, 28 minutes of a short promise look like peace.
    """
    left = moment - at
    level = FINE
    if left <= timedelta(0):
        level = OVER
    elif left < _HOUR or left * 4 < moment - (since or moment - timedelta(hours=48)):
        level = SOON
    return Due(span(left), level, full(moment), moment.isoformat())


def span(left: timedelta) -> str:
    """«41 m», «7 h», «3 d»; a minus before what is over."""
    minutes = abs(left) // _MINUTE
    if minutes < 60:
        words = _("%(count)d m") % {"count": minutes}
    elif minutes < 48 * 60:
        words = _("%(count)d h") % {"count": minutes // 60}
    else:
        words = _("%(count)d d") % {"count": minutes // 1440}
    return f"−{words}" if left < timedelta(0) else words


def full(moment: datetime) -> str:
    """Date and time, long."""
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def short(moment: datetime) -> str:
    """Date and time, short."""
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def day(moment: datetime) -> str:
    """The day, long."""
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")


def clock(moment: datetime) -> str:
    """The time of day."""
    return formats.date_format(timezone.localtime(moment), "TIME_FORMAT")
