"""The portal's home: what needs an answer, what buyers wait for, how service and return policy
stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from caselog.models import Question
from csba.counting import shown
from inquiries.portal import message_rows, nav
from returns.models import SellerPolicy
from sellers.access import SellerRequest, seller_required
from sellers.models import Enrolment, Seller
from sellers.operations import terms
from sellers.rules import stints

SHOWN: Final = 10
_VERSIONS: Final = 20

_Status = SellerPolicy.Status


@dataclass(frozen=True)
class Policies:
    """The versions that matter now: what holds, what is in the making, what was refused last."""

    holds: SellerPolicy | None = None
    making: SellerPolicy | None = None
    refused: SellerPolicy | None = None


@require_safe
@seller_required
def home(request: SellerRequest) -> HttpResponse:
    """Questions by deadline first, then buyer messages, beside them service and return policy."""
    at = timezone.now()
    questions = _questions(request.seller, at)
    buyers = message_rows.first_due(request.seller, at, SHOWN + 1)
    all_stints = Enrolment.objects.filter(seller=request.seller).prefetch_related("suspensions")
    situation = stints.situation(list(all_stints), at)
    versions = SellerPolicy.objects.for_seller(request.seller).defer("clauses", "comparison")
    context = {
        "questions": questions[:SHOWN],
        "more_questions": len(questions) > SHOWN,
        "buyer_messages": buyers[:SHOWN],
        "more_buyers": len(buyers) > SHOWN,
        "situation": situation,
        "stint": situation.stint,
        "policies": policies(list(versions.order_by("-version")[:_VERSIONS]), at),
        "gaps": shown(nav.waiting(request, request.seller)["gaps"]),
        "asked": terms.asked(request.seller) if situation.stint is not None else [],
    }
    return render(request, "inquiries/portal/home.html", context)


def policies(versions: Sequence[SellerPolicy], at: datetime) -> Policies:
    """Of these versions, the newest first, those that the home page speaks of."""
    making = next(
        (one for one in versions if one.status in {_Status.DRAFT, _Status.SUBMITTED}), None
    )
    decided = next((one for one in versions if one.decided_at is not None), None)
    return Policies(
        holds=next((one for one in versions if _holds(one, at)), None),
        making=making,
        refused=decided
        if decided is not None and decided.status == _Status.REJECTED and making is None
        else None,
    )


def _holds(policy: SellerPolicy, at: datetime) -> bool:
    """Does it bind the orders of this moment?"""
    begun = policy.valid_from is not None and policy.valid_from <= at
    return begun and (policy.valid_to is None or policy.valid_to > at)


def _questions(seller: Seller, at: datetime) -> list[dict[str, Any]]:
    """The questions that can still be answered, by deadline, one more than is shown."""
    running = Question.objects.running(at).filter(case__seller=seller)
    rows = running.select_related("case__order", "entry").order_by("reply_due_at", "pk")
    return [
        {
            "row": question,
            "body": question.bodies.get(get_language() or "", question.entry.body),
            "due": message_rows.due(question.reply_due_at, seller, at),
        }
        for question in rows[: SHOWN + 1]
    ]
