"""The letters of enrolment, each in the seller's language and time zone."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import formats, translation

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
    seller = stint.seller
    assert stint.active_from is not None
    day, time = _to_the_second(stint.active_from, seller.time_zone, seller.language)
    values = {"seller": seller.name, "day": day, "time": time, "path": _path()}
    fields = _envelope(stint, f"stint:{stint.pk}:active")
    return draft("sellers/mail/service_active", **fields, values=values)


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
    facts = {"stint": stint, "seller": stint.seller, "path": _path(), **context}
    return {**_envelope(stint, key), "context": facts}


def _envelope(stint: Enrolment, key: str) -> dict[str, Any]:
    seller = stint.seller
    return {
        "to": seller.default_email,
        "language": seller.language,
        "time_zone": seller.time_zone,
        "about": stint,
        "key": key,
    }


@lru_cache(maxsize=1)
def _path() -> str:
    """The seller's services; resolving an address costs more than the rest of a letter."""
    return reverse("sellers:services")


@lru_cache(maxsize=256)
def _to_the_second(moment: datetime, zone: str, language: str) -> tuple[str, str]:
    """Day and time in words: one sweep stamps thousands of stints with the same moment."""
    local = moment.astimezone(ZoneInfo(zone))
    with translation.override(language):
        return (
            formats.date_format(local, "DATE_FORMAT"),
            formats.date_format(local, "H:i:s T"),
        )
