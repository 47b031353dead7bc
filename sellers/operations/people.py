"""The people of a seller: owners invite colleagues, change roles and remove people; there is always
an owner left.
"""

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from sellers import notices
from sellers.models import Invitation, Membership, Seller
from sellers.operations import invitations

Role = Membership.Role


@transaction.atomic
def invite(seller: Seller, *, email: str, role: str, by: User) -> Invitation:
    """A colleague has a letter with a link to join with this role (P17). Refused for who is in
    already: their role is changed instead.
    """
    seller = _held(seller, by)
    email = email.strip().lower()
    found = _members(seller).filter(user__email=email).first()
    if found is not None:
        raise Refused(
            _("%(person)s is among your people already. You can change the role below.")
            % {"person": found.user},
            code="already_a_member",
        )
    return invitations.invite(seller, email=email, role=Role(role), by=by)


@transaction.atomic
def withdraw(seller: Seller, *, invitation: Invitation, by: User) -> None:
    """The link in the invitation's letter no longer works."""
    seller = _held(seller, by)
    invitations.withdraw(Invitation.objects.get(pk=invitation.pk, seller=seller), by=by)


@transaction.atomic
def change_role(seller: Seller, *, membership: Membership, role: str, by: User) -> Membership:
    """The person has this role and is told; nothing happens when they have it already. Refused for
    the last owner.
    """
    seller = _held(seller, by)
    found = _locked(seller, membership)
    before, role = found.role, Role(role)
    if before == role:
        return found
    _keep_an_owner(seller, found)
    found.role = role
    found.save(update_fields=["role"])
    journal.write(
        seller,
        "role_changed",
        at=timezone.now(),
        actor=journal.Actor.SELLER,
        user=by,
        person=found.user_id,
        before=before,
        after=role,
    )
    found.seller = seller
    if found.user_id != by.pk:
        notices.role_changed(found, by=by)
    return found


@transaction.atomic
def remove(seller: Seller, *, membership: Membership, by: User) -> User:
    """The person no longer acts for the seller and is told. Refused for the last owner."""
    seller = _held(seller, by)
    found = _locked(seller, membership)
    _keep_an_owner(seller, found)
    person, role = found.user, found.role
    found.delete()
    journal.write(
        seller,
        "person_removed",
        at=timezone.now(),
        actor=journal.Actor.SELLER,
        user=by,
        person=person.pk,
        role=role,
    )
    if person.pk != by.pk:
        notices.person_removed(person, seller, by=by)
    return person


def _held(seller: Seller, by: User) -> Seller:
    """The seller, locked, so that two owners cannot remove each other at the same moment; refused
    for who is not an owner any more.
    """
    held = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    if not Membership.objects.filter(seller=held, user=by, role=Role.OWNER).exists():
        raise Refused(
            _("Only an owner of the account can change its people. Please ask one of them."),
            code="owners_only",
        )
    return held


def _members(seller: Seller) -> models.QuerySet[Membership]:
    return Membership.objects.filter(seller=seller).select_related("user")


def _locked(seller: Seller, membership: Membership) -> Membership:
    found = _members(seller).select_for_update(of=("self",)).filter(pk=membership.pk).first()
    if found is None:
        raise Refused(
            _("This person is no longer among your people. The list is up to date now."),
            code="not_a_member",
        )
    return found


def _keep_an_owner(seller: Seller, leaving: Membership) -> None:
    """Refused when `leaving` is the only owner who may log in."""
    if leaving.role != Role.OWNER:
        return
    others = _members(seller).filter(role=Role.OWNER, user__is_active=True).exclude(pk=leaving.pk)
    if not others.exists():
        raise Refused(
            _("Every account needs an owner. Please make somebody else an owner first."),
            code="last_owner",
        )
