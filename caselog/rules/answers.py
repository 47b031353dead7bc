"""What a seller puts into the typed fields of a question: checked, kept as data, and shown to both
sides in words of their own language (P12).

A field is a dict: `key` (a-z, 0-9, _), `kind` (QuestionTemplate.Kind), `required`, `label` by
language, perhaps `help` by language; a CHOICE has `choices`, each with `value` and `label` by
language; an AMOUNT may name its `currency`. Values are kept by key as JSON: YES_NO true or false,
CHOICE its value, DATE 2026-11-05, AMOUNT "12.50", TRACKING and TEXT words, FILE names of files.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from caselog.models import QuestionTemplate
from caselog.models.template import in_language
from csba import money

Kind = QuestionTemplate.Kind
Field = Mapping[str, Any]

YES: Final = "yes"
NO: Final = "no"
LONGEST_TEXT: Final = 5_000
"""Characters of one typed field; more belongs into the answer itself or into a file."""

_FARTHEST: Final = timedelta(days=366)
"""A day farther away than this, back or ahead, is a slip of the fingers."""
_DEAREST: Final = Decimal(1_000_000)
_TRACKING: Final = re.compile(r"[A-Za-z0-9-]{5,40}")
_DAYS: Final = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日?"),
)
_MONEY: Final = re.compile(r"(?P<minus>[-−]?)(?P<whole>\d[\d.,' ]*?)(?:[.,](?P<cents>\d{1,2}))?")
_GROUPED: Final = re.compile(r"\d+|\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*")


class _Wrong(Exception):
    """A value that cannot be; `str()` is the sentence that says what to do."""


@dataclass
class Taken:
    """The values that can be kept, and for each field that cannot, one sentence."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def taken(
    fields: Iterable[Field],
    typed: Mapping[str, str],
    *,
    today: date,
    files: Mapping[str, Collection[str]] | None = None,
    complete: bool = True,
) -> Taken:
    """What was typed, as data. `files` are the names of files by field; with `complete` a required
    field must not be empty; `today` is the seller's.
    """
    found = Taken()
    for one in fields:
        key = str(one["key"])
        if one["kind"] == Kind.FILE:
            names = list((files or {}).get(key, ()))
            if names:
                found.values[key] = names
            elif complete and one.get("required"):
                found.problems[key] = _("Please add a file here.")
            continue
        words = str(typed.get(key, "") or "").strip()
        if one["kind"] != Kind.TEXT:
            # Chinese keyboards make wide digits, points and dashes; in a text they belong there.
            words = unicodedata.normalize("NFKC", words)
        if not words:
            if complete and one.get("required"):
                found.problems[key] = _("Please fill this in, or leave the decision to us.")
            continue
        try:
            found.values[key] = _READ[one["kind"]](one, words, today)
        except _Wrong as wrong:
            found.problems[key] = str(wrong)
    return found


def shown(
    fields: Iterable[Field], answers: Mapping[str, Any], language: str | None = None
) -> list[tuple[str, str]]:
    """The answers in words of `language` (the reader's): label and value, in the order of the
    fields; what was left empty is left out.
    """
    if language is not None:
        with translation.override(language):
            return shown(fields, answers)
    return [
        (in_language(one["label"]), _said(one, answers[one["key"]]))
        for one in fields
        if answers.get(one["key"]) not in (None, "", [])
    ]


