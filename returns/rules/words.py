"""The steps of a trace and the outcome in plain words, as one would explain them to a colleague."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from babel import Locale
from django.utils import formats, translation
from django.utils.translation import gettext as _

from csba.money import shown
from returns.reasons import Condition, Fault, Reason, Trait
from returns.rules.days import ZONE
from returns.rules.labels import CATEGORIES
from returns.rules.outcome import Outcome, Step
from returns.rules.sentences import HEADLINES, NOTICES, RETURNLESS, REVIEWS, RULES, Words

_ENDS: Final = frozenset({"until"})
_MOMENTS: Final = frozenset({"placed_at", "asked_at", "delivered_at", "deliver_by"})
_AMOUNTS: Final = frozenset({"price", "shipping", "limit", "amount"})


def said(step: Step, language: str | None = None) -> str:
    """The step in one sentence, in `language` or the reader's."""
    if language is not None:
        with translation.override(language):
            return said(step)
    words = RULES.get(step.rule)
    if words is None:  # a stored trace may know rules that are gone by now
        return step.rule
    return str(words) % {name: _fact(name, value) for name, value in step.facts.items()}


def headline(outcome: Outcome, language: str | None = None) -> str:
    """The outcome in one line."""
    if language is not None:
        with translation.override(language):
            return headline(outcome)
    values = {
        "until": _fact("until", outcome.until or outcome.warranty_until),
        "total": shown(outcome.total, outcome.currency),
    }
    words = str(RETURNLESS if outcome.returnless else HEADLINES[outcome.ground]) % values
    estimated = _("estimated")
    return f"{words} ({estimated})" if outcome.estimated else words


def notice(code: str) -> str:
    """What the buyer must be told."""
    return str(NOTICES[code])


def review(code: str) -> str:
    """Why a person must look."""
    return str(REVIEWS[code])


def _fact(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if name in _ENDS:
        # An end is the first moment after: what people are told is the day before it.
        return _day(_moment(value) - timedelta(microseconds=1))
    if name in _MOMENTS:
        return _day(_moment(value))
    if name in _AMOUNTS:
        return shown(Decimal(value), "EUR")
    if name in _LABELS:
        return str(_LABELS[name].get(value, value))
    if name == "ship_from":
        return _country(str(value))
    return str(value)


def _country(code: str) -> str:
    """Such as China for CN, in the reader's language."""
    locale = Locale.parse(translation.to_locale(translation.get_language() or "de"))
    return str(locale.territories.get(code, code))


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _day(moment: datetime) -> str:
    day: date = moment.astimezone(ZONE).date()
    return formats.date_format(day, "DATE_FORMAT")


_LABELS: Final[dict[str, Mapping[str, Words]]] = {
    "reason": {one.value: one.label for one in Reason},
    "condition": {one.value: one.label for one in Condition},
    "trait": {one.value: one.label for one in Trait},
    "payer": {one.value: one.label for one in Fault},
    "category": CATEGORIES,
}
