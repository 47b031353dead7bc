"""What a seller types in the portal, turned into values."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sellers.models import Membership, Terms


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
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # What is on the page now, not what was sent: who is told to read again agrees to that.
        self.on_page = [document.pk for document in documents]
        self.fields["agree"].widget.attrs["aria-describedby"] = "id_agree_errors"

    def clean_terms(self) -> list[int]:
        """The versions that were shown, as keys; whether they still hold is not decided here."""
        return [int(key) for key in self.cleaned_data["terms"] if key.isdecimal()]

    def clean(self) -> dict[str, Any]:
        """Nobody agrees to nothing while there is something to agree to."""
        typed = super().clean() or self.cleaned_data
        if self.on_page and typed.get("agree") and not typed.get("terms"):
            self.add_error(None, _("Please read the documents on this page, then agree again."))
        return typed


class RoleForm(forms.Form):
    """What a person of the account may do."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Membership.Role.choices,
        error_messages={
            "required": _("Please choose a role."),
            "invalid_choice": _("Please choose a role."),
        },
    )


class PersonForm(RoleForm):
    """A colleague to be invited, and with which role."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Please give the e-mail address of your colleague."),
            "invalid": _("This is not an e-mail address. Please check it."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "aria-describedby": "email_errors"}),
    )
    field_order = ("email", "role")

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("initial", {"role": Membership.Role.OPERATOR})
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
