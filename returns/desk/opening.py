"""Opening a return on the desk: the lines of an order, why, and what it would come to before it is
opened.
"""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from csba.errors import DomainError
from csba.staff import DeskRequest, frame, needs
from returns.desk.forms import OpenForm
from returns.models import ReturnRequest
from returns.operations import keeping, returns
from returns.rules import trace
from sellers.models import Order

OPEN: Final = "returns.open_return"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OPEN)
def open_return(request: DeskRequest) -> HttpResponse:
    """GET shows the form for `?order=`; POST shows what it comes to, and with `open` opens it."""
    order = _order(request.POST.get("order") or request.GET.get("order", ""))
    if order is None:
        return _page(request, None, None, status=HTTPStatus.OK)
    left = keeping.left(order)
    if request.method != "POST":
        return _page(request, order, OpenForm(left=left))
    form = OpenForm(request.POST, left=left)
    if (first := _sent_before(order, request)) is not None:
        return redirect("admin:return", first.number)
    if not form.is_valid():
        return _page(request, order, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    said = form.cleaned_data
    try:
        if "open" in request.POST:
            opened = returns.open_return(
                order,
                lines=said["lines"],
                reason=said["reason"],
                condition=said["condition"],
                words=said["words"],
                via=ReturnRequest.Via.DESK,
                by=request.user,
                client_id=said["client_id"],
            )
            messages.success(request, _("Opened. The buyer has a letter."))
            return redirect("admin:return", opened.number)
        found = returns.preview(
            order,
            lines=said["lines"],
            reason=said["reason"],
            condition=said["condition"],
            at=timezone.now(),
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, order, form, status=HTTPStatus.CONFLICT)
    preview = [
        {
            "title": line.title or line.asin,
            "quantity": said["lines"][line],
            "outcome": trace.summary(facts, entitlement.outcome),
            "trace": trace.rows(
                entitlement.trace,
                estimated=entitlement.outcome.estimated,
                currency=entitlement.outcome.currency,
            ),
        }
        for line, (facts, entitlement) in found.items()
    ]
    return _page(request, order, form, preview=preview)


@require_POST
@needs(OPEN)
def send_link(request: DeskRequest) -> HttpResponse:
    """The buyer has the signed link by mail, and does the rest."""
    order = _order(request.POST.get("order", ""))
    if order is None:
        raise Http404
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    try:
        returns.send_link(order, by=request.user, language=language)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The buyer has the link by e-mail."))
    return redirect(f"{reverse('admin:open-return')}?{urlencode({'order': order.number})}")


def _sent_before(order: Order, request: DeskRequest) -> ReturnRequest | None:
    """What this very form has opened: a second click leads to the same return."""
    try:
        return returns.opened_by(order, UUID(request.POST.get("client_id", "")))
    except (ValueError, DomainError):
        return None


def _order(number: str) -> Order | None:
    return Order.objects.select_related("seller").filter(number=number.strip()).first()


def _page(
    request: DeskRequest,
    order: Order | None,
    form: OpenForm | None,
    *,
    preview: list[dict[str, Any]] | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    at = timezone.now()
    context: dict[str, Any] = {
        "order": order,
        "asked": request.GET.get("order", ""),
        "placed": trace.moment(order.placed_at) if order is not None else "",
        "form": form,
        "rows": form.rows() if form is not None else [],
        "errors": form.non_field_errors() if form is not None and form.is_bound else [],
        "preview": preview,
        "automatic": bool(preview) and all(one["outcome"]["automatic"] for one in preview or ()),
        "running": [
            {"number": one.number, "state": one.get_status_display()}
            for one in ReturnRequest.objects.filter(order=order).order_by("pk")
        ]
        if order is not None
        else [],
        "topics": "queue",
        "section": "queue",
    }
    context |= frame(request, at, here="returns")
    return render(request, "returns/desk/return_open.html", context, status=status)
