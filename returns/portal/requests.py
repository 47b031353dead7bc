"""The returns of a seller: what comes back, what to do until when; nothing of the buyer."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from csba.errors import DomainError
from csba.files.serve import as_download
from csba.money import shown
from csba.numbers import tidy
from csba.staff import Page
from returns.models import ReturnAddress, ReturnLine, ReturnRequest
from returns.operations import addresses, goods, international, labels
from returns.portal import return_rows
from returns.portal.return_forms import (
    AddressForm,
    InspectForm,
    LabelForm,
    OptionForm,
    ReceiveForm,
    first_error,
)
from returns.reasons import Condition, LabelKind
from sellers.access import SellerRequest, acting_seller_required, seller_required
from sellers.models import Seller

Status = ReturnRequest.Status
PAGE: Final = 30


@require_safe
@seller_required
def show_requests(request: SellerRequest) -> HttpResponse:
    """What is theirs to do first, then the others, newest first; one statement a list."""
    everything = request.GET.get("show") == "all"
    before = request.GET.get("before", "")
    rows = ReturnRequest.objects.for_seller(request.seller).select_related("order")
    rows = rows.exclude(status=Status.REQUESTED)
    if not everything:
        rows = rows.filter(status__in=[*_RUNNING])
    if before.isdigit():
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk").prefetch_related("lines__line", "labels")[: PAGE + 1])
    listed = [return_rows.row(one, request.seller) for one in found[:PAGE]]
    context = {
        "todo": [row for row in listed if row["task"] is not None],
        "others": [row for row in listed if row["task"] is None],
        "everything": everything,
        "before": found[PAGE - 1].pk if len(found) > PAGE else None,
        "addresses": ReturnAddress.objects.filter(seller=request.seller).order_by("pk"),
        "address_form": AddressForm(),
        "abroad": request.seller.country != international.GERMANY,
    }
    return render(request, "returns/portal/returns.html", context)


@require_safe
@seller_required
def show_request(request: SellerRequest, number: str) -> HttpResponse:
    """One return: goods, reason, dates, and the forms for what is theirs to do."""
    return _page(request, _get(request.seller, number))


@require_POST
@acting_seller_required
def receive_request(request: SellerRequest, number: str) -> HttpResponse:
    """So many pieces are back."""
    one = _get(request.seller, number)
    form = ReceiveForm(request.POST, lines=_lines(one))
    return _act(
        request,
        one,
        form,
        lambda said: goods.received(one, by=request.user, pieces=said["pieces"]),
        _("Recorded: the goods are back."),
    )


@require_POST
@acting_seller_required
def inspect_request(request: SellerRequest, number: str) -> HttpResponse:
    """The goods were looked at."""
    one = _get(request.seller, number)
    form = InspectForm(request.POST, lines=_lines(one))
    return _act(
        request,
        one,
        form,
        lambda said: goods.inspected(
            one,
            by=request.user,
            found=said["found"],
            deductions=said["deductions"],
            reason=said["reason"],
        ),
        _("Recorded: the goods were looked at."),
    )


@require_POST
@acting_seller_required
def refund_request(request: SellerRequest, number: str) -> HttpResponse:
    """The seller refunds now."""
    one = _get(request.seller, number)
    return _act(
        request,
        one,
        None,
        lambda said: goods.refund(one, by=request.user),
        _("The refund is on its way."),
    )


@require_POST
@acting_seller_required
def offer_option(request: SellerRequest, number: str) -> HttpResponse:
    """A way back for goods that came from abroad, or a refund without return."""
    one = _get(request.seller, number)
    form = OptionForm(request.POST, request.FILES, seller=request.seller)
    return _act(
        request,
        one,
        form,
        lambda said: international.offer_option(
            one,
            option=said["option"],
            by=request.user,
            address=said["address"],
            label_file=said["upload"],
        ),
        _("Offered. The buyer has a letter."),
    )


@require_POST
@acting_seller_required
def upload_label(request: SellerRequest, number: str) -> HttpResponse:
    """The seller's own label."""
    one = _get(request.seller, number)
    form = LabelForm(request.POST, request.FILES)
    return _act(
        request,
        one,
        form,
        lambda said: labels.upload(one, file=said["upload"], by=request.user),
        _("The label is with the buyer."),
    )


