"""Invitations: the only way in (P17).

The secret stands in the letter's link and nowhere else; the row keeps its hash.
"""

import hashlib
import secrets
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from csba import promises
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import write as journal
from csba.moves import move
from csba.outbox.enqueue import enqueue_many
from sellers import notifications
from sellers.models import Enrolment, Invitation, Membership, Seller, Service
from sellers.operations import _accounts
from sellers.operations._accounts import Account
from sellers.rules import eligibility

__all__ = ["Account", "accept", "find", "invite", "invite_account", "send_again", "usable"]

Status = Invitation.Status
Role = Membership.Role

RANK: Final = {Role.READER: 0, Role.OPERATOR: 1, Role.OWNER: 2}
"""Of two roles the higher one wins."""


@transaction.atomic
def invite(
    seller: Seller,
    *,
    email: str,
    by: User,
    service: Service | None = None,
    role: str = Role.OWNER,
    language: str = "",
    replace: bool = True,
) -> Invitation:
    """A letter with a fresh link is on its way to `email`; an earlier link no longer works, or,
    without `replace`, an earlier one that still works is a refusal.

    The letter is in `language`, else in the seller's. Refused for who has this role or a higher
    one already, unless it is the seller who is not let in yet.
    """
    service = service or Service.objects.get(code=Service.CSBA)
    email = email.strip().lower()
    seller = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    at = timezone.now()
    _refuse_who_is_in(seller, service, email=email, role=role, at=at)
    for earlier in Invitation.objects.filter(
        service=service, seller=seller, email=email, status=Status.OPEN
    ):
        if not replace and at < earlier.expires_at:
            raise _already_invited(earlier)
        withdraw(earlier, by=by)
    invitation, secret = drafted(
        seller, service=service, email=email, role=role, by=by, at=at, language=language
    )
    invitation.save(force_insert=True)
    journal.write_many([told(invitation, by=by, at=at)])
    enqueue_many([notifications.invited(invitation, secret, language=language)])
    return invitation


@transaction.atomic
def invite_account(
    account: Account, *, email: str, by: User, replace: bool = True
) -> tuple[Invitation, bool]:
    """The account's seller, made if nobody knew it, is invited at `email`; also whether it was
    made.
    """
    seller = Seller.objects.filter(merchant_id=account.merchant_id).first()
    if seller is None and not (account.company and account.country):
        raise Refused(
            _("This merchant id is not known here yet. Please also give company and country."),
            code="account_incomplete",
        )
    made = seller is None
    if seller is None:
        seller, made = _accounts.known_or_new(account, at=timezone.now(), by=by)
    invitation = invite(seller, email=email, by=by, language=account.language, replace=replace)
    return invitation, made


@transaction.atomic
def send_again(invitation: Invitation, *, by: User) -> Invitation:
    """A new letter with a new link is on its way; the old link no longer works. Only for one that
    is open or has expired, so that a second click sends nothing.
    """
    # The seller first, as inviting does.
    seller = Seller.objects.select_for_update(no_key=True).get(pk=invitation.seller_id)
    invitation = Invitation.objects.select_related("service").get(pk=invitation.pk)
    if invitation.status != Status.OPEN:
        raise Conflict(
            _("Meanwhile this invitation is “%(state)s”. Please look at the newest one.")
            % {"state": invitation.get_status_display()},
            code="invitation_settled",
        )
    role, service = invitation.role, invitation.service
    return invite(seller, email=invitation.email, by=by, service=service, role=role)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    """The link no longer works."""
    at = timezone.now()
    move(invitation, Status.WITHDRAWN, settled_at=at)
    journal.write(invitation, "invitation_withdrawn", at=at, actor=actor(by), user=by)


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
    """The person has the invitation's role for the seller, or keeps a higher one; the link is used
    up. A second click changes nothing.
    """
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
    membership, made = Membership.objects.select_for_update(of=("self",)).get_or_create(
        seller=invitation.seller,
        user=user,
        defaults={"role": invitation.role, "created_at": at},
    )
    if not made and RANK[Role(membership.role)] < RANK[Role(invitation.role)]:
        membership.role = invitation.role
        membership.save(update_fields=["role"])
    journal.write(
        invitation,
        "invitation_used",
        at=at,
        actor=journal.Actor.SELLER,
        user=user,
        seller=invitation.seller.merchant_id,
        role=membership.role,
    )
    return membership


def drafted(
    seller: Seller,
    *,
    service: Service,
    email: str,
    role: str,
    by: User,
    at: datetime,
    language: str = "",
) -> tuple[Invitation, str]:
    """An invitation that is not stored yet, and the secret of its link."""
    secret = secrets.token_urlsafe(32)
    invitation = Invitation(
        service=service,
        seller=seller,
        email=email,
        role=Role(role),
        secret_hash=_hash(secret),
        invited_at=at,
        invited_by=by,
        expires_at=at + promises.invitation(at),
    )
    return invitation, secret


def told(invitation: Invitation, *, by: User, at: datetime) -> journal.Line:
    """The journal's line about a stored invitation."""
    return journal.line(
        invitation,
        "invited",
        at=at,
        actor=actor(by),
        user=by,
        seller=invitation.seller.merchant_id,
        role=invitation.role,
        expires_at=invitation.expires_at,
    )


def actor(by: User) -> journal.Actor:
    """Sellers invite their colleagues, policy admins invite sellers."""
    return journal.Actor.ADMIN if by.is_staff else journal.Actor.SELLER


def _refuse_who_is_in(
    seller: Seller, service: Service, *, email: str, role: str, at: datetime
) -> None:
    member = Membership.objects.filter(seller=seller, user__email=email).first()
    if member is None or RANK[Role(member.role)] < RANK[Role(role)]:
        return
    let_in = eligibility.invited(
        service,
        Invitation.objects.filter(seller=seller, service=service),
        Enrolment.objects.filter(seller=seller, service=service)[:1],
        at,
    )
    if let_in:
        raise Refused(
            _("%(person)s already acts for %(seller)s, so no invitation is needed.")
            % {"person": email, "seller": seller.name},
            code="already_member",
        )


def _already_invited(earlier: Invitation) -> Refused:
    until = formats.date_format(timezone.localtime(earlier.expires_at), "DATETIME_FORMAT")
    return Refused(
        _("%(person)s is already invited, until %(until)s. To replace the link, use “Send again”.")
        % {"person": earlier.email, "until": until},
        code="already_invited",
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
