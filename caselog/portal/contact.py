"""Contact Us: a support case with Selling Partner Support (P25)."""

import uuid
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from caselog.operations import support
from caselog.portal.forms import LONGEST
from caselog.rules.support import SupportTopic, asked_often
from csba.errors import DomainError
from csba.staff import Page
from sellers.access import SellerRequest, acting_seller_required, seller_required


class ContactForm(forms.Form):
    """What the seller asks, and the form's own id, so that a double click is one question."""

    topic = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=SupportTopic.choices,
        error_messages={
            "required": gettext_lazy("Please choose what it is about."),
            "invalid_choice": gettext_lazy("Please choose what it is about."),
        },
    )
    subject = forms.CharField(
        label=gettext_lazy("Your question in a few words"),
        max_length=160,
        error_messages={"required": gettext_lazy("Please say in a few words what you ask.")},
    )
    body = forms.CharField(
        label=gettext_lazy("Your message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": gettext_lazy("Please write something first.")},
    )
    order_number = forms.CharField(
        label=gettext_lazy("Order number, if it is about one order"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"client_id": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        self.fields["topic"].choices = [  # type: ignore[attr-defined]
            ("", _("Please choose")),
            *SupportTopic.choices,
        ]

    def refuse(self, refusal: DomainError) -> None:
        """The sentence stands at the field it is about."""
        field = "order_number" if refusal.code == "unknown_order" else None
        self.add_error(field, str(refusal))


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """The questions most asked beside the form; POST opens the case."""
    return _send(request) if request.method == "POST" else _page(request)


@seller_required
def _page(request: SellerRequest) -> HttpResponse:
    return _shown(request, ContactForm())


@acting_seller_required
def _send(request: SellerRequest) -> HttpResponse:
    form = ContactForm(request.POST)
    if form.is_valid():
        try:
            case = support.contact(request.seller, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(
                request,
                _("Selling Partner Support has your question. The answer will stand here."),
            )
            return redirect("caselog:case", case.number)
    return _shown(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _shown(request: SellerRequest, form: ContactForm, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {"form": form, "answers": asked_often(timezone.now())}
    return render(request, "caselog/portal/contact.html", context, status=status)


PAGES: list[Page] = [("contact/", contact, "contact")]
