"""«Our judgment»: what is recommended once the seller let the time pass, and the agent's yes to it,
or to another way with a reason (P10).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from csba.errors import DomainError
from csba.money import shown
from inquiries.access import get_inquiry
from inquiries.desk import guard, judgement_cards, page, timeline
from inquiries.desk.forms import LONGEST
from inquiries.desk.guard import DeskRequest, needs
from inquiries.models import Inquiry
from inquiries.operations import judgement
from inquiries.operations.decision import last_question
from inquiries.operations.judgement import Advised
from inquiries.rules import judgement as basis_of
from returns.reasons import Condition
from returns.rules import recommendation
from returns.rules.governing import governs
from sellers.models import OrderLine

STALE = "stale"


class AboutForm(forms.Form):
    """Which article, and in which state: what the recommendation cannot know by itself."""

    line = forms.ModelChoiceField(
        label=gettext_lazy("Article"),
        queryset=OrderLine.objects.none(),
        required=False,
        empty_label=gettext_lazy("The whole order"),
    )
    condition = forms.ChoiceField(label=gettext_lazy("Condition"), required=False)

    def __init__(self, lines: list[OrderLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_these = OrderLine.objects.filter(pk__in=[line.pk for line in lines])
        self.fields["line"].queryset = of_these  # type: ignore[attr-defined]
        if len(lines) < 2:
            self.fields["line"].widget = forms.HiddenInput()
        self.fields["condition"].choices = [  # type: ignore[attr-defined]
            ("", _("As the topic says")),
            *Condition.choices,
        ]


class ChooseForm(forms.Form):
    """One way, with the words for the buyer; a reason where it is not the recommended one."""

    chosen = forms.CharField(max_length=40)
    reply = forms.CharField(required=False, max_length=LONGEST)
    departs = forms.CharField(required=False, max_length=LONGEST)
    seen_amount = forms.DecimalField(required=False, max_digits=12, decimal_places=2)
    seen_seq = forms.IntegerField(required=False)
    seen_case_seq = forms.IntegerField(required=False)
    client_id = forms.UUIDField(required=False)


@dataclass
class Refusal:
    """What was typed when it could not be done, and why it could not."""

    typed: Mapping[str, Any]
    why: list[str]
    status: int


@require_http_methods(["GET", "HEAD", "POST"])
@needs(guard.DECIDE)
def judge(request: DeskRequest, number: str) -> HttpResponse:
    """By GET the recommendation beside the runner-up, by POST the decision."""
    inquiry = get_inquiry(number)
    lines = judgement.lines_of(inquiry)
    about = AboutForm(lines, request.POST if request.method == "POST" else request.GET)
    if request.method != "POST":
        return _page(request, inquiry, about)
    form = ChooseForm(request.POST)
    if not (form.is_valid() and about.is_valid()):
        why = [str(error) for found in (form, about) for error in _errors(found)]
        return _page(request, inquiry, about, _refused(request, why))
    try:
        judgement.confirm(
            inquiry,
            by=request.user,
            line=about.cleaned_data["line"],
            condition=_condition(about),
            **form.cleaned_data,
        )
    except DomainError as refusal:
        stale = refusal.code == STALE
        status = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY
        again = get_inquiry(number) if stale else inquiry
        return _page(request, again, about, _refused(request, [str(refusal)], status))
    messages.success(request, _("Decided, and done."))
    return redirect("admin:inquiry", number)


@require_safe
@needs(guard.READ)
def show_panel(request: DeskRequest, number: str) -> HttpResponse:
    """The recommendation in a few words, what each line entitles to and which policy governs the
    order, for the facts column; the policy alone as long as asking the seller is all there is to
    say.
    """
    inquiry = get_inquiry(number)
    at = timezone.now()
    context: dict[str, Any] = {
        "inquiry": inquiry,
        "closed": _closed(inquiry, at),
        "may_decide": request.user.has_perm(guard.DECIDE),
        "policy": governs(inquiry.order) if inquiry.order is not None else "",
    }
    try:
        advised = judgement.advise(inquiry, at=at)
    except DomainError as refusal:
        context["unclear"] = str(refusal)
    else:
        best = advised.best.advice
        if best.remedy == "tell_not_known" and last_question(inquiry) is None:
            context["only_policy"] = True
        context |= {
            "best": recommendation.shown_remedy(best),
            "why": recommendation.shown_reason(best),
            "entitled": judgement_cards.entitled(advised),
        }
    return render(request, "inquiries/desk/_judgement_panel.html", context)


def _page(
    request: DeskRequest, inquiry: Inquiry, about: AboutForm, refusal: Refusal | None = None
) -> HttpResponse:
    at = timezone.now()
    seen = page.shown_before(request.GET).or_else(timeline.cursors(inquiry))
    if refusal is not None and refusal.status == HTTPStatus.CONFLICT:
        seen = timeline.cursors(inquiry)  # what has come in is said now, and counts as seen
    context: dict[str, Any] = {
        "inquiry": inquiry,
        "about": about,
        "asks": len(about.fields["line"].queryset) > 1,  # type: ignore[attr-defined]
        "closed": _closed(inquiry, at),
        "basis": _basis(inquiry, at),
        "refusal": refusal,
        "seen": seen,
        "client_id": (refusal.typed.get("client_id") if refusal else "") or uuid.uuid4(),
        "section": "queue",
        "topics": page.topics(inquiry),
    }
    if about.is_valid():
        try:
            advised = judgement.advise(
                inquiry, at=at, line=about.cleaned_data["line"], condition=_condition(about)
            )
        except DomainError as unclear:
            context["unclear"] = str(unclear)
        else:
            context |= _advice(advised, refusal)
    context |= page.rail(request, at, here="")
    status = refusal.status if refusal is not None else HTTPStatus.OK
    return render(request, "inquiries/desk/judgement.html", context, status=status)


def _advice(advised: Advised, refusal: Refusal | None) -> dict[str, Any]:
    cards = judgement_cards.cards(advised, refusal.typed if refusal is not None else {})
    now = advised.gathered.now
    return {
        "cards": cards[:2],
        "others": cards[2:],
        "entitled": judgement_cards.entitled(advised),
        "situation": judgement_cards.situation(advised),
        "versions": judgement_cards.versions(advised),
        "left": shown(now.price + now.shipping, now.currency)
        if now.price + now.shipping > Decimal(0)
        else "",
    }


def _closed(inquiry: Inquiry, at: datetime) -> str:
    """Why nothing can be decided now; empty when it can."""
    if inquiry.status != Inquiry.Status.OPEN:
        return _("This inquiry is “%s”: there is nothing to decide.") % inquiry.get_status_display()
    try:
        basis_of.basis(last_question(inquiry), at)
    except DomainError as refusal:
        return str(refusal)
    return ""


def _basis(inquiry: Inquiry, at: datetime) -> str:
    try:
        return str(basis_of.basis(last_question(inquiry), at).label)
    except DomainError:
        return ""


def _condition(about: AboutForm) -> Condition | None:
    chosen = about.cleaned_data["condition"]
    return Condition(chosen) if chosen else None


def _refused(
    request: DeskRequest, why: list[str], status: int = HTTPStatus.UNPROCESSABLE_ENTITY
) -> Refusal:
    return Refusal(request.POST.dict(), why, status)


def _errors(form: forms.Form) -> list[Any]:
    return [error for errors in form.errors.values() for error in errors]
