"""What a buyer types on the contact page."""

import re
import uuid
from typing import Any, Final

from django import forms
from django.utils.functional import Promise, keep_lazy_text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from csba.topics import Topic
from inquiries.channels import orders

_TOPICS: Final = (
    Topic.WHERE_IS_IT,
    Topic.NOT_RECEIVED,
    Topic.DAMAGED,
    Topic.DEFECTIVE,
    Topic.WRONG_ITEM,
    Topic.MISSING_PARTS,
    Topic.RETURN,
    Topic.REFUND,
    Topic.CANCEL,
    Topic.ADDRESS,
    Topic.PRODUCT,
    Topic.PRE_ORDER,
    Topic.INVOICE,
    Topic.CUSTOMISATION,
    Topic.OTHER,
)


@keep_lazy_text
def _unbroken(text: str | Promise) -> str:
    """An order number in running text stays on one line: its hyphens are the non-breaking one."""
    return re.sub(r"(?<=\d)-(?=\d)", "\N{NON-BREAKING HYPHEN}", str(text))


class ContactForm(forms.Form):
    """Text into values; nothing is looked up here, so no answer can depend on an order."""

    order_number = forms.CharField(
        label=pgettext_lazy("contact page", "Order number"),
        required=False,
        max_length=60,
        help_text=_unbroken(
            _("17 digits in the form 123-1234567-1234567. It is in your order confirmation.")
        ),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "inputmode": "numeric",
                "placeholder": "123-1234567-1234567",
                "spellcheck": "false",
            }
        ),
    )
    email = forms.EmailField(
        label=pgettext_lazy("contact page", "E-mail address"),
        max_length=320,
        help_text=_(
            "Please give the one with which you ordered, so that we can be sure it is you."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=pgettext_lazy("contact page", "Name"),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    topic = forms.ChoiceField(
        label=pgettext_lazy("contact page", "What is it about?"),
        required=False,
        choices=[("", _("Please choose")), *((topic.value, topic.label) for topic in _TOPICS)],
    )
    body = forms.CharField(
        label=pgettext_lazy("contact page", "Your message"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Please write what we can do for you.")},
    )
    seller = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_order_number(self) -> str:
        """The number in its usual form."""
        typed: str = self.cleaned_data["order_number"]
        if not typed:
            return ""
        found = orders.numbers(typed)
        if not found:
            raise forms.ValidationError(
                _unbroken(
                    _(
                        "This is not an order number: it has 17 digits, for example "
                        "123-1234567-1234567. You can also leave it empty."
                    )
                )
            )
        return found[0]

    def clean_body(self) -> str:
        """Without characters that a database refuses."""
        body: str = self.cleaned_data["body"].replace("\x00", "")
        return body

    @property
    def shown(self) -> list[Any]:
        """The fields that a person sees, in their order."""
        return list(self.visible_fields())
