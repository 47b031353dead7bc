"""Carrying mails from the outbox to the relay: claimed, sent, settled, each step its own commit."""

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from csba.health.models import Heartbeat
from csba.outbox.models import OutgoingMail
from csba.outbox.smtp import NotSent, PerhapsSent, Relay
from csba.sweep import claim

Status = OutgoingMail.Status

BATCH = 50
GIVE_UP_AFTER = timedelta(hours=48)
SLOWEST = timedelta(hours=2)


def deliver_due(*, limit: int = 500) -> int:
    """Mails whose time has come are sent, failed for good, or queued for later; returns how many
    were tried.

    Two workers share the work: each mail is claimed by one. SMTP runs outside any transaction.
    """
    tried = 0
    with Relay() as relay:
        while tried < limit:
            at = timezone.now()
            with transaction.atomic():
                mails = claim(
                    OutgoingMail.objects.due(at).order_by("send_after", "id"),
                    {"status": Status.SENDING, "claimed_at": at, "data_at": None},
                    limit=min(BATCH, limit - tried),
                )
            for mail in mails:
                _send(relay, mail)
            tried += len(mails)
            if not mails:
                break
    Heartbeat.objects.beat("outbox.deliver_due", at=timezone.now(), count=tried)
    return tried


def recover_stuck(at: datetime) -> int:
    """Mails whose sender died are queued again if nothing can have left, else uncertain."""
    stuck = OutgoingMail.objects.stuck(at)
    requeued = stuck.filter(data_at__isnull=True).update(status=Status.QUEUED, claimed_at=None)
    doubtful = stuck.update(
        status=Status.UNCERTAIN,
        settled_at=at,
        last_error="the sender stopped while the relay had the mail",
    )
    return requeued + doubtful


def _send(relay: Relay, mail: OutgoingMail) -> None:
    def at_the_brink() -> None:
        _still_ours(mail).update(data_at=timezone.now())

    # The claim is as old as the batch: it is renewed, so that a slow relay is not taken for a
    # dead worker.
    renewed = timezone.now()
    if not _still_ours(mail).update(claimed_at=renewed, tries=F("tries") + 1):
        return
    mail.claimed_at = renewed
    mail.tries += 1
    try:
        relay.send(mail, at_the_brink)
    except NotSent as refusal:
        at = timezone.now()
        if refusal.final or at - mail.created_at > GIVE_UP_AFTER:
            _still_ours(mail).update(status=Status.FAILED, settled_at=at, last_error=str(refusal))
        else:
            _still_ours(mail).update(
                status=Status.QUEUED,
                claimed_at=None,
                send_after=at + _pause(mail.tries),
                last_error=str(refusal),
            )
    except PerhapsSent as doubt:
        _still_ours(mail).update(
            status=Status.UNCERTAIN, settled_at=timezone.now(), last_error=str(doubt)
        )
    else:
        _still_ours(mail).update(status=Status.SENT, settled_at=timezone.now(), last_error="")


def _still_ours(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    """The row, as long as nobody has taken it from us: the moment of our claim is the proof."""
    return OutgoingMail.objects.filter(
        pk=mail.pk, status=Status.SENDING, claimed_at=mail.claimed_at
    )


def _pause(tries: int) -> timedelta:
    """Half a minute, doubled with each try up to two hours, with jitter so that mails do not march
    in step.
    """
    seconds = min(30 * 2 ** min(tries - 1, 10), SLOWEST.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 -- no secret
