"""The public form of who would like to be invited, and the link that confirms it (P17).

The answer is the same whoever asks; nobody learns from it whether an address is known.
"""

from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from csba import limits, promises
from csba.errors import DomainError
from csba.staff import Page
from sellers.models import Interest
from sellers.operations import interest as waiting
from sellers.rules import countries
from sellers.rules.invitation_list import MERCHANT_ID

_DAY: Final = 86_400
# Enough for whoever lost a letter, too little to fill a stranger's mailbox with ours.
_FOR_ONE_ADDRESS: Final = 3
_FROM_ONE_NETWORK: Final = 20


class InterestForm(forms.Form):
    """What we need to know; nothing is looked up here, so no answer can depend on it."""

    company = forms.CharField(
        label=gettext_lazy("Company"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": gettext_lazy("Please give the name of your company.")},
    )
    merchant_id = forms.CharField(
        label=gettext_lazy("Merchant id"),
        max_length=20,
        help_text=gettext_lazy("In Seller Central under Account Info, “Your Merchant Token”."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Please give your merchant id.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("We send you a letter with a link to confirm."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Please give an address where we reach you.")},
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Where your company is"),
        choices=lambda: [("", _("Please choose")), *countries.choices()],
        error_messages={"required": gettext_lazy("Please choose the country of your company.")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of our letters"), choices=settings.LANGUAGES
    )
    words = forms.CharField(
        label=gettext_lazy("What we should know"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Such as what you sell and about how many orders you ship a month."),
    )
    # No person sees it; whoever fills it in is a machine.
    website = forms.CharField(
        label=pgettext_lazy("trap for machines", "Please leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_merchant_id(self) -> str:
        """In capitals, however it was typed."""
        typed: str = self.cleaned_data["merchant_id"].upper()
        if not MERCHANT_ID.fullmatch(typed):
            raise forms.ValidationError(
                _("This is no merchant id: letters A to Z and digits, such as A2EXAMPLE12345.")
            )
        return typed

    @property
    def shown(self) -> list[Any]:
        """The fields that a person sees, in their order."""
        return [field for field in self.visible_fields() if field.name != "website"]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """GET explains the service and shows the form; POST takes it in, the answer is always alike."""
    if request.method != "POST":
        reading = translation.get_language() or settings.LANGUAGE_CODE
        language = reading if reading in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        return _form(request, InterestForm(initial={"language": language}))
    form = InterestForm(request.POST)
    if not form.is_valid():
        return _form(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    given = form.cleaned_data
    if given.pop("website"):
        return redirect("sellers:interest-thanks")
    if _too_many(request, given["email"]):
        words = _("Too many requests today. Your text is kept: please send it again tomorrow.")
        form.add_error(None, words)
        return _form(request, form, HTTPStatus.TOO_MANY_REQUESTS)
    waiting.ask(**given)
    return redirect("sellers:interest-thanks")


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """What happens next; the same words for everybody."""
    hours = int(promises.interest_confirmation(timezone.now()).total_seconds()) // 3600
    return render(request, "sellers/portal/interest_thanks.html", {"hours": hours})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the letter shows one button: programs that look into mail open links, people
    click. POST puts the interest on the waiting list; a second time says so.
    """
    try:
        if request.method == "POST":
            found, news = waiting.confirm(token)
            return _confirmed(request, found, news=news)
        found = waiting.to_confirm(token)
    except DomainError as refusal:
        context = {"why": str(refusal)}
        return render(
            request, "sellers/portal/interest_closed.html", context, status=HTTPStatus.GONE
        )
    if found.status != Interest.Status.UNCONFIRMED:
        return _confirmed(request, found, news=False)
    return render(request, "sellers/portal/interest_confirm.html", {"interest": found})


def _confirmed(request: HttpRequest, found: Interest, *, news: bool) -> HttpResponse:
    return render(
        request, "sellers/portal/interest_confirmed.html", {"interest": found, "news": news}
    )


def _form(request: HttpRequest, form: InterestForm, status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, "sellers/portal/interest.html", {"form": form}, status=status)


def _too_many(request: HttpRequest, email: str) -> bool:
    for_address = limits.exceeded("interest-email", email, most=_FOR_ONE_ADDRESS, seconds=_DAY)
    from_network = limits.exceeded(
        "interest-network", limits.network(request), most=_FROM_ONE_NETWORK, seconds=_DAY
    )
    return for_address or from_network


PAGES: list[Page] = [
    ("interest/", ask, "interest"),
    ("interest/thanks/", thanks, "interest-thanks"),
    ("interest/confirm/<str:token>/", confirm, "confirm-interest"),
]
