"""Standing: what the marketplace tells about an account, and what that suspends (P9, rulings 6)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.journal import write as journal
from csba.outbox.enqueue import enqueue_many
from sellers import notifications
from sellers.feeds.account_status import AccountFacts
from sellers.feeds.facts import RowProblem
from sellers.models import Enrolment, Seller, Suspension
from sellers.operations.batches import Outcome, Report
from sellers.rules import stints

CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""News may be so much from the future: clocks of two houses are never quite the same."""
_OURS: Final = (Suspension.Reason.STANDING, Suspension.Reason.NOT_PROFESSIONAL)
"""What this operation suspends and resumes; other reasons are ended by who began them."""


@transaction.atomic
def record(
    seller: Seller,
    *,
    professional: bool | None = None,
    standing: str | None = None,
    as_of: datetime,
    by: User | None = None,
    reason: str = "",
) -> Seller:
    """The account is known as of `as_of`; while it is not fit, running stints are suspended.

    News older than what is known already changes nothing. A stint that is not active yet gets its
    suspension when it is activated. `reason` is what a person of the desk wrote.
    """
    facts = AccountFacts(
        merchant_id=seller.merchant_id, professional=professional, standing=standing, as_of=as_of
    )
    return _recorded(seller.pk, facts, by=by, reason=reason)[0]


def take_in(
    rows: Iterable[AccountFacts | RowProblem], *, by: User | None = None, dry_run: bool = False
) -> Report:
    """Every good row is recorded, each in a commit of its own; the report counts and names bad
    ones. The same file again changes nothing.
    """
    report = Report()
    for row in rows:
        if isinstance(row, RowProblem):
            report.refuse(row)
            continue
        seller = Seller.objects.filter(merchant_id=row.merchant_id).only("pk").first()
        if seller is None:
            words = _("No seller here has this merchant id.")
            report.refuse(RowProblem(row.line, words, row.merchant_id))
        elif row.as_of > timezone.now() + CLOCKS_DIFFER:
            words = _("as_of lies in the future. Please check the time and its zone.")
            report.refuse(RowProblem(row.line, words, row.merchant_id))
        else:
            with transaction.atomic():
                report.count(_recorded(seller.pk, row, by=by)[1])
                transaction.set_rollback(dry_run)
    return report


@transaction.atomic
def _recorded(
    pk: int, facts: AccountFacts, *, by: User | None, reason: str = ""
) -> tuple[Seller, Outcome]:
    # The same lock as opting in and activating: none of them misses news that came just before.
    seller = Seller.objects.select_for_update(no_key=True).get(pk=pk)
    as_of = facts.as_of
    if seller.standing_as_of is not None and as_of < seller.standing_as_of:
        return seller, Outcome.OLDER
    at = timezone.now()
    before = {"professional": seller.professional, "standing": seller.standing}
    if facts.professional is not None:
        seller.professional = facts.professional
    if facts.standing is not None:
        seller.standing = Seller.Standing(facts.standing)
    seller.standing_as_of = as_of
    seller.save(update_fields=["professional", "standing", "standing_as_of"])
    after = {"professional": seller.professional, "standing": seller.standing}
    # What a person records is told also if it only confirms what was known.
    if after != before or reason:
        actor = journal.Actor.SYSTEM if by is None else journal.Actor.ADMIN
        journal.write(
            seller,
            "standing_changed" if after != before else "standing_confirmed",
            at=at,
            actor=actor,
            user=by,
            before=before,
            after=after,
            as_of=as_of,
            **({"reason": reason} if reason else {}),
        )
    active = Enrolment.objects.filter(seller=seller, status=Enrolment.Status.ACTIVE)
    for stint in active.select_related("service"):
        stint.seller = seller
        _suspend_or_resume(stint, as_of=min(as_of, at), at=at)
    return seller, Outcome.UPDATED if after != before else Outcome.UNCHANGED


def _suspend_or_resume(stint: Enrolment, *, as_of: datetime, at: datetime) -> None:
    reasons = stints.reasons_to_suspend(stint.seller)
    suspended = {pause.reason: pause for pause in stint.suspensions.filter(until_at__isnull=True)}
    begun = [reason for reason in reasons if reason not in suspended]
    over = [suspended[key] for key in _OURS if key in suspended and key not in reasons]
    # Such as new terms that were not agreed to: they suspend on.
    others = [Suspension.Reason(key) for key in suspended if key not in _OURS]
    for pause in over:
        until = max(as_of, pause.from_at)
        Suspension.objects.filter(pk=pause.pk).update(until_at=until)
        journal.write(
            stint, "resumed", at=at, actor=journal.Actor.SYSTEM, reason=pause.reason, until_at=until
        )
    from_at = max(as_of, stint.active_from or as_of)
    for reason in begun:
        Suspension.objects.create(enrolment=stint, reason=reason, from_at=from_at)
        journal.write(
            stint, "suspended", at=at, actor=journal.Actor.SYSTEM, reason=reason, from_at=from_at
        )
    if begun:
        told = [*reasons, *others]
        enqueue_many([notifications.suspended(stint, reasons=told, from_at=from_at)])
    elif over and not reasons and not others:
        enqueue_many(
            [notifications.resumed(stint, at=max(as_of, *(pause.from_at for pause in over)))]
        )
