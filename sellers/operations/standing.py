"""Standing: what the marketplace tells about an account, and what that suspends (P9, rulings 6)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from csba.accounts.models import User
from csba.journal import write as journal
from csba.outbox.enqueue import enqueue_many
from sellers import notifications
from sellers.models import Enrolment, Seller, Suspension
from sellers.rules import stints


@transaction.atomic
def record(
    seller: Seller,
    *,
    professional: bool | None = None,
    standing: str | None = None,
    as_of: datetime,
    by: User | None = None,
) -> Seller:
    """The account is known as of `as_of`; while it is not fit, running stints are suspended.

    News older than what is known already changes nothing. A stint that is not active yet gets its
    suspension when it is activated.
    """
    # The same lock as opting in and activating: none of them misses news that came just before.
    seller = Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
    if seller.standing_as_of is not None and as_of < seller.standing_as_of:
        return seller
    at = timezone.now()
    before = {"professional": seller.professional, "standing": seller.standing}
    seller.professional = seller.professional if professional is None else professional
    seller.standing = seller.standing if standing is None else Seller.Standing(standing)
    seller.standing_as_of = as_of
    seller.save(update_fields=["professional", "standing", "standing_as_of"])
    after = {"professional": seller.professional, "standing": seller.standing}
    if after != before:
        actor = journal.Actor.SYSTEM if by is None else journal.Actor.ADMIN
        journal.write(
            seller,
            "standing_changed",
            at=at,
            actor=actor,
            user=by,
            before=before,
            after=after,
            as_of=as_of,
        )
    active = Enrolment.objects.filter(seller=seller, status=Enrolment.Status.ACTIVE)
    for stint in active.select_related("service"):
        stint.seller = seller
        _suspend_or_resume(stint, as_of=min(as_of, at), at=at)
    return seller


def _suspend_or_resume(stint: Enrolment, *, as_of: datetime, at: datetime) -> None:
    reasons = stints.reasons_to_suspend(stint.seller)
    suspended = {pause.reason: pause for pause in stint.suspensions.filter(until_at__isnull=True)}
    begun = [reason for reason in reasons if reason not in suspended]
    over = [pause for reason, pause in suspended.items() if reason not in reasons]
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
        enqueue_many([notifications.suspended(stint, reasons=reasons, from_at=from_at)])
    elif over and not reasons:
        enqueue_many(
            [notifications.resumed(stint, at=max(as_of, *(pause.from_at for pause in over)))]
        )
