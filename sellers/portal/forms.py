"""What a seller types in the portal, turned into values."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from sellers.models import Terms


class AgreementForm(forms.Form):
    """Which versions were on the page, and the tick that says they are agreed to."""

    terms = forms.Field(required=False, widget=forms.MultipleHiddenInput)
    agree = forms.BooleanField(
        label=_(
            "I have read and agree to the Terms & Conditions and the Data processing agreement."
        ),
        error_messages={"required": _("Please tick the box to agree, then continue.")},
    )

    def __init__(self, *args: object, documents: Sequence[Terms], **kwargs: object) -> None:
        kwargs.setdefault("initial", {"terms": [document.pk for document in documents]})
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["agree"].widget.attrs["aria-describedby"] = "id_agree_errors"

    def clean_terms(self) -> list[int]:
        """The versions that were shown, as keys; whether they still hold is not decided here."""
        return [int(key) for key in self.cleaned_data["terms"] if key.isdecimal()]
