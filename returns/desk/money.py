"""Refunds on the desk: those that wait for a second person, one with its trace, the buttons."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from csba.errors import DomainError
from csba.journal import read as journal
from csba.money import shown
from csba.staff import DeskRequest, Page, frame, needs
from returns.access_money import get_refund
from returns.desk import claims
from returns.desk.refund_words import asked_beyond, history, trace
from returns.models import LineBalance, Refund
from returns.notifications.money import clause_words
from returns.operations import refunds
from returns.rules import places

READ: Final = "returns.view_refund"
ASK: Final = "returns.ask_refund"
APPROVE: Final = "returns.approve_refund"

PAGE: Final = 50
LONGEST: Final = 2000

_TABS: Final[tuple[tuple[str, Promise], ...]] = (
    ("", pgettext_lazy("refunds", "To approve")),
    ("failed", pgettext_lazy("refunds", "Failed")),
    ("hold", pgettext_lazy("refunds", "Can be called back")),
    ("sent", pgettext_lazy("refunds", "On their way")),
    ("all", pgettext_lazy("refunds", "All")),
)
_BADGES: Final = {
    Refund.Status.TO_APPROVE: "warn",
    Refund.Status.SETTLED: "ok",
    Refund.Status.FAILED: "bad",
}
_DONE: Final = {
    "approve": gettext_lazy("Approved. It can still be called back until the hold is over."),
    "reject": gettext_lazy("Not approved. The amount can be refunded again."),
    "call-back": gettext_lazy("Called back. Nothing is paid."),
    "send-again": gettext_lazy("It is put to the payment service again."),
}


@require_safe
@needs(READ)
def show_refunds(request: DeskRequest) -> HttpResponse:
    """What waits for a second person, the longest waiting first; other states by `?show=`."""
    at = timezone.now()
    show = request.GET.get("show", "")
    show = show if show in dict(_TABS) else ""
    rows, newest_first = _chosen(show)
    if (place := places.read(request.GET.get("after", ""))) is not None:
        moment, pk = place
        if newest_first:
            rows = rows.filter(asked_at__lte=moment).exclude(asked_at=moment, pk__gte=pk)
        else:
            rows = rows.filter(asked_at__gte=moment).exclude(asked_at=moment, pk__lte=pk)
    order = ("-asked_at", "-pk") if newest_first else ("asked_at", "pk")
    found = list(rows.select_related("seller", "order", "asked_by").order_by(*order)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    context: dict[str, Any] = {
        "rows": [_row(refund) for refund in found],
        "tabs": [{"key": key, "label": label, "here": key == show} for key, label in _TABS],
        "show": show,
        "after": places.written(found[-1].asked_at, found[-1].pk) if more else "",
        "topics": "queue",
        "section": "queue",
    }
    context |= frame(request, at, here="refunds")
    return render(request, "returns/desk/refunds.html", context)


@require_safe
@needs(READ)
def show_refund(request: DeskRequest, number: str) -> HttpResponse:
    """One refund: what, why, who, on which rule, and what can still be done."""
    return _page(request, get_refund(number))


@require_POST
@needs(APPROVE)
def approve(request: DeskRequest, number: str) -> HttpResponse:
    """The second person says yes."""
    return _act(request, number, "approve", refunds.approve)


@require_POST
@needs(APPROVE)
def reject(request: DeskRequest, number: str) -> HttpResponse:
    """The second person says no."""
    return _act(request, number, "reject", refunds.reject)


@require_POST
@needs(ASK)
def call_back(request: DeskRequest, number: str) -> HttpResponse:
    """Nothing is paid."""
    return _act(request, number, "call-back", refunds.call_back)


@require_POST
@needs(APPROVE)
def send_again(request: DeskRequest, number: str) -> HttpResponse:
    """The payment service is asked once more."""
    return _act(request, number, "send-again", refunds.send_again)


def _chosen(show: str) -> tuple[QuerySet[Refund], bool]:
    """The refunds of a tab, and whether the newest stand first."""
    match show:
        case "failed":
            return Refund.objects.filter(status=Refund.Status.FAILED), False
        case "hold":
            return Refund.objects.filter(status=Refund.Status.ASKED), False
        case "sent":
            on_the_way = (Refund.Status.RELEASED, Refund.Status.SENT)
            return Refund.objects.filter(status__in=on_the_way), False
        case "all":
            return Refund.objects.all(), True
        case _:
            return Refund.objects.to_approve(), False


def _row(refund: Refund) -> dict[str, Any]:
    return {
        "number": str(refund.number),
        "at": refund.asked_at,
        "seller": refund.seller.name,
        "order": refund.order.number,
        "amount": shown(refund.amount, refund.currency),
        "goodwill": refund.goodwill,
        "who": str(refund.asked_by) if refund.asked_by else refund.get_origin_display(),
        "reason": refund.reason,
        "state": refund.get_status_display(),
        "badge": _BADGES.get(Refund.Status(refund.status), "quiet"),
    }


def _act(request: DeskRequest, number: str, name: str, act: Callable[..., None]) -> HttpResponse:
    """One operation; on a refusal the page comes back with the typed reason."""
    refund = get_refund(number)
    reason = request.POST.get("reason", "")[:LONGEST]
    try:
        act(refund, by=request.user, reason=reason)
    except DomainError as refusal:
        kept = {"action": name, "reason": reason, "refusal": str(refusal)}
        return _page(request, get_refund(number), kept, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, str(_DONE[name]))
    return redirect("admin:refund", refund.number)


def _page(
    request: DeskRequest,
    refund: Refund,
    kept: dict[str, str] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    at = timezone.now()
    context: dict[str, Any] = {
        "refund": refund,
        "amount": shown(refund.amount, refund.currency),
        "badge": _BADGES.get(Refund.Status(refund.status), "quiet"),
        "rule": clause_words(refund.clause),
        "parts": list(_parts(refund)),
        "beyond": asked_beyond(refund),
        "trace": trace(refund),
        "history": history(journal.of(refund)),
        "kept": kept or {},
        "longest": LONGEST,
        "topics": "queue",
        "section": "queue",
        **_may(request, refund, at),
    }
    context |= frame(request, at, here="refunds")
    return render(request, "returns/desk/refund.html", context, status=status)


def _may(request: DeskRequest, refund: Refund, at: Any) -> dict[str, Any]:
    """Which buttons stand on the page, and why not where one is missed."""
    user = request.user
    waits = refund.status == Refund.Status.TO_APPROVE
    own = refund.asked_by_id == user.pk
    in_hold = (
        refund.status == Refund.Status.ASKED
        and refund.release_due_at is not None
        and at < refund.release_due_at
    )
    failed = refund.status == Refund.Status.FAILED
    may_approve = user.has_perm(APPROVE)
    return {
        "may_approve": waits and may_approve and not own,
        "own": waits and may_approve and own,
        "may_call_back": user.has_perm(ASK)
        and (in_hold or failed or (waits and (own or not may_approve))),
        "may_send_again": failed and may_approve,
        "in_hold": in_hold,
        "of_inquiry": refund.reference.startswith("INQ-"),
    }


def _parts(refund: Refund) -> Iterator[dict[str, Any]]:
    """Each part with what was paid for it and what has gone back in all."""
    parts = list(refund.lines.select_related("line"))
    rows = LineBalance.objects.filter(line__in={part.line_id for part in parts})
    held = {row.line_id: row for row in rows}
    for part in parts:
        row = held.get(part.line_id)
        item = part.part == part.Part.ITEM
        yield {
            "title": part.line.title or part.line.asin,
            "part": part.get_part_display(),
            "amount": shown(part.amount, refund.currency),
            "paid": shown(row.paid_item if item else row.paid_shipping, row.currency)
            if row
            else _("not known"),
            "back": shown(row.back_item if item else row.back_shipping, row.currency)
            if row
            else "",
        }


PAGES: list[Page] = [
    ("refunds/", show_refunds, "refunds"),
    ("refunds/<str:number>/", show_refund, "refund"),
    ("refunds/<str:number>/approve", approve, "approve-refund"),
    ("refunds/<str:number>/reject", reject, "reject-refund"),
    ("refunds/<str:number>/call-back", call_back, "call-back-refund"),
    ("refunds/<str:number>/send-again", send_again, "send-again-refund"),
    *claims.PAGES,
]
