"""The letters about a return: to the buyer in theirs, to the seller in their language and without
anything about the buyer (rulings 13, domain 8.21).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from csba.money import shown
from csba.outbox.enqueue import draft, enqueue, enqueue_many
from csba.outbox.models import OutgoingMail
from returns.models import Refund, ReturnRequest
from returns.notifications import links
from returns.notifications._words import last_day, moment
from returns.reasons import LabelKind, Reason
from returns.rules import book, words
from returns.rules.outcome import Outcome
from sellers.models import Order


def language_of(request: ReturnRequest) -> str:
    """In which language the buyer of this return reads."""
    return str(request.entitlement.get("language") or settings.LANGUAGE_CODE)


def link(order: Order, at: datetime, *, language: str) -> None:
    """The buyer has the signed link with which they ask for a return of this order themselves."""
    with translation.override(language):
        until = last_day(at + links.LASTS)
    enqueue(
        "returns/mail/return_link",
        to=order.buyer_email,
        language=language,
        about=order,
        context={"order": order, "link": links.to_order(order, at), "until": until},
    )


def under_review(request: ReturnRequest) -> None:
    """The buyer knows the number, that a person looks at it, and by when."""
    language = language_of(request)
    _to_buyer(request, "return_review", due=moment(request.review_due_at, language))


def authorised(
    request: ReturnRequest, outcomes: Sequence[Outcome], *, refund: Refund | None = None
) -> None:
    """The buyer knows what to do now: send with which label until when, wait for the way back, or
    nothing at all because the money comes without return.
    """
    waits = not request.returnless and request.option_due_at is not None and request.option == ""
    label = request.labels.filter(cancelled_at__isnull=True).first()
    _to_buyer(
        request,
        "return_authorised",
        stage="waits" if waits else "nothing" if request.returnless else "send",
        amount=_amount(refund, outcomes),
        until=request.send_back_until,
        option_due=moment(request.option_due_at, language_of(request)),
        prepaid=label is not None and label.kind != LabelKind.OWN_CARRIER,
        notices=sorted({code for outcome in outcomes for code in outcome.notices}),
    )


def refused(request: ReturnRequest, outcomes: Sequence[Outcome]) -> None:
    """The buyer knows why not, and what else they can do."""
    _to_buyer(
        request,
        "return_refused",
        reason=request.decision_reason.strip().splitlines(),
        years=book.standard(request.order.placed_at).warranty_years,
        warranty=any(outcome.remedies for outcome in outcomes),
        notices=sorted({code for outcome in outcomes for code in outcome.notices}),
    )


def closed(requests: Iterable[ReturnRequest]) -> None:
    """Each buyer knows that the return was closed because nothing came, and that a parcel on its
    way still counts.
    """
    enqueue_many(_draft(request, "return_closed") for request in requests)


def seller_told(request: ReturnRequest, outcomes: Sequence[Outcome], at: datetime) -> None:
    """The seller knows which goods come back and what is theirs to do."""
    seller = request.seller
    label = _kind(outcomes)
    if request.returnless:
        label = LabelKind.NONE
    elif request.labels.filter(kind=LabelKind.PREPAID, cancelled_at__isnull=True).exists():
        label = LabelKind.PREPAID
    with translation.override(seller.language):
        until = last_day(request.send_back_until)
    enqueue(
        "returns/mail/return_seller",
        to=seller.default_email,
        language=seller.language,
        time_zone=seller.time_zone,
        about=request,
        key=f"return:{request.pk}:seller",
        context={
            "request": request,
            "order": request.order,
            "seller": seller,
            "rows": _rows(request),
            "reason": Reason(request.reason).label,
            "until": until,
            "returnless": request.returnless,
            "refund_days": book.refund_days(at),
            "label": label.value,
            "path": reverse("returns:request", args=[request.number]),
        },
    )


def _kind(outcomes: Sequence[Outcome]) -> LabelKind:
    return next((one.label for one in outcomes if one.label != LabelKind.NONE), LabelKind.NONE)


def _to_buyer(request: ReturnRequest, letter: str, **context: Any) -> None:
    if request.order.buyer_email:
        enqueue_many([_draft(request, letter, **context)])


def _draft(request: ReturnRequest, letter: str, **context: Any) -> OutgoingMail:
    language = language_of(request)
    order = request.order
    with translation.override(language):
        if "until" in context:
            context["until"] = last_day(context["until"])
        if "notices" in context:
            context["notices"] = [words.notice(code) for code in context["notices"]]
        if "amount" in context:
            amount, currency = context["amount"]
            context["amount"] = shown(amount, currency, language)
    return draft(
        f"returns/mail/{letter}",
        to=order.buyer_email,
        language=language,
        about=request,
        context={
            "request": request,
            "order": order,
            "rows": _rows(request),
            "link": links.to_return(order, request.number, request.decided_at or request.asked_at),
            **context,
        },
    )


def _rows(request: ReturnRequest) -> list[dict[str, Any]]:
    return [
        {"quantity": row.quantity, "title": row.line.title or row.line.asin}
        for row in request.lines.select_related("line")
    ]


def _amount(refund: Refund | None, outcomes: Sequence[Outcome]) -> tuple[Decimal, str]:
    if refund is not None:
        return refund.amount, refund.currency
    total = sum((outcome.total for outcome in outcomes), Decimal("0.00"))
    return total, outcomes[0].currency if outcomes else "EUR"