def facts_shown(facts: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The facts that go along with a question, in the reader's language."""
    return [
        (
            in_language(fact["label"]),
            in_language(fact["value"]) if isinstance(fact["value"], dict) else str(fact["value"]),
        )
        for fact in facts
    ]


def options(one: Field) -> list[tuple[str, str]]:
    """What may be chosen in a field, in the reader's language; nothing where one types."""
    match one["kind"]:
        case Kind.YES_NO:
            return [(YES, pgettext("answer", "Yes")), (NO, pgettext("answer", "No"))]
        case Kind.CHOICE:
            return [
                (str(choice["value"]), in_language(choice["label"]))
                for choice in one.get("choices", ())
            ]
    return []


def amount(words: str) -> Decimal:
    """Money as people type it, with comma or point, to the cent; ValueError with a sentence."""
    plain = re.sub(r"€|\bEUR\b", "", words, flags=re.IGNORECASE).strip()
    found = _MONEY.fullmatch(plain)
    if found is None:
        raise ValueError(_("Please write an amount such as 12.50, with two decimals at most."))
    if found["minus"]:
        raise ValueError(_("An amount cannot be below zero."))
    grouped = _GROUPED.fullmatch(found["whole"])
    # A lone 1.234 may be a thousand or little more than one: better asked than guessed.
    if grouped is None or (grouped[1] in {".", ","} and not found["cents"]):
        raise ValueError(_("Please write the amount without marks for thousands, such as 1234.50."))
    whole = re.sub(r"\D", "", found["whole"])
    value = Decimal(f"{whole[:12]}.{found['cents'] or '0'}")
    if len(whole) > 12 or value > _DEAREST:
        raise ValueError(_("This amount is too large. Please check it."))
    return money.cents(value)


def _choice(one: Field, words: str, today: date) -> Any:
    if words not in dict(options(one)):
        raise _Wrong(_("Please choose one of the answers."))
    return words == YES if one["kind"] == Kind.YES_NO else words


def _day(one: Field, words: str, today: date) -> str:
    parts = next(filter(None, (form.fullmatch(words) for form in _DAYS)), None)
    try:
        if parts is None:
            raise ValueError
        day = date(int(parts["y"]), int(parts["m"]), int(parts["d"]))
    except ValueError:
        raise _Wrong(_("Please write a day such as 2026-11-30.")) from None
    first, last = today - _FARTHEST, today + _FARTHEST
    if not first <= day <= last:
        raise _Wrong(
            _("Please check the day: it should lie between %(first)s and %(last)s.")
            % {
                "first": formats.date_format(first, "SHORT_DATE_FORMAT"),
                "last": formats.date_format(last, "SHORT_DATE_FORMAT"),
            }
        )
    return day.isoformat()


def _amount(one: Field, words: str, today: date) -> str:
    try:
        return str(amount(words))
    except ValueError as wrong:
        raise _Wrong(str(wrong)) from None


def _tracking(one: Field, words: str, today: date) -> str:
    number = "".join(words.split())
    if not _TRACKING.fullmatch(number):
        raise _Wrong(_("A tracking number has 5 to 40 letters, digits or dashes. Please check it."))
    return number


def _text(one: Field, words: str, today: date) -> str:
    if len(words) > LONGEST_TEXT:
        raise _Wrong(
            _("Please shorten this to %(most)d characters; it has %(count)d.")
            % {"most": LONGEST_TEXT, "count": len(words)}
        )
    if "\x00" in words:
        raise _Wrong(_("This text holds a character that cannot be kept. Please type it anew."))
    return words


_READ: Final[dict[str, Callable[[Field, str, date], Any]]] = {
    Kind.YES_NO: _choice,
    Kind.CHOICE: _choice,
    Kind.DATE: _day,
    Kind.AMOUNT: _amount,
    Kind.TRACKING: _tracking,
    Kind.TEXT: _text,
}


def _said(one: Field, value: Any) -> str:
    match one["kind"]:
        case Kind.YES_NO:
            return pgettext("answer", "Yes") if value else pgettext("answer", "No")
        case Kind.CHOICE:
            return dict(options(one)).get(str(value), str(value))
        case Kind.DATE:
            return formats.date_format(date.fromisoformat(value), "DATE_FORMAT")
        case Kind.AMOUNT:
            return money.shown(Decimal(value), str(one.get("currency") or "EUR"))
        case Kind.FILE:
            return ", ".join(value)
    return str(value)
