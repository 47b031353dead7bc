"""Changes of orders that a seller accepts or refuses."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from csba.errors import DomainError
from csba.staff import Page
from returns.access import get_change
from returns.models import OrderChange
from returns.operations import changes
from returns.rules.changes import said
from returns.rules.outcome import steps_from_json
from sellers.access import SellerRequest, acting_seller_required, seller_required

PAGE = 50


class AnswerForm(forms.Form):
    """Yes or no; a no with its reason, a yes with the stock where it is needed."""

    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    stock = forms.BooleanField(label=gettext_lazy("The article is in stock"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason, for the buyer and customer service"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
@seller_required
def change_list(request: SellerRequest) -> HttpResponse:
    """What waits for an answer first, then what was settled last."""
    rows = OrderChange.objects.for_seller(request.seller).select_related("order", "line")
    waiting = list(rows.running().select_related("question").order_by("asked_at", "pk")[:PAGE])
    settled = list(rows.filter(status__in=OrderChange.ENDED).order_by("-settled_at", "-pk")[:PAGE])
    context = {"waiting": waiting, "settled": settled, "now": timezone.now()}
    return render(request, "returns/portal/changes.html", context)


@require_safe
@seller_required
def show_change(request: SellerRequest, number: str) -> HttpResponse:
    """One wish: what it is, why it came to the seller, yes or no."""
    return _shown(request, get_change(request.seller, number), AnswerForm())


@require_POST
@acting_seller_required
def answer_change(request: SellerRequest, number: str) -> HttpResponse:
    """The seller's yes or no; what was typed stays when it cannot be."""
    change = get_change(request.seller, number)
    form = AnswerForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            if given["answer"] == "yes":
                changes.accept(
                    change,
                    by=request.user,
                    of_seller=True,
                    stock=given["stock"],
                    reason=given["reason"],
                )
            else:
                changes.refuse(change, by=request.user, of_seller=True, reason=given["reason"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Customer service has your answer."))
            return redirect("returns:change", change.number)
    return _shown(request, change, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@acting_seller_required
def finish_change(request: SellerRequest, number: str) -> HttpResponse:
    """What was accepted has happened."""
    change = get_change(request.seller, number)
    try:
        changes.done(change, by=request.user, of_seller=True)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted as done."))
    return redirect("returns:change", change.number)


def _shown(
    request: SellerRequest, change: OrderChange, form: AnswerForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    waits = change.question is not None and change.question.waits(timezone.now())
    context: dict[str, Any] = {
        "change": change,
        "form": form,
        "why": [said(step) for step in steps_from_json(change.trace)],
        "due": change.question.reply_due_at if waits and change.question is not None else None,
        "may_answer": change.status == OrderChange.Status.WITH_SELLER,
        "may_finish": change.status == OrderChange.Status.ACCEPTED,
        "needs_stock": change.kind in {OrderChange.Kind.REPLACE, OrderChange.Kind.EXCHANGE},
    }
    return render(request, "returns/portal/change.html", context, status=status)


PAGES: list[Page] = [
    ("changes/", change_list, "changes"),
    ("changes/<slug:number>/", show_change, "change"),
    ("changes/<slug:number>/answer/", answer_change, "answer-change"),
    ("changes/<slug:number>/done/", finish_change, "finish-change"),
]
