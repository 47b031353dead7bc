"""Requirements: facts that opting in needs, told by the storeys that know them (rulings 19)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from csba.journal import write as journal
from sellers.models import Requirement, Seller


@transaction.atomic
def record(
    seller: Seller, *, key: str, met: bool, reason: str = "", as_of: datetime | None = None
) -> Requirement:
    """It is known whether the seller meets `key` as of `as_of`; older news changes nothing."""
    at = timezone.now()
    as_of = as_of or at
    news = {"met": met, "reason": "" if met else reason[:300], "as_of": as_of}
    row, made = Requirement.objects.select_for_update().get_or_create(
        seller=seller, key=key, defaults=news
    )
    if not made and as_of < row.as_of:
        return row
    changed = made or (row.met, row.reason) != (news["met"], news["reason"])
    if not made:
        Requirement.objects.filter(pk=row.pk).update(**news)
        row.met, row.reason, row.as_of = met, str(news["reason"]), as_of
    if changed:
        journal.write(
            seller,
            "requirement_recorded",
            at=at,
            actor=journal.Actor.SYSTEM,
            key=key,
            met=met,
            reason=row.reason,
            as_of=as_of,
        )
    return row
