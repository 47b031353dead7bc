"""Moments and days as the letters about returns write them, always in the marketplace's zone."""

import zoneinfo
from datetime import datetime, timedelta

from babel.dates import format_datetime
from django.conf import settings
from django.utils import formats, timezone, translation

_LOCALES = {"de": "de_DE", "zh-hans": "zh_Hans_CN", "en": "en_GB"}
_MOMENT = timedelta(microseconds=1)


def zone() -> zoneinfo.ZoneInfo:
    """The marketplace's time zone."""
    return zoneinfo.ZoneInfo(settings.CSBA_MARKETPLACE_ZONE)


def moment_with_seconds(moment: datetime, language: str) -> str:
    """Date and time to the second with the name of the zone."""
    locale = _LOCALES.get(language, "de_DE")
    return str(format_datetime(moment, format="long", tzinfo=zone(), locale=locale))


def last_day(until: datetime | None) -> str:
    """The last day before the exclusive end `until`, in the language that is on."""
    if until is None:
        return ""
    return formats.date_format(timezone.localtime(until - _MOMENT, zone()), "DATE_FORMAT")


def moment(at: datetime | None, language: str) -> str:
    """Date and time in `language`."""
    if at is None:
        return ""
    with translation.override(language):
        return formats.date_format(timezone.localtime(at, zone()), "DATETIME_FORMAT")
