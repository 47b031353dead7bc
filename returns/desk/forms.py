"""What a person of the desk types about a return, turned into values."""

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from returns.models import ReturnLine
from returns.reasons import Condition, Reason
from sellers.models import OrderLine


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=4000, error_messages={"required": _("Please give the reason.")}
    )


class SentForm(forms.Form):
    at_scan = forms.DateTimeField(
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={
            "required": _("Please say when the parcel was handed in."),
            "invalid": _("Please give date and time."),
        },
    )


class ReceivedForm(forms.Form):
    """One number a line: `pieces-<line>`."""

    def __init__(self, *args: Any, lines: Sequence[ReturnLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = lines
        for row in lines:
            self.fields[f"pieces-{row.line_id}"] = forms.IntegerField(
                min_value=0,
                max_value=row.quantity,
                error_messages={
                    "required": _("Please say how many pieces came back."),
                    "invalid": _("Please give a whole number of pieces."),
                },
            )

    def clean(self) -> dict[str, Any]:
        """`pieces` by order line."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["pieces"] = {
            row.line: cleaned[f"pieces-{row.line_id}"]
            for row in self.rows
            if f"pieces-{row.line_id}" in cleaned
        }
        return cleaned


class InspectedForm(forms.Form):
    """A condition and a deduction a line: `found-<line>`, `deduction-<line>`; one reason for
    all.
    """

    reason = forms.CharField(required=False, max_length=4000)

    def __init__(self, *args: Any, lines: Sequence[ReturnLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = lines
        for row in lines:
            self.fields[f"found-{row.line_id}"] = forms.ChoiceField(
                choices=Condition.choices,
                error_messages={
                    "required": _("Please say in which condition each line came back.")
                },
            )
            self.fields[f"deduction-{row.line_id}"] = forms.DecimalField(
                required=False,
                min_value=0,
                decimal_places=2,
                max_digits=12,
                localize=True,
                error_messages={
                    "invalid": _("Please give an amount such as 4.50."),
                    "max_decimal_places": _("Please give an amount such as 4.50."),
                },
            )

    def clean(self) -> dict[str, Any]:
        """`found` and `deductions` by order line."""
        cleaned: dict[str, Any] = super().clean() or {}
        found: dict[OrderLine, str] = {}
        deductions: dict[OrderLine, Decimal] = {}
        for row in self.rows:
            if condition := cleaned.get(f"found-{row.line_id}"):
                found[row.line] = condition
            if amount := cleaned.get(f"deduction-{row.line_id}"):
                deductions[row.line] = amount
        return {**cleaned, "found": found, "deductions": deductions}


class OpenForm(forms.Form):
    """A number of pieces a line (`pieces-<line>`), why, in which condition, and the buyer's
    words.
    """

    reason = forms.ChoiceField(
        label=_("Why does it come back?"),
        choices=[("", _("Please choose")), *Reason.choices],
        error_messages={"required": _("Please say why it comes back.")},
    )
    condition = forms.ChoiceField(
        label=_("In which condition is it?"),
        choices=[("", _("Please choose")), *Condition.choices],
        error_messages={"required": _("Please say in which condition it is.")},
    )
    words = forms.CharField(
        label=pgettext_lazy("return", "What the buyer says"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, left: Mapping[OrderLine, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left = left
        for line, pieces in left.items():
            self.fields[f"pieces-{line.pk}"] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=pieces,
                initial=1 if len(left) == 1 and pieces else 0,
                error_messages={"invalid": _("Please give a whole number of pieces.")},
            )

    def clean(self) -> dict[str, Any]:
        """`lines` by order line, those above zero."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["lines"] = {
            line: pieces for line in self.left if (pieces := cleaned.get(f"pieces-{line.pk}"))
        }
        if not cleaned["lines"] and not self.errors:
            raise forms.ValidationError(
                _("Please say what comes back, and how many pieces."), code="empty"
            )
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        """The lines with their fields, for the page."""
        return [
            {
                "field": self[f"pieces-{line.pk}"],
                "title": line.title or line.asin,
                "left": pieces,
                "bought": line.quantity,
            }
            for line, pieces in self.left.items()
        ]
