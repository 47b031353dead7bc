"""What agents type, turned into values; operations decide whether it can be done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from csba.topics import tree
from inquiries.models import Inquiry

LONGEST = 20_000
"""Characters of one message; more belongs into a file."""


SEEN = ("seen_seq", "seen_case_seq")
"""The fields of _Seen: of the inquiry, and of its case."""


class _Seen(forms.Form):
    """What ends or sends something knows the newest things its page showed: of the inquiry, and
    of its case (rulings 11).
    """

    seen_seq = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_case_seq = forms.IntegerField(required=False, widget=forms.HiddenInput)


class _Words(forms.Form):
    """Words of an agent. `client_id` is the form's own, so that a double click is one message."""

    body = forms.CharField(
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"required": _("Please write something first.")},
    )
    client_id = forms.UUIDField(required=False)


class ReplyForm(_Words, _Seen):
    """To the buyer; the button that was pressed says what happens then."""

    then = forms.ChoiceField(
        choices=[
            ("WAIT", _("Send")),
            ("HOLD", _("Send, and keep the promise running")),
            ("RESOLVE", _("Send and resolve")),
        ]
    )


class AskForm(_Words, _Seen):
    """To the seller, by the Case Log."""


class AskByTemplateForm(_Seen):
    """To the seller, by a template: what goes along is what is ticked."""

    facts = forms.MultipleChoiceField(
        label=_("Goes along"), required=False, widget=forms.CheckboxSelectMultiple
    )
    buyer_data = forms.MultipleChoiceField(
        label=_("The buyer's data, only if the seller needs it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    body = forms.CharField(
        label=_("What you add in your own words"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(_Words):
    """For staff."""


class CaseReplyForm(_Words):
    """To the seller, in a case without an inquiry."""


class _OutcomeField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Outcome"), choices=Inquiry.Outcome.choices, **kwargs)


class ResolveForm(_Seen):
    outcome = _OutcomeField()


class DecideForm(_Seen):
    outcome = _OutcomeField()
    reasoning = forms.CharField(
        label=_("Why, for our record"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please give the reason for the decision.")},
    )
    reply = forms.CharField(
        label=_("What the buyer is told"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)


class MergeForm(forms.Form):
    into = forms.CharField(
        label=_("Number of the inquiry that goes on"),
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "INQ-", "autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    """What it is about, in the two levels of the contact reasons."""

    topic = forms.ChoiceField(label=_("It is about"), choices=tree)


class ConfirmForm(forms.Form):
    """A button was pressed twice: once to open the dialog, once to do it."""


class HandOverForm(_Seen):
    """As ConfirmForm, for what was read before."""
