"""Carrying mails from the outbox to the relay: claimed, sent, settled, each step its own commit."""

import logging
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from csba.health.models import Heartbeat
from csba.outbox import caps, suppressed
from csba.outbox.models import OutgoingMail
from csba.outbox.provider import Provider
from csba.outbox.smtp import NoRelay, NotSent, PerhapsSent, Relay
from csba.sweep import claim

log = logging.getLogger(__name__)

Status = OutgoingMail.Status

BATCH = 50
SLOWEST = timedelta(hours=2)
# With the pauses of _pause this is about two days.
GIVE_UP_AFTER_TRIES = 30


class _TakenAway(Exception):
    """Somebody else has the mail now: we took so long that we were thought dead."""


def deliver_due(*, limit: int = 500) -> int:
    """Mails whose time has come are sent, failed for good, or queued for later; returns how many
    were tried.

    Two workers share the work: each mail is claimed by one. SMTP runs outside any transaction. When
    the relay is away the rest waits for the next tick: trying each would hold this worker for hours
    (and make every mail doubtful, if the relay always hangs up after the content).
    """
    tried = 0
    relay_answers = True
    with _way_out() as relay:
        while relay_answers and tried < limit:
            at = timezone.now()
            with transaction.atomic():
                mails = claim(
                    OutgoingMail.objects.due(at).order_by("send_after", "id"),
                    {"status": Status.SENDING, "claimed_at": at, "data_at": None},
                    limit=min(BATCH, limit - tried),
                )
            if not mails:
                break
            mails = _wanted(mails, at)
            for number, mail in enumerate(mails, start=1):
                tried += 1
                relay_answers = _send(relay, mail)
                if not relay_answers:
                    _give_back(mails[number:])
                    break
    Heartbeat.objects.beat("outbox.deliver_due", at=timezone.now(), count=tried)
    return tried


def _way_out() -> Relay | Provider:
    """The provider that the settings name, else the SMTP relay."""
    return Provider() if settings.CSBA_MAIL_PROVIDER else Relay()


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


def _send(relay: Relay | Provider, mail: OutgoingMail) -> bool:
    """The mail is settled or queued again; returns whether the relay is there for the next one."""

    def at_the_brink() -> None:
        if not _still_ours(mail).update(data_at=timezone.now()):
            raise _TakenAway

    # The claim is as old as the batch: it is renewed, so that a slow relay is not taken for a
    # dead worker.
    renewed = timezone.now()
    if not _still_ours(mail).update(claimed_at=renewed, tries=F("tries") + 1):
        return True
    mail.claimed_at = renewed
    mail.tries += 1
    try:
        relay.send(mail, at_the_brink)
    except _TakenAway:
        return True
    except NotSent as refusal:
        at = timezone.now()
        if refusal.final or mail.tries >= GIVE_UP_AFTER_TRIES:
            _still_ours(mail).update(status=Status.FAILED, settled_at=at, last_error=str(refusal))
        else:
            _still_ours(mail).update(
                status=Status.QUEUED,
                claimed_at=None,
                data_at=None,
                send_after=at + _pause(mail.tries),
                last_error=str(refusal),
            )
        return not isinstance(refusal, NoRelay)
    except PerhapsSent as doubt:
        _still_ours(mail).update(
            status=Status.UNCERTAIN, settled_at=timezone.now(), last_error=str(doubt)
        )
        return False
    _still_ours(mail).update(
        status=Status.SENT,
        settled_at=timezone.now(),
        last_error="",
        provider_id=mail.provider_id,
    )
    return True


def _wanted(mails: Sequence[OutgoingMail], at: datetime) -> list[OutgoingMail]:
    """Those that may be sent; the others are settled: to nobody who gets no mail at the moment,
    and no more to one address than a person could read.
    """
    stopped = suppressed.active([mail.to_address for mail in mails], at)
    counted = caps.Counted(mails, at)
    wanted = []
    for mail in mails:
        found = stopped.get(mail.to_address.lower())
        if found is not None and suppressed.stops(found, mail):
            _settle_unsent(mail, at, f"suppressed: {found.reason}")
        elif counted.full(mail, at):
            # A person must look: either two machines write to each other, or something runs wild.
            log.error("mail %s not sent: its address got too many", mail.pk)
            _settle_unsent(mail, at, "too many mails to this address")
        else:
            counted.sent(mail, at)
            wanted.append(mail)
    return wanted


def _settle_unsent(mail: OutgoingMail, at: datetime, why: str) -> None:
    _still_ours(mail).update(status=Status.SUPPRESSED, settled_at=at, last_error=why)


def _give_back(mails: Sequence[OutgoingMail]) -> None:
    """Claimed and not touched: queued as if nothing had been."""
    if mails:
        OutgoingMail.objects.filter(
            pk__in=[mail.pk for mail in mails],
            status=Status.SENDING,
            claimed_at=mails[0].claimed_at,
        ).update(status=Status.QUEUED, claimed_at=None)


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
