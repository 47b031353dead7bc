"""The letters about terms and people, each in its reader's language and time zone.

Those that go to many sellers at once are drafts whose only variables are words: the template is
rendered once for all that are alike.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import formats, translation

from csba.accounts.models import User
from csba.outbox.enqueue import draft, enqueue_many
from csba.outbox.models import OutgoingMail
from sellers.models import Enrolment, Membership, Seller, Terms, TermsRequest
from sellers.rules.terms import summary

OF_A_SELLER: Final = ("name", "default_email", "language", "time_zone")
"""What of a seller these letters need."""


def opted_in(stint: Enrolment) -> None:
    """The seller knows that the click has arrived, and by when the service is active (P18)."""
    seller = stint.seller
    day, time = _moment(stint.active_due_at, seller.time_zone, seller.language, "H:i:s T")
    values = {"seller": seller.name, "day": day, "time": time, "path": _path("sellers:services")}
    letter = _to_seller(seller, "opted_in", about=stint, key="opted_in", values=values)
    enqueue_many([letter])


def terms_asked(request: TermsRequest, *, suspended: bool) -> OutgoingMail:
    """Draft: a new version holds, what is new, and until when to agree (P8, rulings 15)."""
    values = _asked_for(request) | {"suspended": "yes" if suspended else ""}
    return _to_seller(
        request.seller,
        "terms_asked",
        about=request.terms,
        key=f"{request.seller_id}:asked",
        values=values,
    )


def terms_reminder(request: TermsRequest, *, at: datetime) -> OutgoingMail:
    """Draft: the version is still not agreed to, and until when there is time."""
    return _to_seller(
        request.seller,
        "terms_reminder",
        about=request.terms,
        key=f"{request.seller_id}:reminder:{at.isoformat()}",
        values=_asked_for(request),
    )


def terms_missed(stint: Enrolment, document: Terms, *, from_at: datetime) -> OutgoingMail:
    """Draft: new orders are not covered from this second on; agreeing brings the service back."""
    seller = stint.seller
    day, time = _moment(from_at, seller.time_zone, seller.language, "H:i:s T")
    values = {**_about(document, seller.language), "seller": seller.name, "day": day, "time": time}
    return _to_seller(
        seller, "terms_missed", about=stint, key=f"terms:{from_at.isoformat()}", values=values
    )


def role_changed(membership: Membership, *, by: User) -> None:
    """The person knows what they may do for the seller from now on."""
    person = membership.user
    with translation.override(person.language):
        role = str(membership.get_role_display())
    values = {"seller": membership.seller.name, "role": role, "path": _path("portal:home")}
    enqueue_many([_to_person(person, "person_role", by=by, values=values)])


def person_removed(person: User, seller: Seller, *, by: User) -> None:
    """The person knows that they no longer act for the seller."""
    enqueue_many([_to_person(person, "person_removed", by=by, values={"seller": seller.name})])


def _asked_for(request: TermsRequest) -> dict[str, str]:
    seller = request.seller
    day, time = _moment(request.agree_by, seller.time_zone, seller.language, "H:i T")
    about = _about(request.terms, seller.language)
    return {**about, "seller": seller.name, "day": day, "time": time}


def _about(document: Terms, language: str) -> dict[str, str]:
    with translation.override(language):
        kind = str(document.get_kind_display())
    return {
        "document": kind,
        "version": document.version,
        "summary": summary(document, language),
        "path": _path("sellers:terms"),
    }


def _to_seller(
    seller: Seller, letter: str, *, about: Enrolment | Terms, key: str, values: Mapping[str, str]
) -> OutgoingMail:
    kind = "stint" if isinstance(about, Enrolment) else "terms"
    return draft(
        f"sellers/mail/{letter}",
        to=seller.default_email,
        language=seller.language,
        time_zone=seller.time_zone,
        about=about,
        key=f"{kind}:{about.pk}:{key}",
        values=values,
    )


def _to_person(person: User, letter: str, *, by: User, values: Mapping[str, str]) -> OutgoingMail:
    return draft(
        f"sellers/mail/{letter}",
        to=person.email,
        language=person.language,
        time_zone=person.time_zone,
        about=person,
        values={"person": str(person), "by": str(by), **values},
    )


@lru_cache(maxsize=8)
def _path(name: str) -> str:
    """Resolving an address costs more than the rest of a letter."""
    return reverse(name)


@lru_cache(maxsize=256)
def _moment(moment: datetime, zone: str, language: str, clock: str) -> tuple[str, str]:
    """Day and time in words: one sweep tells thousands of the same moment."""
    local = moment.astimezone(ZoneInfo(zone))
    with translation.override(language):
        return formats.date_format(local, "DATE_FORMAT"), formats.date_format(local, clock)
