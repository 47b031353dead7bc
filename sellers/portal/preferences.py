"""Which letters a person wants besides those that nobody can switch off (P23)."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from csba.staff import Page
from sellers.access import SellerRequest, seller_required
from sellers.models import DigestChoice
from sellers.operations import preferences as choices


class DigestForm(forms.Form):
    """One choice of three."""

    rhythm = forms.ChoiceField(
        label=gettext_lazy("Digest"),
        choices=DigestChoice.Rhythm.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Please choose one of the three."),
            "invalid_choice": gettext_lazy("Please choose one of the three."),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
def preferences(request: SellerRequest) -> HttpResponse:
    """What goes where, and how often a digest; POST saves it.

    It is the person's own letter, not an act for the seller: a reader chooses, too.
    """
    found = DigestChoice.objects.filter(membership=request.membership).first()
    status = HTTPStatus.OK
    if request.method == "POST":
        form = DigestForm(request.POST)
        if form.is_valid():
            return _save(request, form.cleaned_data["rhythm"])
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    else:
        form = DigestForm(initial={"rhythm": found.rhythm if found else DigestChoice.Rhythm.OFF})
    context = {"form": form, "next_due_at": found.next_due_at if found else None}
    return render(request, "sellers/portal/preferences.html", context, status=status)


def _save(request: SellerRequest, rhythm: str) -> HttpResponse:
    choices.choose_digest(request.membership, rhythm=rhythm)
    messages.success(request, _("Your choice is saved."))
    return redirect("sellers:preferences")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def digest_off(request: HttpRequest, token: str) -> HttpResponse:
    """By POST the digest is off, as mail programs do it by themselves (RFC 8058): the signed token
    is the right to it, without a login. By GET the person's own page, so that no scanner of links
    switches anything.
    """
    choice = choices.of_token(token)
    if choice is None:
        raise Http404
    if request.method != "POST":
        return redirect("sellers:preferences")
    choices.choose_digest(choice.membership, rhythm=DigestChoice.Rhythm.OFF)
    return HttpResponse(_("You get no digest any more."), content_type="text/plain; charset=utf-8")


PAGES: list[Page] = [
    ("preferences/", preferences, "preferences"),
    ("preferences/digest-off/<str:token>/", digest_off, "digest-off"),
]
