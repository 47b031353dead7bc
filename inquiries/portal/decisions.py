"""What was decided about a case, as its seller reads it in the Case Log (P10)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from caselog.models import Case
from csba.money import shown
from inquiries.models import Decision
from returns.models import Refund
from returns.notifications.money import clause_words
from returns.rules import recommendation


@dataclass(frozen=True)
class Card:
    """A template and what it shows."""

    template: str
    context: dict[str, Any]


def cards(case: Case, at: datetime) -> list[Card]:
    """The newest decision of the case's inquiry: what, why, by which clause, at which cost; nothing
    before there is one. Two statements at most.

    What agents note for our own record may speak of the buyer and is not shown.
    """
    decision = (
        Decision.objects.filter(inquiry__case=case)
        .select_related("inquiry")
        .order_by("-seq")
        .first()
    )
    if decision is None:
        return []
    refunds: list[Refund] = []
    if decision.inquiry.order_id is not None:
        refunds = list(
            Refund.objects.filter(
                order=decision.inquiry.order_id,
                seller=case.seller_id,
                reference=decision.inquiry.number,
                asked_at__lte=at,
            )
            .exclude(status__in=Refund.VOID)
            .order_by("pk")
        )
    costs = [
        {
            "amount": shown(refund.amount, refund.currency),
            "why": refund.reason,
            "clause": clause_words(refund.clause) if refund.clause else "",
            "state": refund.get_status_display(),
        }
        for refund in refunds
    ]
    why = recommendation.told_seller(decision.facts.get("chosen", {}), get_language() or "de")
    shown_here = {"decision": decision, "costs": costs, "why": why}
    return [Card("inquiries/portal/_decision.html", shown_here)]
