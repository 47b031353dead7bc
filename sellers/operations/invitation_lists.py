"""Inviting by a list: what each row would do, and doing exactly the good ones (P17).

Nothing is stored between looking and doing: the same text comes again and is read again, so a list
that is sent twice invites nobody twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from csba.accounts.models import User
from csba.journal import write as journal
from csba.outbox.enqueue import enqueue_many, one_kick
from sellers import notifications
from sellers.models import Enrolment, Invitation, Membership, Seller, Service
from sellers.operations import _accounts, invitations
from sellers.operations._accounts import Account
from sellers.rules import invitation_list
from sellers.rules.invitation_list import Row

BATCH: Final = 500


class Outcome(models.TextChoices):
    """What becomes of a row."""

    NEW = "NEW", _("New seller: is made and invited")
    KNOWN = "KNOWN", _("Known seller: is invited")
    AGAIN = "AGAIN", _("Is invited again: the earlier invitation has expired")
    OPEN = "OPEN", _("Already invited")
    MEMBER = "MEMBER", _("Already a member")
    ERROR = "ERROR", _("Cannot be invited")


GOOD: Final = frozenset({Outcome.NEW, Outcome.KNOWN, Outcome.AGAIN})


@dataclass(frozen=True, slots=True)
class Planned:
    """A row, what becomes of it, until when it is invited already, and as whom we know it."""

    row: Row
    outcome: Outcome
    until: datetime | None = None
    known_as: str = ""


def plan(rows: Sequence[Row], *, at: datetime) -> list[Planned]:
    """What inviting these rows at `at` would do; five statements, nothing is written."""
    good = [row for row in rows if not row.problem]
    sellers = Seller.objects.in_bulk({row.merchant_id for row in good}, field_name="merchant_id")
    facts = _facts(list(sellers.values()), at)
    new: set[str] = set()
    found = []
    for row in rows:
        if row.problem:
            found.append(Planned(row, Outcome.ERROR))
            continue
        seller = sellers.get(row.merchant_id)
        if seller is None:
            outcome = Outcome.KNOWN if row.merchant_id in new else Outcome.NEW
            new.add(row.merchant_id)
            found.append(Planned(row, outcome))
            continue
        found.append(facts.of(row, seller, at))
    return found


def invite_all(text: str, *, by: User) -> list[Planned]:
    """Every good row of the list is invited; returns what became of each row.

    One commit for every 500 rows: interrupted, the list is simply sent again. Refused if the text
    is no such list.
    """
    rows = invitation_list.read(text)
    done = {row.line: Planned(row, Outcome.ERROR) for row in rows if row.problem}
    with one_kick():
        good = [row for row in rows if not row.problem]
        for begin in range(0, len(good), BATCH):
            for planned in _invite(good[begin : begin + BATCH], by=by):
                done[planned.row.line] = planned
    return [done[row.line] for row in rows]


@transaction.atomic
def _invite(rows: Sequence[Row], *, by: User) -> list[Planned]:
    at = timezone.now()
    service = Service.objects.get(code=Service.CSBA)
    made = _accounts.make_missing((_account(row) for row in rows), at=at, by=by)
    ids = {row.merchant_id for row in rows}
    # From here on nobody else invites for these sellers; what is planned now is what happens.
    locked = Seller.objects.select_for_update(no_key=True).filter(merchant_id__in=ids)
    sellers = {seller.merchant_id: seller for seller in locked.order_by("pk")}
    planned = plan(rows, at=at)
    good = [one for one in planned if one.outcome in GOOD]
    _withdraw_expired([one for one in good if one.outcome == Outcome.AGAIN], sellers, by=by)
    drafts = [
        invitations.drafted(
            sellers[one.row.merchant_id],
            service=service,
            email=one.row.email,
            role=Membership.Role.OWNER,
            by=by,
            at=at,
        )
        for one in good
    ]
    Invitation.objects.bulk_create(invitation for invitation, _secret in drafts)
    journal.write_many(invitations.told(invitation, by=by, at=at) for invitation, _s in drafts)
    enqueue_many(
        notifications.invited(invitation, secret, language=one.row.language)
        for one, (invitation, secret) in zip(good, drafts, strict=True)
    )
    return [_as_made(one, made) for one in planned]


def _withdraw_expired(again: list[Planned], sellers: dict[str, Seller], *, by: User) -> None:
    if not again:
        return
    pairs = {(sellers[one.row.merchant_id].pk, one.row.email) for one in again}
    of_them = Invitation.objects.filter(
        status=Invitation.Status.OPEN,
        service__code=Service.CSBA,
        seller__in={seller for seller, _email in pairs},
    )
    for invitation in of_them:
        if (invitation.seller_id, invitation.email) in pairs:
            invitations.withdraw(invitation, by=by)


def _as_made(planned: Planned, made: set[str]) -> Planned:
    """A seller who was made for this row counts as new, once."""
    if planned.outcome == Outcome.KNOWN and planned.row.merchant_id in made:
        made.discard(planned.row.merchant_id)
        return Planned(planned.row, Outcome.NEW)
    return planned


def _account(row: Row) -> Account:
    return Account(row.merchant_id, row.company, row.email, row.country, row.language)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known about the sellers of a list: owners, open invitations, who is let in."""

    owners: set[tuple[int, str]]
    open: dict[tuple[int, str], datetime]
    let_in: set[int]

    def of(self, row: Row, seller: Seller, at: datetime) -> Planned:
        key = (seller.pk, row.email)
        until = self.open.get(key)
        if key in self.owners and seller.pk in self.let_in:
            return Planned(row, Outcome.MEMBER, known_as=seller.name)
        if until is not None and at < until:
            return Planned(row, Outcome.OPEN, until=until, known_as=seller.name)
        outcome = Outcome.KNOWN if until is None else Outcome.AGAIN
        return Planned(row, outcome, known_as=seller.name)


def _facts(sellers: list[Seller], at: datetime) -> _Facts:
    if not sellers:
        return _Facts(set(), {}, set())
    theirs = Invitation.objects.filter(seller__in=sellers, service__code=Service.CSBA)
    open_ones, let_in = {}, set()
    for seller, email, status, expires_at in theirs.exclude(
        status=Invitation.Status.WITHDRAWN
    ).values_list("seller_id", "email", "status", "expires_at"):
        if status == Invitation.Status.OPEN:
            open_ones[seller, email] = expires_at
        if status == Invitation.Status.USED or at < expires_at:
            let_in.add(seller)
    stints = Enrolment.objects.filter(seller__in=sellers, service__code=Service.CSBA)
    let_in |= set(stints.values_list("seller_id", flat=True).distinct())
    owners = Membership.objects.filter(seller__in=sellers, role=Membership.Role.OWNER)
    return _Facts(set(owners.values_list("seller_id", "user__email")), open_ones, let_in)
