"""The letters of enrolment, each in the seller's language and time zone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from csba.outbox.enqueue import draft, enqueue
from csba.outbox.models import OutgoingMail
from sellers.models import Enrolment, Invitation, Suspension


def invited(invitation: Invitation, secret: str) -> None:
    """The invited person has the link, and knows until when it works (P17)."""
    seller = invitation.seller
    enqueue(
        "sellers/mail/invited",
        to=invitation.email,
        language=seller.language,
        time_zone=seller.time_zone,
        about=invitation,
        context={
            "invitation": invitation,
            "path": reverse("sellers:open-invitation", args=[secret]),
        },
    )


def opted_out(stint: Enrolment, *, orders: int) -> None:
    """The seller knows since when new orders are theirs, and how many stay with us (P19)."""
    enqueue(
        "sellers/mail/opted_out", **_to_seller(stint, f"stint:{stint.pk}:opted_out", orders=orders)
    )


def service_active(stint: Enrolment) -> OutgoingMail:
    """Draft: the service is active, from which second on, and which orders it covers (P16, P18)."""
    return draft("sellers/mail/service_active", **_to_seller(stint, f"stint:{stint.pk}:active"))


def suspended(stint: Enrolment, *, reasons: Sequence[str], from_at: datetime) -> OutgoingMail:
    """Draft: new orders are not covered, since when, why, and what stays (rulings 6)."""
    words = [Suspension.Reason(reason).label for reason in reasons]
    key = f"stint:{stint.pk}:suspended:{from_at.isoformat()}:{len(reasons)}"
    return draft("sellers/mail/suspended", **_to_seller(stint, key, words=words, from_at=from_at))


def resumed(stint: Enrolment, *, at: datetime) -> OutgoingMail:
    """Draft: new orders are covered again, since when."""
    key = f"stint:{stint.pk}:resumed:{at.isoformat()}"
    return draft("sellers/mail/resumed", **_to_seller(stint, key, resumed_at=at))


def _to_seller(stint: Enrolment, key: str, **context: Any) -> dict[str, Any]:
    seller = stint.seller
    return {
        "to": seller.default_email,
        "language": seller.language,
        "time_zone": seller.time_zone,
        "about": stint,
        "key": key,
        "context": {
            "stint": stint,
            "seller": seller,
            "path": reverse("sellers:services"),
            **context,
        },
    }
