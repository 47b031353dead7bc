"""Buyer messages of a seller: the list, one message with the reason why it is theirs, the answer,
«no response needed» and the transfer to CSBA (P20, P21).
"""

from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.contrib import messages as notes
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from csba.counting import shown
from csba.errors import DomainError, refusals_as_messages
from csba.numbers import tidy
from csba.staff import Page
from csba.verdicts import Verdict
from inquiries.models import BuyerMessage
from inquiries.operations import buyer_messages, transfers
from inquiries.operations.buyer_messages import Flagged
from inquiries.portal import message_rows, nav
from inquiries.portal.message_forms import AnswerForm
from inquiries.rules import coverage, outgoing_words
from inquiries.rules.outgoing_words import Flag
from sellers.access import SellerRequest, acting_seller_required, seller_required
from sellers.models import Seller

MOST_EARLIER: Final = 20

Status = BuyerMessage.Status


@dataclass
class Trouble:
    """Why something that was typed did not go through, and what was typed."""

    sentence: str = ""
    flags: list[Flag] = field(default_factory=list)
    may_be_confirmed: bool = False
    order_number: str = ""
    unsent: str = ""
    parts: list[tuple[str, Flag | None]] = field(default_factory=list)


@require_safe
@seller_required
def messages(request: SellerRequest) -> HttpResponse:
    """What waits first, the nearest due time first; then what is settled."""
    found = message_rows.page(
        request.seller,
        at=timezone.now(),
        after=request.GET.get("after", ""),
        show=request.GET.get("show", ""),
    )
    return render(
        request,
        "inquiries/portal/messages.html",
        {
            "listing": found,
            "gaps": shown(nav.waiting(request, request.seller)["gaps"]),
            "forward_to": _forward_to(request.seller),
        },
    )


def _forward_to(seller: Seller) -> str:
    """The address of this seller's route (P21)."""
    routes = settings.CSBA_TRANSFER_ADDRESSES
    return str(routes.get(seller.country, routes["DE"]))


@require_safe
@seller_required
def message(request: SellerRequest, number: str) -> HttpResponse:
    """One message: the buyer's words, why the seller answers, the time left, and what to do."""
    return _page(request, _get(request.seller, number), AnswerForm(), Trouble())


@require_POST
@acting_seller_required
def answer(request: SellerRequest, number: str) -> HttpResponse:
    """The answer is on its way, or comes back with what was typed and the words marked."""
    found = _get(request.seller, number)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, Trouble(), HTTPStatus.UNPROCESSABLE_ENTITY)
    said = form.cleaned_data
    try:
        buyer_messages.answer(found, by=request.user, **said)
    except Flagged as refusal:
        trouble = Trouble(
            str(refusal),
            refusal.flags,
            refusal.may_be_confirmed,
            parts=outgoing_words.parts(said["body"], refusal.flags),
        )
        return _page(request, found, form, trouble, HTTPStatus.UNPROCESSABLE_ENTITY)
    except DomainError as refusal:
        fresh = _get(request.seller, number)
        trouble = Trouble(str(refusal), unsent=said["body"])
        return _page(request, fresh, form, trouble, HTTPStatus.CONFLICT)
    notes.success(request, _("Your answer is on its way to the buyer."))
    return redirect("portal:message", found.number)


@require_POST
@acting_seller_required
def no_response(request: SellerRequest, number: str) -> HttpResponse:
    """The message waits for nobody any more."""
    found = _get(request.seller, number)
    with refusals_as_messages(request):
        buyer_messages.needs_no_response(found, by=request.user)
        notes.success(request, _("Marked: no response needed."))
    return redirect("portal:message", found.number)


@require_POST
@acting_seller_required
def transfer(request: SellerRequest, number: str) -> HttpResponse:
    """The message is ours now, or the page says why it is not."""
    found = _get(request.seller, number)
    typed = request.POST.get("order_number", "")
    try:
        done = transfers.transfer(found, by=request.user, order_number=typed)
    except DomainError as refusal:
        trouble = Trouble(str(refusal), order_number=typed[:60])
        fresh = _get(request.seller, number)
        return _page(request, fresh, AnswerForm(), trouble, HTTPStatus.CONFLICT)
    if done.inquiry is not None:
        notes.success(request, _("Transferred. We answer the buyer from now on."))
    else:
        notes.warning(
            request, _("Not transferred: the service does not cover it. The reason stands below.")
        )
    return redirect("portal:message", found.number)


def _get(seller: Seller, number: str) -> BuyerMessage:
    """The seller's own message; 404 for anybody else's."""
    rows = BuyerMessage.objects.for_seller(seller).select_related("inquiry", "order", "answered_by")
    found = rows.filter(number=tidy(number)).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: SellerRequest,
    found: BuyerMessage,
    form: AnswerForm,
    trouble: Trouble,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    at = timezone.now()
    words, badge = message_rows.state(found)
    waits = found.status == Status.OPEN
    again = found.verdict_again
    context = {
        "found": found,
        "subject": message_rows.without_addresses(found.subject),
        "body": message_rows.without_addresses(found.body),
        "earlier": _earlier(found),
        "state": words,
        "badge": badge,
        "waits": waits,
        "due": message_rows.due(found.response_due_at, request.seller, at),
        "late": found.settled_at is not None and found.settled_at > found.response_due_at,
        "why": coverage.sentence(found.reason, again.get("before") or found.inquiry.verdict_facts),
        "because": found.inquiry.topic_words if found.reason in _OF_WORDS else "",
        "again": _again(again) if waits else None,
        "inquiry": found.inquiry.number if found.status == Status.TRANSFERRED else "",
        "buyer_language": get_language_info(found.inquiry.language)["name_translated"],
        "order": found.order,
        "lines": list(found.order.lines.all()) if found.order is not None else [],
        "form": form,
        "trouble": trouble,
        "most": buyer_messages.LONGEST,
    }
    return render(request, "inquiries/portal/message.html", context, status=status)


_OF_WORDS: Final = frozenset({Verdict.PRE_ORDER, Verdict.INVOICE, Verdict.CUSTOMISATION})
"""Verdicts that lie in what was written."""


def _earlier(found: BuyerMessage) -> list[dict[str, Any]]:
    """What this buyer and this seller have said before in the same conversation, oldest first."""
    rows = BuyerMessage.objects.filter(
        inquiry=found.inquiry_id, seller=found.seller_id, pk__lt=found.pk
    )
    return [
        {"row": one, "body": message_rows.without_addresses(one.body)}
        for one in reversed(rows.order_by("-pk")[:MOST_EARLIER])
    ]


def _again(kept: dict[str, Any]) -> dict[str, Any] | None:
    """The last try to hand it over: why not, and when that was decided."""
    if not kept or kept.get("verdict") == Verdict.COVERED:
        return None
    if kept["verdict"] == Verdict.UNKNOWN_ORDER:
        why = _(
            "Not covered as far as we can see: no order is linked to this message. If the buyer "
            "has one with you, enter its number and try again."
        )
    else:
        why = coverage.sentence(kept["verdict"], kept.get("facts", {}))
    decided: datetime | None = parse_datetime(kept.get("at", ""))
    because = kept.get("words", "") if kept["verdict"] in _OF_WORDS else ""
    return {"why": why, "at": decided, "because": because}


PAGES: list[Page] = [
    ("messages/", messages, "messages"),
    ("messages/<str:number>/", message, "message"),
    ("messages/<str:number>/answer", answer, "answer-message"),
    ("messages/<str:number>/no-response", no_response, "no-response"),
    ("messages/<str:number>/transfer", transfer, "transfer-message"),
]
