"""Notices about returns in the seller's Case Log: in their language, without anything about the
buyer (domain 8.21, rulings 13).
"""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from caselog.operations import cases
from caselog.rules.deadlines import in_zone
from csba.money import shown
from returns.models import Refund, ReturnLine, ReturnRequest


def option_wanted(request: ReturnRequest) -> None:
    """The seller knows that a way back must be offered, by when, and what happens otherwise."""
    assert request.option_due_at is not None
    seller = request.seller
    with translation.override(seller.language):
        body = _(
            "A buyer wants to return goods of order %(order)s.\n\n"
            "%(goods)s\n"
            "Reason: %(reason)s\n\n"
            "Please offer one of these by %(due)s: an address in Germany together with a prepaid "
            "label, a prepaid label for the way abroad, or a refund without return. You find "
            "them in the portal under Returns, %(number)s.\n\n"
            "If nothing has been offered by then, we refund the buyer on your behalf. That amount "
            "is debited to you and cannot be claimed back."
        ) % {
            "order": request.order.number,
            "goods": goods(request),
            "reason": request.get_reason_display(),
            "due": _due(request.option_due_at, seller.time_zone),
            "number": request.number,
        }
        subject = _("Return %(number)s: please offer a way back") % {"number": request.number}
    _post(request, subject, body)


def option_missed(request: ReturnRequest, refund: Refund | None) -> None:
    """The seller knows that the refund was made on their behalf, and why it is final."""
    with translation.override(request.seller.language):
        body = _(
            "No way to send back the goods of return %(number)s (order %(order)s) was offered in "
            "time. We have refunded %(amount)s to the buyer on your behalf. The amount is debited "
            "to you and cannot be claimed back; the buyer keeps the goods."
        ) % {
            "number": request.number,
            "order": request.order.number,
            "amount": _amount(refund),
        }
        subject = _("Return %(number)s: refunded on your behalf") % {"number": request.number}
    _post(request, subject, body)


def refunded_on_behalf(request: ReturnRequest, refund: Refund | None) -> None:
    """The seller knows that the goods' refund was overdue and has been made for them."""
    with translation.override(request.seller.language):
        body = _(
            "The goods of return %(number)s (order %(order)s) are back since %(day)s and were not "
            "refunded in time. We have refunded %(amount)s to the buyer on your behalf; the "
            "amount is debited to you."
        ) % {
            "number": request.number,
            "order": request.order.number,
            "day": in_zone(request.received_at, request.seller.time_zone)
            if request.received_at
            else "",
            "amount": _amount(refund),
        }
        subject = _("Return %(number)s: refunded on your behalf") % {"number": request.number}
    _post(request, subject, body)


def goods(request: ReturnRequest) -> str:
    """The lines of the return, one a row."""
    rows = ReturnLine.objects.filter(request=request).select_related("line")
    return "\n".join(f"{row.quantity} × {row.line.title or row.line.asin}" for row in rows)


def _due(moment: datetime, zone: str) -> str:
    here, there = in_zone(moment, zone), in_zone(moment, settings.CSBA_MARKETPLACE_ZONE)
    return here if here == there else f"{here} ({there})"


def _amount(refund: Refund | None) -> str:
    return shown(refund.amount, refund.currency) if refund is not None else shown(Decimal(0), "EUR")


def _post(request: ReturnRequest, subject: str, body: str) -> None:
    case = cases.post_notice(
        request.seller,
        subject=subject,
        body=body,
        reference=request.number,
        order=request.order,
    )
    if request.case_id is None:
        request.case = case
        request.save(update_fields=["case"])