@require_POST
@acting_seller_required
def add_address(request: SellerRequest) -> HttpResponse:
    """One more address at which the seller takes goods back."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
    else:
        try:
            addresses.add(request.seller, by=request.user, **form.cleaned_data)
            messages.success(request, _("The address is kept."))
        except DomainError as refusal:
            messages.error(request, str(refusal))
    return redirect("returns:requests")


@require_safe
@seller_required
def own_label(request: SellerRequest, number: str) -> Any:
    """The label that the seller uploaded; ours shows the buyer's address and is not theirs."""
    one = _get(request.seller, number)
    label = (
        one.labels.filter(cancelled_at__isnull=True, kind=LabelKind.SELLERS)
        .select_related("file")
        .first()
    )
    if label is None or label.file is None:
        raise Http404
    return as_download(label.file)


_RUNNING: Final = (Status.AUTHORISED, Status.IN_TRANSIT, Status.RECEIVED, Status.INSPECTED)


def _act(
    request: SellerRequest,
    one: ReturnRequest,
    form: Any,
    act: Callable[[dict[str, Any]], object],
    done: str,
) -> HttpResponse:
    if form is not None and not form.is_valid():
        return _page(request, one, first_error(form), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with transaction.atomic():
            act(form.cleaned_data if form is not None else {})
    except DomainError as refusal:
        return _page(request, one, str(refusal), HTTPStatus.CONFLICT)
    messages.success(request, done)
    return redirect("returns:request", one.number)


def _get(seller: Seller, number: str) -> ReturnRequest:
    """The seller's own return; 404 for anybody else's, and for one that is not decided yet."""
    rows = ReturnRequest.objects.for_seller(seller).select_related(
        "order", "seller", "policy", "address", "case"
    )
    found = rows.exclude(status=Status.REQUESTED).filter(number=tidy(number)).first()
    if found is None:
        raise Http404
    return found


def _lines(one: ReturnRequest) -> list[ReturnLine]:
    return list(one.lines.select_related("line"))


def _page(
    request: SellerRequest, one: ReturnRequest, error: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    at = timezone.now()
    label = one.labels.filter(cancelled_at__isnull=True).select_related("file").first()
    may_offer = international.may_offer(one, at)
    back = one.status in {Status.RECEIVED, Status.INSPECTED}
    context = {
        "one": one,
        "error": error,
        "badge": return_rows.BADGES.get(Status(one.status), "quiet"),
        "task": return_rows.task(one, label, request.seller),
        "lines": [
            {
                "id": row.line_id,
                "title": row.line.title or row.line.asin,
                "sku": row.line.sku,
                "quantity": row.quantity,
                "received": row.received,
                "found": row.get_found_display() if row.found else "",
                "deduction": shown(row.deduction, row.line.currency) if row.deduction else "",
            }
            for row in _lines(one)
        ],
        "amount": return_rows.amount(one),
        "asked": return_rows.when(one.asked_at),
        "send_until": return_rows.day(one.send_back_until),
        "sent": return_rows.when(one.sent_at),
        "received": return_rows.when(one.received_at),
        "refunded": return_rows.when(one.refunded_at),
        "label": label,
        "label_is_theirs": label is not None and label.kind == LabelKind.SELLERS,
        "conditions": Condition.choices,
        "declared": one.condition,
        "may_offer": may_offer,
        "option_form": OptionForm(seller=request.seller) if may_offer else None,
        "needs_label": may_offer and international.needs_label(one),
        "may_receive": one.status in {Status.AUTHORISED, Status.IN_TRANSIT, Status.CLOSED}
        and not one.returnless
        and not may_offer,
        "may_inspect": one.status == Status.RECEIVED,
        "may_refund": back,
        "may_upload": one.status == Status.AUTHORISED and not may_offer and not one.returnless,
    }
    return render(request, "returns/portal/return.html", context, status=status)


PAGES: list[Page] = [
    ("returns/", show_requests, "requests"),
    ("returns/addresses/add", add_address, "add-address"),
    ("returns/<str:number>/", show_request, "request"),
    ("returns/<str:number>/received", receive_request, "receive-request"),
    ("returns/<str:number>/inspected", inspect_request, "inspect-request"),
    ("returns/<str:number>/refund", refund_request, "refund-request"),
    ("returns/<str:number>/option", offer_option, "offer-option"),
    ("returns/<str:number>/label", upload_label, "upload-label"),
    ("returns/<str:number>/label/file", own_label, "own-label"),
]
