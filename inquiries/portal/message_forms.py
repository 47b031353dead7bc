"""What a seller types about a buyer's message, turned into values."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inquiries.operations.buyer_messages import LONGEST


class AnswerForm(forms.Form):
    """The words for the buyer, and the form's own id, so that a double click is one answer."""

    body = forms.CharField(
        label=_("Your answer to the buyer"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": _("Please write what the buyer should read."),
            "max_length": _("Please shorten your answer to %(limit_value)d characters."),
        },
    )
    confirmed = forms.BooleanField(required=False)
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"client_id": uuid.uuid4()})
        super().__init__(*args, **kwargs)
