"""The letters of invitations and enrolment, each in its reader's language and time zone."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import formats, translation

from csba.outbox.enqueue import draft, enqueue
from csba.outbox.models import OutgoingMail
from sellers.models import Enrolment, Interest, Invitation, Suspension
from sellers.rules import countries


def invited(invitation: Invitation, secret: str, *, language: str = "") -> OutgoingMail:
    """Draft: the invited person has the link, and knows until when it works (P17). A colleague
    also reads who invites them, and as what.
    """
    seller, host = invitation.seller, invitation.invited_by
    language = language or seller.language
    day, time = _to_the_minute(invitation.expires_at, seller.time_zone, language)
    values = {
        "seller": seller.name,
        "day": day,
        "time": time,
        "path": reverse("sellers:open-invitation", args=[secret]),
        "colleague": "",
        "role": "",
    }
    if host is not None and not host.is_staff:
        with translation.override(language):
            values |= {"colleague": str(host), "role": invitation.get_role_display()}
    return draft(
        "sellers/mail/invited",
        to=invitation.email,
        language=language,
        time_zone=seller.time_zone,
        about=invitation,
        values=values,
    )


def interest_confirm(interest: Interest, *, token: str, until: datetime) -> None:
    """Whoever filled in the form has the link that confirms it was they (P17)."""
    _about_interest("interest_confirm", interest, until=until, path=_confirming(token))


def interest_known(interest: Interest) -> None:
    """Whoever asks a second time reads that they are on the list already."""
    _about_interest("interest_known", interest)


def interest_declined(interest: Interest) -> None:
    """The person knows that there is no place now, and why."""
    _about_interest("interest_declined", interest, path=reverse("sellers:interest"))


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


def _about_interest(letter: str, interest: Interest, **context: Any) -> None:
    enqueue(
        f"sellers/mail/{letter}",
        to=interest.email,
        language=interest.language,
        time_zone=countries.time_zone(interest.country),
        about=interest,
        context={"interest": interest, **context},
    )


def _confirming(token: str) -> str:
    return reverse("sellers:confirm-interest", args=[token])


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


@lru_cache(maxsize=256)
def _to_the_minute(moment: datetime, zone: str, language: str) -> tuple[str, str]:
    """Day and time in words, for a moment that many letters share."""
    local = moment.astimezone(ZoneInfo(zone))
    with translation.override(language):
        return (
            formats.date_format(local, "DATE_FORMAT"),
            formats.date_format(local, "H:i T"),
        )
