"""The buyer's return pages, behind a signed link to one order: ask, see what will happen, confirm,
get the label; and the two steps of a withdrawal (BGB 356a). No login.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from csba.errors import DomainError
from csba.files.serve import as_download
from csba.money import ZERO, shown
from csba.numbers import tidy
from csba.staff import Page
from returns.buyer import plain
from returns.buyer.forms import AskForm, WithdrawForm, declaration
from returns.gateways.label import NoLabel
from returns.models import ReturnRequest, Withdrawal
from returns.notifications import links
from returns.notifications._words import moment_with_seconds
from returns.operations import keeping, labels, returns, withdrawals
from returns.reasons import LabelKind
from sellers.models import Order

Status = ReturnRequest.Status
View = Callable[..., Any]


def behind_link(view: View) -> View:
    """The view runs with the order of the signed link; a forged or old one leads to 404. Nobody
    keeps the page, and its address goes to no other site.

    The policy is same-origin, not no-referrer: browsers send `Origin: null` with the forms of a
    page without any referrer, and those are refused.
    """

    @wraps(view)
    def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        at = timezone.now()
        pk = links.order_of(token, at)
        order = Order.objects.select_related("seller").filter(pk=pk).first() if pk else None
        if order is None:
            answer: HttpResponseBase = render(
                request, "returns/buyer/return_link_over.html", status=HTTPStatus.NOT_FOUND
            )
        else:
            answer = view(request, order, token, *args, **kwargs)
        answer["X-Robots-Tag"] = "noindex, nofollow"
        answer["Referrer-Policy"] = "same-origin"
        return answer

    return never_cache(guarded)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def ask(request: HttpRequest, order: Order, token: str) -> HttpResponse:
    """GET shows the lines and the form; POST shows what will happen, and with `confirm` opens the
    return.
    """
    left = keeping.left(order)
    if request.method != "POST":
        return _ask_page(request, order, token, AskForm(left=left))
    form = AskForm(request.POST, left=left)
    if (first := _sent_before(order, request)) is not None:
        return redirect("buyer-returns:return", token, first.number)
    if not form.is_valid():
        return _ask_page(request, order, token, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    said = form.cleaned_data
    if "change" in request.POST:
        return _ask_page(request, order, token, form)
    try:
        if "confirm" in request.POST:
            opened = returns.open_return(
                order,
                lines=said["lines"],
                reason=said["reason"],
                condition=said["condition"],
                words=said["words"],
                via=ReturnRequest.Via.BUYER,
                client_id=said["client_id"],
                language=translation.get_language() or "",
            )
            return redirect("buyer-returns:return", token, opened.number)
        found = returns.preview(
            order,
            lines=said["lines"],
            reason=said["reason"],
            condition=said["condition"],
            at=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _ask_page(request, order, token, form, HTTPStatus.CONFLICT)
    context = {
        "order": order,
        "token": token,
        "form": form,
        "hidden": [(name, request.POST.getlist(name)) for name in form.fields],
        "lines": [plain.foreseen(line, said["lines"][line], *both) for line, both in found.items()],
        "automatic": all(both.outcome.automatic for _facts, both in found.values()),
        "returnless": keeping.returnless(both.outcome for _facts, both in found.values()),
        "waits": keeping.option_due_at(both.outcome for _facts, both in found.values()),
        "total": plain.total([both.outcome for _facts, both in found.values()]),
        "notices": plain.notices([both.outcome for _facts, both in found.values()]),
        "reason": form.cleaned_data["reason"],
    }
    return render(request, "returns/buyer/return_preview.html", context)


@require_safe
@behind_link
def show(request: HttpRequest, order: Order, token: str, number: str) -> HttpResponse:
    """One return: its number, where it stands, what to do next, the label."""
    one = _get(order, number)
    outcomes = [kept.outcome for kept in keeping.read(one).values()]
    label = one.labels.filter(cancelled_at__isnull=True).first()
    parts = keeping.due_back(one)
    currency = next((line.currency for line, _part in parts), "EUR")
    context = {
        "order": order,
        "token": token,
        "one": one,
        "state": plain.state(one, label),
        "steps": plain.steps(one),
        "lines": one.lines.select_related("line"),
        "label": label,
        "prepaid": label is not None and label.kind != LabelKind.OWN_CARRIER,
        "until": plain.day(one.send_back_until),
        "review_due": plain.moment(one.review_due_at),
        "option_due": plain.moment(one.option_due_at),
        "amount": shown(sum(parts.values(), start=ZERO), currency),
        "notices": plain.notices(outcomes),
        "warranty": any(outcome.remedies for outcome in outcomes),
    }
    return render(request, "returns/buyer/return.html", context)


@require_safe
@behind_link
def label(request: HttpRequest, order: Order, token: str, number: str) -> HttpResponseBase:
    """The label as a file; made now if the carrier had not answered before."""
    one = _get(order, number)
    if one.status not in {Status.AUTHORISED, Status.IN_TRANSIT}:
        raise Http404
    found = one.labels.filter(cancelled_at__isnull=True).select_related("file").first()
    if found is None:
        raise Http404
    try:
        found = labels.fetch(found)
    except NoLabel:
        raise Http404 from None
    if found.file is None:
        raise Http404
    return as_download(found.file)


@require_http_methods(["GET", "HEAD", "POST"])
@behind_link
def withdraw(request: HttpRequest, order: Order, token: str) -> HttpResponse:
    """First step: who withdraws from which contract; second step, with the button «Confirm
    withdrawal»: it is declared (BGB 356a(2), (3)).
    """
    if request.method != "POST":
        form = WithdrawForm(initial={"name": order.buyer_name, "contact": order.buyer_email})
        return _withdraw_page(request, order, token, form)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _withdraw_page(request, order, token, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    said = form.cleaned_data
    text = declaration(order, name=said["name"], words=said["words"])
    if "confirm" not in request.POST:
        context = {"order": order, "token": token, "form": form, "text": text.splitlines()}
        return render(request, "returns/buyer/return_withdraw_confirm.html", context)
    try:
        declared = withdrawals.declare(
            order,
            key=f"page:{said['client_id']}",
            name=said["name"],
            contact=said["contact"],
            words=text,
            language=translation.get_language() or "de",
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _withdraw_page(request, order, token, form, HTTPStatus.CONFLICT)
    return redirect("buyer-returns:withdrawn", token, declared.number)


@require_safe
@behind_link
def withdrawn(request: HttpRequest, order: Order, token: str, number: str) -> HttpResponse:
    """The confirmation with date and time, also sent as a letter."""
    found = (
        Withdrawal.objects.filter(order=order, number=tidy(number))
        .select_related("request")
        .first()
    )
    if found is None:
        raise Http404
    context = {
        "order": order,
        "token": token,
        "one": found,
        "moment": moment_with_seconds(
            found.declared_at, translation.get_language() or found.language
        ),
        "text": found.words.splitlines(),
    }
    return render(request, "returns/buyer/return_withdrawn.html", context)


def _sent_before(order: Order, request: HttpRequest) -> ReturnRequest | None:
    """What this very form has opened: a second click leads to the same return."""
    try:
        return returns.opened_by(order, UUID(request.POST.get("client_id", "")))
    except (ValueError, DomainError):
        return None


def _ask_page(
    request: HttpRequest, order: Order, token: str, form: AskForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "order": order,
        "token": token,
        "form": form,
        "rows": form.rows(),
        "nothing_left": not any(form.left.values()),
        "running": ReturnRequest.objects.filter(order=order).order_by("pk"),
        "declared": Withdrawal.objects.filter(order=order).order_by("pk"),
        "placed": plain.day_of(order.placed_at),
    }
    return render(request, "returns/buyer/return_ask.html", context, status=status)


def _withdraw_page(
    request: HttpRequest, order: Order, token: str, form: WithdrawForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {
        "order": order,
        "token": token,
        "form": form,
        "placed": plain.day_of(order.placed_at),
    }
    return render(request, "returns/buyer/return_withdraw.html", context, status=status)


def _get(order: Order, number: str) -> ReturnRequest:
    rows = ReturnRequest.objects.filter(order=order).select_related("order", "seller")
    found = rows.filter(number=tidy(number)).first()
    if found is None:
        raise Http404
    return found


PAGES: list[Page] = [
    ("returns/<str:token>/", ask, "returns"),
    ("returns/<str:token>/withdraw/", withdraw, "withdraw"),
    ("returns/<str:token>/withdrawn/<str:number>/", withdrawn, "withdrawn"),
    ("returns/<str:token>/<str:number>/", show, "return"),
    ("returns/<str:token>/<str:number>/label", label, "label"),
]
