"""Countries: their names in the reader's language, and what is likely for somebody from there."""

from functools import lru_cache
from typing import Final

from babel import Locale
from django.utils import translation

FIRST: Final = ("DE", "CN", "AT", "CH", "HK", "NL", "PL", "FR", "IT", "ES", "GB", "US")
"""Where most sellers are, shown before the others."""
_NOT_COUNTRIES: Final = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN"}
)
_READS_GERMAN: Final = frozenset({"DE", "AT", "CH", "LI"})
_READS_CHINESE: Final = frozenset({"CN", "HK", "MO", "TW", "SG"})
_ZONES: Final = {
    "DE": "Europe/Berlin",
    "AT": "Europe/Vienna",
    "CH": "Europe/Zurich",
    "CN": "Asia/Shanghai",
    "HK": "Asia/Hong_Kong",
    "MO": "Asia/Macau",
    "TW": "Asia/Taipei",
    "SG": "Asia/Singapore",
    "JP": "Asia/Tokyo",
    "GB": "Europe/London",
    "IE": "Europe/Dublin",
    "PT": "Europe/Lisbon",
    "FR": "Europe/Paris",
    "ES": "Europe/Madrid",
    "IT": "Europe/Rome",
    "NL": "Europe/Amsterdam",
    "BE": "Europe/Brussels",
    "PL": "Europe/Warsaw",
    "CZ": "Europe/Prague",
    "TR": "Europe/Istanbul",
    "IN": "Asia/Kolkata",
    "US": "America/New_York",
}


def named(code: str) -> str:
    """The country in the reader's language; the code itself if it is none."""
    return _names(translation.get_language() or "de").get(code, code)


def known(code: str) -> bool:
    """Is this the two letters of a country?"""
    return code in _names("en")


def choices() -> list[tuple[str, str]]:
    """All countries for a list to choose from: the likely ones, then all by name."""
    names = _names(translation.get_language() or "de")
    rest = sorted((name, code) for code, name in names.items() if code not in FIRST)
    return [(code, names[code]) for code in FIRST] + [(code, name) for name, code in rest]


def language(country: str) -> str:
    """The language in which somebody there most likely reads our letters."""
    if country in _READS_GERMAN:
        return "de"
    return "zh-hans" if country in _READS_CHINESE else "en"


def time_zone(country: str) -> str:
    """The zone in which most of its sellers live; that of the marketplace where nobody knows."""
    return _ZONES.get(country, "Europe/Berlin")


@lru_cache(maxsize=8)
def _names(reading: str) -> dict[str, str]:
    locale = Locale.parse("zh_Hans" if reading.startswith("zh") else reading[:2])
    return {
        code: str(name)
        for code, name in locale.territories.items()
        if len(code) == 2 and code.isalpha() and code[0] != "X" and code not in _NOT_COUNTRIES
    }
