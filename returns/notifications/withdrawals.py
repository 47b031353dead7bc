"""The confirmation of a withdrawal: what was declared, with date and time, as the buyer reads."""

from csba.outbox.enqueue import enqueue
from returns.models import Withdrawal
from returns.notifications import links
from returns.notifications._words import moment_with_seconds


def confirmed(withdrawal: Withdrawal) -> None:
    """The buyer has a letter with the declaration word for word and the moment it came, in the
    marketplace's zone (BGB 356a(4)).
    """
    request = withdrawal.request
    order = withdrawal.order
    enqueue(
        "returns/mail/withdrawal_confirmed",
        to=withdrawal.contact if "@" in withdrawal.contact else order.buyer_email,
        language=withdrawal.language,
        about=withdrawal,
        key=f"withdrawal:{withdrawal.pk}",
        context={
            "withdrawal": withdrawal,
            "order": order,
            "request": request,
            "moment": moment_with_seconds(withdrawal.declared_at, withdrawal.language),
            "words": withdrawal.words.strip().splitlines(),
            "link": links.to_return(order, request.number, withdrawal.confirmed_at)
            if request is not None
            else "",
        },
    )
