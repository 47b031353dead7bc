"""The portal's home (what needs an answer, how the service stands) and Buyer messages."""

from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from caselog.models import Question
from csba.numbers import tidy
from inquiries.models import BuyerMessage
from inquiries.rules import coverage
from sellers.access import SellerRequest, seller_required
from sellers.models import Enrolment, Seller
from sellers.rules import stints

SHOWN = 10
PAGE = 25


@require_safe
@seller_required
def home(request: SellerRequest) -> HttpResponse:
    """Questions by deadline first, then buyer messages, beside them the state of the service."""
    at = timezone.now()
    running = Question.objects.running(at).filter(case__seller=request.seller)
    questions = list(
        running.select_related("case__order", "entry").order_by("reply_due_at", "pk")[: SHOWN + 1]
    )
    waiting = _messages(request.seller).filter(status=BuyerMessage.Status.OPEN)
    buyers = list(waiting.order_by("response_due_at", "pk")[: SHOWN + 1])
    all_stints = Enrolment.objects.filter(seller=request.seller).prefetch_related("suspensions")
    situation = stints.situation(list(all_stints), at)
    context = {
        "questions": questions[:SHOWN],
        "more_questions": len(questions) > SHOWN,
        "buyer_messages": buyers[:SHOWN],
        "more_buyers": len(buyers) > SHOWN,
        "situation": situation,
        "stint": situation.stint,
    }
    return render(request, "inquiries/portal/home.html", context)


@require_safe
@seller_required
def messages(request: SellerRequest) -> HttpResponse:
    """Buyer messages, newest first."""
    rows = _messages(request.seller).order_by("-received_at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "inquiries/portal/messages.html", {"page": page})


@require_safe
@seller_required
def message(request: SellerRequest, number: str) -> HttpResponse:
    """One buyer message, with the reason in words why the seller answers."""
    found = _messages(request.seller).select_related("inquiry").filter(number=tidy(number)).first()
    if found is None:
        raise Http404
    why = coverage.sentence(found.reason, found.inquiry.verdict_facts)
    return render(request, "inquiries/portal/message.html", {"found": found, "why": why})


def _messages(seller: Seller) -> models.QuerySet[BuyerMessage]:
    return BuyerMessage.objects.for_seller(seller).select_related("order")
