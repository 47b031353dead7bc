"""What a seller types about a return, turned into values."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from returns.models import ReturnAddress, ReturnLine, ReturnRequest
from returns.operations.labels import Upload
from returns.reasons import Condition
from sellers.models import OrderLine, Seller

COUNTRIES = (("DE", _("Germany")), ("AT", _("Austria")), ("CN", _("China")))


def first_error(form: forms.BaseForm) -> str:
    """The first thing that is amiss, as a sentence."""
    return str(next(iter(form.errors.values()))[0])


class ReceiveForm(forms.Form):
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
        pieces = {row.line: cleaned.get(f"pieces-{row.line_id}", 0) for row in self.rows}
        return {**cleaned, "pieces": pieces}


class InspectForm(forms.Form):
    """A condition and a deduction a line; one reason for all."""

    reason = forms.CharField(required=False, max_length=4000)

    def __init__(self, *args: Any, lines: Sequence[ReturnLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = lines
        for row in lines:
            self.fields[f"found-{row.line_id}"] = forms.ChoiceField(choices=Condition.choices)
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


class LabelForm(forms.Form):
    """A label's file, with carrier and tracking number where they are known."""

    file = forms.FileField(
        label=_("Label file (PDF, PNG or JPEG)"),
        widget=forms.ClearableFileInput(
            attrs={"accept": "application/pdf,image/png,image/jpeg,.pdf,.png,.jpg,.jpeg"}
        ),
        error_messages={
            "required": _("Please choose the label's file."),
            "empty": _("This file is empty. Please choose another one."),
        },
    )
    carrier = forms.CharField(
        label=pgettext_lazy("parcel", "Carrier"), required=False, max_length=60
    )
    tracking_number = forms.CharField(
        label=pgettext_lazy("parcel", "Tracking number"), required=False, max_length=80
    )

    def clean(self) -> dict[str, Any]:
        """`upload`: the file with what is known of it, None without one."""
        cleaned: dict[str, Any] = super().clean() or {}
        given = cleaned.get("file")
        upload = None
        if given:
            upload = Upload(
                given.name, given.read(), cleaned["carrier"], cleaned["tracking_number"]
            )
        return {**cleaned, "upload": upload}


class OptionForm(LabelForm):
    """The way back that the seller offers."""

    option = forms.ChoiceField(
        label=_("Way back"),
        choices=ReturnRequest.Option.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a way back.")},
    )
    address = forms.ModelChoiceField(
        label=_("Return address"), required=False, queryset=ReturnAddress.objects.none()
    )

    def __init__(self, *args: Any, seller: Seller, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = False
        rows = ReturnAddress.objects.filter(seller=seller).order_by("-preferred", "pk")
        self.fields["address"].queryset = rows  # type: ignore[attr-defined]
        self.fields["address"].empty_label = _("None")  # type: ignore[attr-defined]


class AddressForm(forms.Form):
    """An address of the seller's."""

    name = forms.CharField(label=_("Name or company"), max_length=160)
    street = forms.CharField(label=_("Street and number"), max_length=200)
    postcode = forms.CharField(label=_("Postcode"), max_length=20)
    city = forms.CharField(label=_("City"), max_length=120)
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES)
