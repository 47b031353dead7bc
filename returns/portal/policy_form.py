"""The clauses of a policy as fields of a form: text becomes values, nothing is judged here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from returns.reasons import Trait
from returns.rules.clauses import choice_label
from returns.terms import CLAUSES, Clause

_YES_NO: Final = [("yes", pgettext_lazy("policy", "Yes")), ("no", pgettext_lazy("policy", "No"))]
_UNITS: Final = {
    "days": _("days"),
    "months": _("months"),
    "percent": "%",
    "money": "€",
}


class PolicyForm(forms.Form):
    """One field a clause, each with the value that counts now; `seen` is when the draft had been
    changed last.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, values: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            **kwargs.get("initial", {}),
            **{key: _initial(value) for key, value in values.items()},
        }
        super().__init__(*args, **kwargs)
        for clause in CLAUSES:
            self.fields[clause.key] = _field(clause)

    def offer(self) -> dict[str, Any]:
        """What was typed, as values of clauses; fields with errors are left out."""
        given = self.cleaned_data
        return {
            clause.key: _value(clause, given[clause.key])
            for clause in CLAUSES
            if clause.key in given
        }

    def seen_at(self) -> datetime | None:
        """When the draft had been changed last, as the writer saw it."""
        return parse_datetime(self.cleaned_data.get("seen", ""))


def unit(clause: Clause) -> str:
    """What stands behind the field."""
    if clause.key == "refund_days":
        return str(_("business days"))
    return str(_UNITS.get(clause.kind, ""))


def _field(clause: Clause) -> forms.Field:
    marks = {"aria-describedby": f"standard-{clause.key} mark-{clause.key}"}
    match clause.kind:
        case "days" | "months" | "percent":
            return forms.IntegerField(
                label=str(clause.label),
                min_value=0,
                max_value=int(clause.most or 0),
                widget=forms.NumberInput(attrs={**marks, "inputmode": "numeric"}),
            )
        case "money":
            return forms.DecimalField(
                label=str(clause.label),
                min_value=0,
                max_value=clause.most,
                decimal_places=2,
                localize=True,
                widget=forms.TextInput(attrs={**marks, "inputmode": "decimal"}),
            )
        case "yes_no":
            return forms.ChoiceField(
                label=str(clause.label), choices=_YES_NO, widget=forms.Select(attrs=marks)
            )
        case "choice":
            choices = [(code, choice_label(clause.key, code)) for code in clause.choices]
            return forms.ChoiceField(
                label=str(clause.label), choices=choices, widget=forms.Select(attrs=marks)
            )
        case "set":
            return forms.MultipleChoiceField(
                label=str(clause.label),
                choices=[(code, Trait(code).label) for code in clause.choices],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )


def _initial(value: Any) -> Any:
    match value:
        case bool():
            return "yes" if value else "no"
        case frozenset():
            return sorted(value)
        case _:
            return value


def _value(clause: Clause, given: Any) -> Any:
    match clause.kind:
        case "yes_no":
            return given == "yes"
        case "set":
            return frozenset(given)
        case _:
            return given
