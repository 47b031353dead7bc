"""Addresses that get no mail for a while: it does not arrive there, or nobody wants it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.outbox.models import OutgoingMail, Suppression

LASTS: Final = timedelta(days=60)
"""After a hard bounce or a complaint (helpdesk L5)."""

_OF_THE_LOGIN: Final = ("account/mail/", "mfa/mail/")


def active(addresses: Iterable[str], at: datetime) -> dict[str, Suppression]:
    """Those of these addresses that get no mail at `at`, in lower case."""
    wanted = {address.lower() for address in addresses}
    rows = Suppression.objects.filter(address__in=wanted, until__gt=at, lifted_at__isnull=True)
    return {row.address: row for row in rows}


def stops(suppression: Suppression | None, mail: OutgoingMail) -> bool:
    """Does it stop this mail? Who only complained still gets what they need to sign in."""
    if suppression is None:
        return False
    wanted = suppression.reason == Suppression.Reason.COMPLAINT and mail.template.startswith(
        _OF_THE_LOGIN
    )
    # What a person writes to somebody who complained about machines is not what they meant.
    by_hand = suppression.reason == Suppression.Reason.COMPLAINT and not mail.automatic
    return not (wanted or by_hand)


@transaction.atomic
def suppress(address: str, *, reason: str, at: datetime, why: str = "") -> Suppression:
    """The address gets no mail for the next 60 days; again counts from now."""
    row, _created = Suppression.objects.update_or_create(
        address=address.strip().lower()[:320],
        defaults={
            "reason": Suppression.Reason(reason),
            "since": at,
            "until": at + LASTS,
            "why": why[:300],
            "lifted_at": None,
            "lifted_by": None,
        },
    )
    journal.write(
        row, "suppressed", at=at, actor=journal.Actor.SYSTEM, reason=reason, why=why[:300]
    )
    return row


@transaction.atomic
def lift(suppression: Suppression, *, by: User) -> None:
    """The address may be written to again, because a person said so."""
    at = timezone.now()
    done = Suppression.objects.filter(pk=suppression.pk, lifted_at__isnull=True, until__gt=at)
    if not done.update(lifted_at=at, lifted_by=by):
        raise Refused(_("This address gets mail already."), code="wrong_status")
    journal.write(suppression, "suppression_lifted", at=at, actor=journal.Actor.AGENT, user=by)
