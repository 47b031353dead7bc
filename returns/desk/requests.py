"""Returns on the desk: the list, one return with its trace, and what a person may do with it."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from csba.errors import DomainError
from csba.files.serve import as_download
from csba.numbers import tidy
from csba.staff import DeskRequest, Page, frame, needs
from returns.desk import opening, page_of_return
from returns.desk.forms import InspectedForm, ReasonForm, ReceivedForm, SentForm
from returns.models import ReturnLabel, ReturnLine, ReturnRequest, Withdrawal
from returns.operations import goods, returns
from returns.rules import trace

READ: Final = "returns.view_returnrequest"
REVIEW: Final = "returns.review_return"
PAGE: Final = 50

_VIEWS: Final = {
    "review": gettext_lazy("To review"),
    "running": gettext_lazy("Running"),
    "all": gettext_lazy("All"),
}


@require_safe
@needs(READ)
def show_returns(request: DeskRequest) -> HttpResponse:
    """What waits for a person, the soonest due first; `?show=` running or all for the others."""
    at = timezone.now()
    show = request.GET.get("show", "review")
    show = show if show in _VIEWS else "review"
    found = list(_rows(show)[: PAGE + 1])
    context: dict[str, Any] = {
        "rows": [_row(one, at) for one in found[:PAGE]],
        "more": len(found) > PAGE,
        "views": [
            {"slug": slug, "label": label, "here": slug == show} for slug, label in _VIEWS.items()
        ],
        "show": show,
        "withdrawals": _withdrawals() if show == "review" else [],
        "topics": "queue",
        "section": "queue",
    }
    context |= frame(request, at, here="returns")
    return render(request, "returns/desk/returns.html", context)


@require_safe
@needs(READ)
def show_return(request: DeskRequest, number: str) -> HttpResponse:
    """One return: its state, its lines, why it was decided so, what happened, and the buttons."""
    return page_of_return.show(request, _get(number))


@require_safe
@needs(READ)
def label_file(request: DeskRequest, number: str) -> Any:
    """The label of the return, to be read or printed."""
    label = (
        ReturnLabel.objects.filter(request=_get(number), cancelled_at__isnull=True)
        .select_related("file")
        .first()
    )
    if label is None or label.file is None:
        raise Http404
    return as_download(label.file)


@require_POST
@needs(REVIEW)
def authorise_return(request: DeskRequest, number: str) -> HttpResponse:
    """Authorised, with the reason."""
    return _act(
        request,
        number,
        ReasonForm(request.POST),
        lambda one, said: returns.authorise(one, by=request.user, reason=said["reason"]),
        _("Authorised. The buyer has a letter."),
    )


@require_POST
@needs(REVIEW)
def refuse_return(request: DeskRequest, number: str) -> HttpResponse:
    """Refused, with the reason that the buyer reads."""
    return _act(
        request,
        number,
        ReasonForm(request.POST),
        lambda one, said: returns.refuse(one, by=request.user, reason=said["reason"]),
        _("Refused. The buyer has a letter with the reason."),
    )


@require_POST
@needs(REVIEW)
def close_return(request: DeskRequest, number: str) -> HttpResponse:
    """Closed by a person."""
    return _act(
        request,
        number,
        ReasonForm(request.POST),
        lambda one, said: returns.close(one, by=request.user, reason=said["reason"]),
        _("Closed."),
    )


@require_POST
@needs(REVIEW)
def sent_return(request: DeskRequest, number: str) -> HttpResponse:
    """The parcel was handed in."""
    return _act(
        request,
        number,
        SentForm(request.POST),
        lambda one, said: goods.sent(one, at_scan=said["at_scan"], by=request.user),
        _("Recorded: the parcel is on its way."),
    )


@require_POST
@needs(REVIEW)
def received_return(request: DeskRequest, number: str) -> HttpResponse:
    """So many pieces are back."""
    return _act(
        request,
        number,
        ReceivedForm(request.POST, lines=_lines(_get(number))),
        lambda one, said: goods.received(one, by=request.user, pieces=said["pieces"]),
        _("Recorded: the goods are back."),
    )


@require_POST
@needs(REVIEW)
def inspected_return(request: DeskRequest, number: str) -> HttpResponse:
    """The goods were looked at."""
    return _act(
        request,
        number,
        InspectedForm(request.POST, lines=_lines(_get(number))),
        lambda one, said: goods.inspected(
            one,
            by=request.user,
            found=said["found"],
            deductions=said["deductions"],
            reason=said["reason"],
        ),
        _("Recorded: the goods were looked at."),
    )


@require_POST
@needs("returns.ask_refund")
def refund_return(request: DeskRequest, number: str) -> HttpResponse:
    """The refund is asked for now."""
    return _act(
        request,
        number,
        None,
        lambda one, said: goods.refund(one, by=request.user),
        _("The refund is asked for."),
    )


def _act(
    request: DeskRequest,
    number: str,
    form: forms.Form | None,
    act: Callable[[ReturnRequest, dict[str, Any]], object],
    done: str,
) -> HttpResponse:
    """The operation is called with what was typed, or the page says what is amiss."""
    one = _get(number)
    if form is not None and not form.is_valid():
        errors = [str(error) for found in form.errors.values() for error in found]
        return page_of_return.show(request, one, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        act(one, form.cleaned_data if form is not None else {})
    except DomainError as refusal:
        return page_of_return.show(request, one, [str(refusal)], HTTPStatus.CONFLICT)
    messages.success(request, done)
    return redirect("admin:return", one.number)


def _get(number: str) -> ReturnRequest:
    rows = ReturnRequest.objects.select_related(
        "order", "seller", "policy", "address", "case", "asked_by", "decided_by"
    )
    found = rows.filter(number=tidy(number)).first()
    if found is None:
        raise Http404
    return found


def _lines(one: ReturnRequest) -> list[ReturnLine]:
    return list(one.lines.select_related("line"))


def _rows(show: str) -> QuerySet[ReturnRequest]:
    rows = ReturnRequest.objects.select_related("order", "seller").prefetch_related("lines__line")
    if show == "review":
        return rows.to_review().order_by("review_due_at", "pk")
    if show == "running":
        return rows.running().order_by("-asked_at", "-pk")
    return rows.order_by("-asked_at", "-pk")


def _row(one: ReturnRequest, at: datetime) -> dict[str, Any]:
    due = page_of_return.next_due(one)
    return {
        "number": one.number,
        "order": one.order.number,
        "seller": one.seller.name,
        "goods": ", ".join(
            f"{row.quantity} × {row.line.title or row.line.asin}" for row in one.lines.all()
        ),
        "reason": one.get_reason_display(),
        "state": one.get_status_display(),
        "badge": page_of_return.BADGES.get(ReturnRequest.Status(one.status), "quiet"),
        "asked": trace.moment(one.asked_at),
        "due": page_of_return.due(due[1], at) if due is not None else None,
        "due_name": due[0] if due is not None else "",
    }


def _withdrawals() -> list[dict[str, str]]:
    """Declarations for which no return could be opened: a person looks at each."""
    rows = Withdrawal.objects.filter(request__isnull=True).select_related("order")
    return [
        {
            "number": one.number,
            "order": one.order.number,
            "declared": trace.moment(one.declared_at),
        }
        for one in rows.order_by("declared_at", "pk")[:PAGE]
    ]


PAGES: list[Page] = [
    ("returns/", show_returns, "returns"),
    ("returns/open/", opening.open_return, "open-return"),
    ("returns/open/send-link", opening.send_link, "send-return-link"),
    ("returns/<str:number>/", show_return, "return"),
    ("returns/<str:number>/label", label_file, "return-label"),
    ("returns/<str:number>/authorise", authorise_return, "authorise-return"),
    ("returns/<str:number>/refuse", refuse_return, "refuse-return"),
    ("returns/<str:number>/close", close_return, "close-return"),
    ("returns/<str:number>/sent", sent_return, "sent-return"),
    ("returns/<str:number>/received", received_return, "received-return"),
    ("returns/<str:number>/inspected", inspected_return, "inspected-return"),
    ("returns/<str:number>/refund", refund_return, "refund-return"),
]
