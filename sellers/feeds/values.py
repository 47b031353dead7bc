"""Single values as files write them: texts, numbers, money, moments. Each reads loosely, and
refuses with a sentence what it cannot read; blank means that nothing was said.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

CENT: Final = Decimal("0.01")
MOST: Final = Decimal(10) ** 10
"""What the columns for money hold."""
YEARS: Final = range(1970, 2200)
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("jan",),
            ("feb",),
            ("mar", "mär", "mrz"),
            ("apr",),
            ("may", "mai"),
            ("jun",),
            ("jul",),
            ("aug",),
            ("sep",),
            ("oct", "okt"),
            ("nov",),
            ("dec", "dez"),
        ),
        start=1,
    )
    for name in names
}


class BadValue(Exception):
    """A value that cannot be read; str() says which and why."""


class Money(NamedTuple):
    """An amount of a currency; either may be unknown."""

    amount: Decimal | None
    currency: str | None


def text(value: object, what: str) -> str | None:
    """The words without blanks around them, None if there are none."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    raise BadValue(_("%(field)s is not a text.") % {"field": what})


def key(value: object, what: str, longest: int) -> str:
    """A text that names something: must be there and fit."""
    found = text(value, what)
    if found is None:
        raise BadValue(_("%(field)s is missing.") % {"field": what})
    if len(found) > longest:
        words = _("%(field)s is longer than %(count)d characters.")
        raise BadValue(words % {"field": what, "count": longest})
    return found


def flag(value: object, what: str) -> bool | None:
    """True or false, also as the words that the marketplace writes for them."""
    if value is None or isinstance(value, bool):
        return value
    match str(value).strip().lower():
        case "":
            return None
        case "true" | "yes" | "y" | "1":
            return True
        case "false" | "no" | "n" | "0":
            return False
    raise _bad(value, what, _("“%(value)s” is neither true nor false (%(field)s)."))


def whole(value: object, what: str) -> int | None:
    """A whole number that is not negative."""
    found = _number(value, what)
    if found is None:
        return None
    if found != found.to_integral_value() or found < 0:
        raise _bad(value, what, _("“%(value)s” is no number of pieces (%(field)s)."))
    return int(found)


def amount(value: object, what: str) -> Decimal | None:
    """An amount of money, to the cent; a decimal comma will do."""
    found = _number(value, what)
    return None if found is None else found.quantize(CENT, ROUND_HALF_UP)


def money(value: object, what: str) -> Money:
    """What v0 writes as CurrencyCode and Amount, 2026 as currencyCode and amount."""
    if value is None:
        return Money(None, None)
    if not isinstance(value, dict):
        raise BadValue(_("%(field)s is not an amount with its currency.") % {"field": what})
    found = amount(value.get("Amount", value.get("amount")), what)
    code = currency(value.get("CurrencyCode", value.get("currencyCode")), what)
    if found is not None and code is None:
        raise BadValue(_("%(field)s has no currency.") % {"field": what})
    return Money(found, code)


def currency(value: object, what: str) -> str | None:
    """Three letters."""
    code = text(value, what)
    if code is not None and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise _bad(value, what, _("“%(value)s” is no currency (%(field)s)."))
    return None if code is None else code.upper()


def known(names: Mapping[str, str], value: object, what: str) -> str | None:
    """Our word for one of the marketplace's; refuses a word that is not among them."""
    found = text(value, what)
    if found is not None and found not in names:
        raise _bad(value, what, _("“%(value)s” is not known (%(field)s)."))
    return names[found] if found else None


def moment(value: object, what: str, zone: tzinfo, *, end_of_day: bool = False) -> datetime | None:
    """A moment; a day alone is its first (or last) second in `zone`, as is a time without zone."""
    words = text(value, what)
    if words is None:
        return None
    try:
        found = _moment(words, end_of_day)
    except ValueError as problem:
        raise _bad(value, what, _("“%(value)s” is no date (%(field)s).")) from problem
    if found.year not in YEARS:
        raise _bad(value, what, _("“%(value)s” is no date of our times (%(field)s)."))
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def is_day(words: str | None) -> bool:
    """Is this a date without a time of day, such as 2026-09-29, 29-Sep-2026 or 29.09.2026?"""
    return words is not None and ":" not in words


def _moment(words: str, end_of_day: bool) -> datetime:
    if is_day(words):
        return datetime.combine(_day(words), time(23, 59, 59) if end_of_day else time())
    day, blank, clock = words.partition(" ")
    if blank and not day[:4].isdigit():
        return datetime.combine(_day(day), time.fromisoformat(clock))
    return datetime.fromisoformat(words)


def _day(words: str) -> date:
    """Day before month, as in Europe; with slashes nobody could tell."""
    first, *rest = words.replace(".", "-").split("-")
    if len(rest) != 2 or len(first) == 4:
        return date.fromisoformat(words)
    month = MONTHS.get(rest[0].lower()[:3]) or int(rest[0])
    return date(int(rest[1]), month, int(first))


def _number(value: object, what: str) -> Decimal | None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        found: Decimal | None = Decimal(value)
    else:
        words = text(value, what)
        try:
            found = None if words is None else Decimal(_with_point(words))
        except InvalidOperation as problem:
            raise _bad(value, what, _("“%(value)s” is no number (%(field)s).")) from problem
    if found is not None and not (found.is_finite() and abs(found) < MOST):
        raise _bad(value, what, _("“%(value)s” is no number that we can keep (%(field)s)."))
    return found


def _with_point(words: str) -> str:
    """12,90 and 1.299,90 as 12.90 and 1299.90; 1,299.90 as 1299.90."""
    whole_part, comma, cents = words.rpartition(",")
    if comma and len(cents) in {1, 2} and cents.isdigit():
        return f"{whole_part.replace('.', '')}.{cents}"
    if comma and "." in cents:
        return words.replace(",", "")
    return words


def _bad(value: object, what: str, words: str) -> BadValue:
    return BadValue(words % {"value": str(value)[:60], "field": what})
