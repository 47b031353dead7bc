"""What follows when money has moved: the seller's debit with its reason, the letters."""

from datetime import datetime

from django.utils import translation

from caselog.operations import cases
from csba.journal import write as journal
from returns.models import Refund
from returns.notifications import money as letters
from sellers.models import LedgerLine
from sellers.operations import ledger


def follows(refund: Refund, at: datetime) -> None:
    """Goodwill is the operator's (table (a), concession.reimburse_seller): then no debit and no
    word to the seller.
    """
    journal.write(
        refund,
        "refund_settled",
        at=at,
        actor=journal.Actor.SYSTEM,
        gateway=refund.gateway,
        reference=refund.gateway_reference,
    )
    letters.refund_settled(refund)
    if refund.goodwill:
        return
    line = ledger.book(
        refund.seller,
        key=f"refund:{refund.number}",
        kind=LedgerLine.Kind.REFUND,
        amount=-refund.amount,
        currency=refund.currency,
        reason=letters.debit_reason(refund),
        order=refund.order,
        clause=refund.clause,
        reference=str(refund.number),
        reimbursable=refund.reimbursable,
        facts={
            "refund": str(refund.number),
            "origin": refund.origin,
            "return": str(refund.request.number) if refund.request is not None else "",
            "decision": refund.reference,
        },
    )
    if refund.origin == Refund.Origin.SELLER:
        return  # They have just done it themselves; the ledger shows it.
    with translation.override(refund.seller.language):
        subject, body = letters.debit_notice(refund, line)
    case = refund.request.case if refund.request is not None else None
    if case is not None:
        cases.write(case, body=body, by=None)
    else:
        cases.post_notice(
            refund.seller,
            subject=subject,
            body=body,
            reference=str(refund.number),
            order=refund.order,
        )
