"""How often a person hears of what is no deadline (P23)."""

from typing import Final

from django.core import signing
from django.db import transaction
from django.utils import timezone

from csba import promises
from csba.journal import write as journal
from sellers.models import DigestChoice, Membership
from sellers.rules import digest_times

_OFF: Final = "sellers.digest-off"


@transaction.atomic
def choose_digest(membership: Membership, *, rhythm: str) -> DigestChoice:
    """The person of this membership has digests in this rhythm, the first at the hour of their
    own day that the rulebook names; the same choice again changes nothing.

    Who switches digests on hears of nothing from before: it would be old news.
    """
    at = timezone.now()
    wanted = DigestChoice.Rhythm(rhythm)
    found, _made = DigestChoice.objects.select_for_update().get_or_create(membership=membership)
    if found.rhythm == wanted:
        return found
    before = found.rhythm
    if before == DigestChoice.Rhythm.OFF:
        found.told_until = at
    if wanted == DigestChoice.Rhythm.OFF:
        found.told_until = None
    found.rhythm = wanted
    found.next_due_at = digest_times.next_due(
        wanted, zone=membership.user.time_zone, hour=promises.digest_hour(at), at=at
    )
    found.save(update_fields=["rhythm", "next_due_at", "told_until"])
    journal.write(
        membership.seller,
        "digest_chosen",
        at=at,
        actor=journal.Actor.SELLER,
        user=membership.user,
        before=before,
        rhythm=wanted.value,
    )
    return found


def off_token(choice: DigestChoice) -> str:
    """What lets a mail program end the digest without a login; nothing else can be done with it."""
    return signing.dumps(choice.pk, salt=_OFF)


def of_token(token: str) -> DigestChoice | None:
    """The choice that a genuine token is about, or None."""
    try:
        key = signing.loads(token, salt=_OFF)
    except signing.BadSignature:
        return None
    found = DigestChoice.objects.select_related("membership__user", "membership__seller")
    return found.filter(pk=key).first()
