"""Changes of orders on the desk: asked for a buyer, looked at, decided once the seller's time is
over.
"""

import uuid
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from csba.errors import DomainError
from csba.numbers import tidy
from csba.staff import DeskRequest, Page, frame, needs
from returns.models import OrderChange
from returns.operations import changes
from returns.rules.changes import said
from returns.rules.outcome import steps_from_json
from sellers.models import Order, OrderLine

READ = "returns.view_orderchange"
ASK = "returns.open_return"


class AskForm(forms.Form):
    """What the buyer wants changed."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Change"),
        choices=OrderChange.Kind.choices,
        error_messages={"required": gettext_lazy("Please choose what is to be changed.")},
    )
    line: "forms.ModelChoiceField[OrderLine]" = forms.ModelChoiceField(
        label=gettext_lazy("Article"),
        queryset=OrderLine.objects.none(),
        required=False,
        empty_label=gettext_lazy("The whole order"),
    )
    quantity = forms.IntegerField(label=gettext_lazy("Pieces"), required=False)
    address = forms.CharField(
        label=gettext_lazy("New address"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    words = forms.CharField(
        label=gettext_lazy("What the seller should know"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, order: Order, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("client_id", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = order.lines.all()  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ASK)
def open_change(request: DeskRequest, order: str) -> HttpResponse:
    """The form, and the wish once it is sent; a refusal keeps what was typed."""
    about = Order.objects.select_related("seller").filter(number=order).first()
    if about is None:
        raise Http404
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        return _form(request, about, AskForm(about, initial={"kind": kind}))
    form = AskForm(about, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            change = changes.ask(
                about,
                kind=given["kind"],
                via=OrderChange.Via.DESK,
                line=given["line"],
                quantity=given["quantity"],
                wish={key: given[key] for key in ("address", "words") if given[key].strip()},
                by=request.user,
                reference=request.GET.get("inquiry", "")[:40],
                client_id=given["client_id"],
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, change.get_status_display())
            return redirect("admin:change", change.number)
    return _form(request, about, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
@needs(READ)
def show_change(request: DeskRequest, number: str) -> HttpResponse:
    """One wish with its trace, and the buttons that its state allows."""
    return _shown(request, _get(number))


@require_POST
@needs(ASK)
def decide_change(request: DeskRequest, number: str) -> HttpResponse:
    """The desk's own yes or no, once the seller's time is over; or that it has happened."""
    change = _get(number)
    verdict, reason = request.POST.get("verdict"), request.POST.get("reason", "")
    try:
        match verdict:
            case "yes":
                stock = bool(request.POST.get("stock"))
                changes.accept(change, by=request.user, of_seller=False, stock=stock, reason=reason)
            case "no":
                changes.refuse(change, by=request.user, of_seller=False, reason=reason)
            case "done":
                changes.done(change, by=request.user, of_seller=False)
            case _:
                raise Http404
    except DomainError as refusal:
        return _shown(request, change, reason, str(refusal), HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("Done."))
    return redirect("admin:change", change.number)


def _get(number: str) -> OrderChange:
    rows = OrderChange.objects.select_related("order", "line", "case", "question", "seller")
    found = rows.filter(number=tidy(number)).first()
    if found is None:
        raise Http404
    return found


def _form(
    request: DeskRequest, order: Order, form: AskForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    context: dict[str, Any] = {"order": order, "form": form}
    context |= frame(request, timezone.now(), here="returns")
    return render(request, "returns/desk/change_form.html", context, status=status)


def _shown(
    request: DeskRequest,
    change: OrderChange,
    reason: str = "",
    error: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    waits = changes.open_question(change)
    context: dict[str, Any] = {
        "change": change,
        "why": [said(step) for step in steps_from_json(change.trace)],
        "due": waits.reply_due_at if waits is not None else None,
        "may_decide": waits is None
        and change.status == OrderChange.Status.WITH_SELLER
        and request.user.has_perm(ASK),
        "may_finish": change.status == OrderChange.Status.ACCEPTED and request.user.has_perm(ASK),
        "needs_stock": change.kind in {OrderChange.Kind.REPLACE, OrderChange.Kind.EXCHANGE},
        "reason": reason,
        "error": error,
    }
    context |= frame(request, timezone.now(), here="returns")
    return render(request, "returns/desk/change.html", context, status=status)


PAGES: list[Page] = [
    ("order/<slug:order>/change/", open_change, "open-change"),
    ("changes/<slug:number>/", show_change, "change"),
    ("changes/<slug:number>/decide/", decide_change, "decide-change"),
]
