"""Who would like to be invited: asked on a public form, confirmed by mail, settled on the desk
(P17).

What the form answers never depends on what is known about an address; only letters do, and they
reach nobody but the address's owner.
"""

from datetime import datetime
from typing import Final

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from csba import promises
from csba.accounts.models import User
from csba.errors import Refused
from csba.health.models import Heartbeat
from csba.journal import write as journal
from csba.moves import move
from sellers import notifications
from sellers.models import Interest, Invitation, Membership, Seller
from sellers.operations import invitations
from sellers.operations._accounts import Account

Status = Interest.Status
_SALT: Final = "sellers.interest"
SHORTEST_REASON: Final = 10


@transaction.atomic
def ask(
    *, company: str, merchant_id: str, email: str, country: str, language: str, words: str = ""
) -> None:
    """A letter is on its way to `email`: with the link that confirms, or, if this seller is on the
    waiting list already, saying so. Asking again before confirming replaces what was written.
    """
    at = timezone.now()
    email, merchant_id = email.strip().lower(), merchant_id.strip().upper()
    told = {"company": company, "country": country, "language": language, "words": words}
    of_them = Interest.objects.filter(
        email=email, merchant_id=merchant_id, status__in=[Status.UNCONFIRMED, Status.WAITING]
    )
    found = of_them.select_for_update().first()
    if found is None:
        try:
            with transaction.atomic():
                found = Interest.objects.create(
                    email=email, merchant_id=merchant_id, asked_at=at, **told
                )
        except IntegrityError:
            # The same form, sent twice at the same moment: the other one's row is there now.
            found = of_them.select_for_update().get()
    if found.status == Status.WAITING:
        notifications.interest_known(found)
        return
    Interest.objects.filter(pk=found.pk).update(asked_at=at, **told)
    found.refresh_from_db()
    notifications.interest_confirm(found, token=token(found), until=confirm_by(found))


def token(interest: Interest) -> str:
    """What stands in the link that confirms."""
    return signing.dumps(interest.pk, salt=_SALT)


def confirm_by(interest: Interest) -> datetime:
    """Until when the link works; it keeps the number of the day it was asked for."""
    return interest.asked_at + promises.interest_confirmation(interest.asked_at)


def to_confirm(token: str) -> Interest:
    """The interest of this link; refused with what to do when it is over or was no such link."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature as problem:
        raise Refused(
            _("This link is not known. Please check that it is complete."), code="unknown_link"
        ) from problem
    found = Interest.objects.filter(pk=pk).first()
    if found is None or (
        found.status == Status.UNCONFIRMED and confirm_by(found) <= timezone.now()
    ):
        raise Refused(
            _("This link has expired. Please fill in the form again; it takes a minute."),
            code="link_expired",
        )
    return found


@transaction.atomic
def confirm(token: str) -> tuple[Interest, bool]:
    """The interest is on the waiting list; also whether this was news. A second click is none."""
    interest = to_confirm(token)
    if interest.status != Status.UNCONFIRMED:
        return interest, False
    at = timezone.now()
    # Of two clicks at the same moment the second finds it done, which is as good.
    mine = Interest.objects.select_for_update().get(pk=interest.pk)
    if mine.status != Status.UNCONFIRMED:
        return mine, False
    move(mine, Status.WAITING, confirmed_at=at)
    journal.write(
        mine,
        "interest_confirmed",
        at=at,
        actor=journal.Actor.SELLER,
        merchant_id=mine.merchant_id,
        country=mine.country,
    )
    return mine, True


@transaction.atomic
def invite(interest: Interest, *, by: User, checked: bool = False) -> Invitation:
    """The seller exists, the invitation's letter is on its way, the row is settled.

    Of two admins one wins. For a seller we know, whose addresses are others, somebody must have
    `checked` that the person belongs to them: anybody can type a merchant id.
    """
    at = timezone.now()
    move(interest, Status.INVITED, settled_at=at, settled_by=by)
    if not checked and is_unknown_to_seller(interest):
        raise Refused(
            _("This seller is known under other addresses. Please check, and tick the box."),
            code="not_checked",
        )
    account = Account(
        merchant_id=interest.merchant_id,
        company=interest.company,
        email=interest.email,
        country=interest.country,
        language=interest.language,
    )
    invitation, _made = invitations.invite_account(account, email=interest.email, by=by)
    Interest.objects.filter(pk=interest.pk).update(invitation=invitation)
    interest.invitation = invitation
    journal.write(
        interest,
        "interest_invited",
        at=at,
        actor=journal.Actor.ADMIN,
        user=by,
        merchant_id=interest.merchant_id,
        checked=checked,
    )
    return invitation


@transaction.atomic
def decline(interest: Interest, *, by: User, reason: str) -> None:
    """The person is told politely, with the reason; the row is settled."""
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Refused(
            _("Please write the reason in a whole sentence: the person reads it."), code="reason"
        )
    at = timezone.now()
    move(interest, Status.DECLINED, settled_at=at, settled_by=by, reason=reason)
    journal.write(
        interest,
        "interest_declined",
        at=at,
        actor=journal.Actor.ADMIN,
        user=by,
        merchant_id=interest.merchant_id,
    )
    notifications.interest_declined(interest)


@transaction.atomic
def put_back(interest: Interest, *, by: User) -> None:
    """A declined interest waits again, at the place it had."""
    at = timezone.now()
    asked_again = Interest.objects.filter(
        email=interest.email, merchant_id=interest.merchant_id
    ).filter(status__in=[Status.UNCONFIRMED, Status.WAITING])
    if asked_again.exclude(pk=interest.pk).exists():
        raise Refused(
            _("This person has asked again meanwhile; the newer row is on its way."),
            code="asked_again",
        )
    move(interest, Status.WAITING, settled_at=None, settled_by=None, reason="")
    journal.write(interest, "interest_put_back", at=at, actor=journal.Actor.ADMIN, user=by)


def forget_unconfirmed(at: datetime) -> int:
    """Whoever did not confirm in time is forgotten, nothing of it is kept; returns how many."""
    over = [
        pk
        for pk, asked_at in Interest.objects.filter(
            status=Status.UNCONFIRMED, asked_at__lt=at
        ).values_list("pk", "asked_at")
        if asked_at + promises.interest_confirmation(asked_at) <= at
    ]
    # Still unconfirmed in that very statement: a click of the last moment wins.
    count, _by_model = Interest.objects.filter(pk__in=over, status=Status.UNCONFIRMED).delete()
    Heartbeat.objects.beat("forget_unconfirmed_interest", at=at, count=count)
    return count


def is_unknown_to_seller(interest: Interest) -> bool:
    """Do we know this merchant id, but not this address with it? One statement."""
    known = Seller.objects.filter(merchant_id=interest.merchant_id)
    return known.exclude(_knows(interest.email)).exists()


def _knows(email: str) -> Q:
    members = Membership.objects.filter(user__email=email).values("seller")
    return Q(default_email__iexact=email) | Q(pk__in=members)
