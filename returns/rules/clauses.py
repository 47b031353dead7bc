"""The values of a policy's clauses: the standard's, a seller's, which of two counts, and in words.

Typed values are int for days, months and percent, Decimal for money, bool, str for a choice and
frozenset for a set. Stored, money is text and a set a sorted list.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from csba.errors import Refused
from csba.money import CENT, ZERO, cents
from csba.money import shown as money_shown
from returns.reasons import Trait
from returns.rules.standard import Standard
from returns.terms import BY_KEY, CLAUSES, Clause, Clauses

_CHOICES: Final[dict[tuple[str, str], str | Promise]] = {
    ("postage", "BUYER"): gettext_lazy("Always the buyer"),
    ("postage", "TABLE"): gettext_lazy("By the standard's table"),
    ("postage", "SELLER"): gettext_lazy("Always the seller"),
    ("outbound", "NONE"): pgettext_lazy("shipping there", "Not refunded"),
    ("outbound", "CHEAPEST"): pgettext_lazy("shipping there", "Up to the cheapest delivery"),
    ("outbound", "PAID"): pgettext_lazy("shipping there", "As paid"),
}


def of_standard(standard: Standard) -> dict[str, Any]:
    """What the standard says for each clause."""
    return {
        "window_a": standard.windows["A"],
        "window_b": standard.windows["B"],
        "window_c": standard.windows["C"],
        "holiday": bool(standard.holidays),
        "send_back_days": standard.send_back_days,
        "postage": "TABLE",
        "outbound": "CHEAPEST",
        "refund_percent": 100,
        "used_deduction_percent": standard.used_deduction_percent,
        "refund_days": standard.refund_days,
        "refund_at_scan": standard.refund_at_scan,
        "returnless_up_to": ZERO,
        "accepted_anyway": frozenset(),
        "extra_warranty_months": 0,
    }


def read(stored: Clauses) -> dict[str, Any]:
    """Typed values from stored or typed-in ones; Refused for an unknown clause or a value that
    makes no sense, with the clause named.
    """
    unknown = sorted(set(stored) - set(BY_KEY))
    if unknown:
        raise Refused(
            _("There is no clause “%(clause)s” in a return policy.") % {"clause": unknown[0]},
            code="unknown_clause",
        )
    return {key: value_of(BY_KEY[key], value) for key, value in stored.items()}


def value_of(clause: Clause, value: Any) -> Any:
    """The typed value of one clause; Refused when it makes no sense."""
    try:
        found = _typed(clause, value)
    except (TypeError, ValueError, InvalidOperation) as wrong:
        raise _nonsense(clause) from wrong
    if clause.most is not None and not 0 <= found <= clause.most:
        raise _nonsense(clause)
    return found


def as_json(clauses: Clauses) -> dict[str, Any]:
    """The values as they are stored; `read` reads them back."""
    found: dict[str, Any] = {}
    for key, value in clauses.items():
        match value:
            case Decimal():
                found[key] = str(value)
            case frozenset() | set():
                found[key] = sorted(value)
            case _:
                found[key] = value
    return found


def whole(offer: Clauses, standard: Standard, *, strict: bool = False) -> dict[str, Any]:
    """The value that counts for every clause: the kinder of both, or with `strict` the offer's
    wherever it has one.
    """
    found = of_standard(standard)
    for key, value in read(offer).items():
        if strict or BY_KEY[key].kinder_or_equal(value, found[key]):
            found[key] = value
    return found


def effective(offer: Clauses, standard: Standard) -> dict[str, Any]:
    """What of the offer counts: a clause that is worse than the standard's is left out (rulings
    14).
    """
    of = of_standard(standard)
    return {
        key: value
        for key, value in read(offer).items()
        if BY_KEY[key].kinder_or_equal(value, of[key])
    }


def differing(offer: Clauses, standard: Standard) -> dict[str, Any]:
    """What a policy keeps: the clauses whose value is not the standard's."""
    of = of_standard(standard)
    return {key: value for key, value in read(offer).items() if value != of[key]}


def shown(key: str, value: Any) -> str:
    """The value in the reader's language, such as “30 days” or “25,00 €”."""
    clause = BY_KEY[key]
    match clause.kind:
        case "days" if key == "refund_days":
            return ngettext("%(n)s business day", "%(n)s business days", value) % {"n": value}
        case "days":
            return ngettext("%(n)s day", "%(n)s days", value) % {"n": value}
        case "months":
            return ngettext("%(n)s month", "%(n)s months", value) % {"n": value}
        case "percent":
            return percent(value)
        case "money":
            return money_shown(value, "EUR") if value else pgettext("policy", "Never")
        case "yes_no":
            return pgettext("policy", "Yes") if value else pgettext("policy", "No")
        case "choice":
            return choice_label(key, value)
        case "set":
            return list_of_traits(value)


def percent(value: int) -> str:
    """Such as 80 %."""
    return _("%(n)s %%") % {"n": formats.localize(value)}


def choice_label(key: str, value: str) -> str:
    """A choice of postage or outbound shipping in words."""
    return str(_CHOICES[key, value])


def list_of_traits(value: frozenset[str]) -> str:
    """The traits in words, in the order of the clause."""
    labels = [str(Trait(code).label) for code in BY_KEY["accepted_anyway"].choices if code in value]
    return _(", ").join(labels) if labels else pgettext("policy", "Nothing")


def _typed(clause: Clause, value: Any) -> Any:
    match clause.kind:
        case "yes_no":
            if not isinstance(value, bool):
                raise TypeError
            return value
        case "money":
            if isinstance(value, bool | float):
                raise TypeError
            amount = Decimal(value)
            if not amount.is_finite() or amount != amount.quantize(CENT):
                raise ValueError
            return cents(amount)
        case "choice":
            if value not in clause.choices:
                raise ValueError
            return value
        case "set":
            if isinstance(value, str) or not set(value) <= set(clause.choices):
                raise ValueError
            return frozenset(str(code) for code in value)
        case _:
            if isinstance(value, bool | float | Decimal):
                raise TypeError
            return int(value)


def _nonsense(clause: Clause) -> Refused:
    label = str(clause.label)
    if clause.most is None:
        return Refused(
            _("“%(clause)s”: please choose one of the values offered.") % {"clause": label},
            code="clause_value",
        )
    most = shown(clause.key, clause.most)
    return Refused(
        _("“%(clause)s”: please give a value between 0 and %(most)s.")
        % {"clause": label, "most": most},
        code="clause_value",
    )


ORDER: Final = tuple(clause.key for clause in CLAUSES)
"""The clauses in the order in which pages show them."""

Typed = Mapping[str, Any]
