"""Invitations: the only way in (P17).

The secret stands in the letter's link and nowhere else; the row keeps its hash.
"""

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba import promises
from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.moves import move
from sellers import notifications
from sellers.models import Invitation, Membership, Seller, Service

Status = Invitation.Status


@transaction.atomic
def invite(seller: Seller, *, email: str, by: User, service: Service | None = None) -> Invitation:
    """A letter with a fresh link is on its way to `email`; an earlier link no longer works."""
    service = service or Service.objects.get(code=Service.CSBA)
    email = email.strip().lower()
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    at = timezone.now()
    for earlier in Invitation.objects.filter(
        service=service, seller=seller, email=email, status=Status.OPEN
    ):
        withdraw(earlier, by=by)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        service=service,
        seller=seller,
        email=email,
        secret_hash=_hash(secret),
        invited_at=at,
        invited_by=by,
        expires_at=at + promises.invitation(at),
    )
    journal.write(
        invitation,
        "invited",
        at=at,
        actor=journal.Actor.ADMIN,
        user=by,
        seller=seller.merchant_id,
        expires_at=invitation.expires_at,
    )
    notifications.invited(invitation, secret)
    return invitation


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    """The link no longer works."""
    at = timezone.now()
    move(invitation, Status.WITHDRAWN, settled_at=at)
    journal.write(invitation, "invitation_withdrawn", at=at, actor=journal.Actor.ADMIN, user=by)


def find(secret: str) -> Invitation | None:
    """The invitation of this link, whatever its state."""
    found = Invitation.objects.filter(secret_hash=_hash(secret))
    return found.select_related("seller", "service").first()


def usable(secret: str) -> Invitation:
    """The invitation of this link, still open; else refused with what to do."""
    invitation = find(secret)
    if invitation is None:
        raise Refused(
            _("This invitation link is not known. Please check that it is complete."),
            code="unknown_invitation",
        )
    if invitation.status == Status.WITHDRAWN:
        raise Refused(
            _("This invitation was withdrawn or replaced. Please use the newest letter."),
            code="invitation_withdrawn",
        )
    if invitation.status == Status.USED:
        raise Refused(
            _("This invitation was already used. Please sign in, or ask for a new invitation."),
            code="invitation_used",
        )
    if invitation.expires_at <= timezone.now():
        raise Refused(
            _("This invitation has expired. Please ask for a new one."), code="invitation_expired"
        )
    return invitation


@transaction.atomic
def accept(secret: str, *, user: User) -> Membership:
    """The person is an owner of the seller, the link is used up; a second click changes nothing."""
    # The lock makes the second of two clicks wait and find the link used by the same person.
    invitation = Invitation.objects.select_for_update().filter(secret_hash=_hash(secret)).first()
    if invitation is not None and invitation.status == Status.USED:
        mine = (
            Membership.objects.filter(seller=invitation.seller_id, user=user)
            .select_related("seller")
            .first()
        )
        if mine is not None:
            return mine
    invitation = usable(secret)
    at = timezone.now()
    move(invitation, Status.USED, settled_at=at)
    membership, _made = Membership.objects.update_or_create(
        seller=invitation.seller,
        user=user,
        defaults={"role": Membership.Role.OWNER},
        create_defaults={"role": Membership.Role.OWNER, "created_at": at},
    )
    journal.write(
        invitation,
        "invitation_used",
        at=at,
        actor=journal.Actor.SELLER,
        user=user,
        seller=invitation.seller.merchant_id,
    )
    return membership


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
