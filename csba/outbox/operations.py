"""What a person may do with a mail in the outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.moves import move
from csba.outbox import suppressed
from csba.outbox.models import OutgoingMail, Suppression

Status = OutgoingMail.Status
_MOST_IDS: Final = 20


@transaction.atomic
def send_again(mail: OutgoingMail, *, by: User) -> None:
    """A failed or uncertain mail is queued again, because a person decided so; the journal names
    them.
    """
    at = timezone.now()
    before = mail.status
    if before not in {OutgoingMail.Status.FAILED, OutgoingMail.Status.UNCERTAIN}:
        # The map also allows it for a mail that is being sent: that way back is the sender's own.
        raise Refused(
            _("Only a mail that failed or is uncertain can be sent again."), code="wrong_status"
        )
    move(
        mail,
        OutgoingMail.Status.QUEUED,
        send_after=at,
        tries=0,
        settled_at=None,
        claimed_at=None,
        data_at=None,
    )
    journal.write(mail, "sent_again", at=at, actor=journal.Actor.AGENT, user=by, before=before)


@transaction.atomic
def take_back(mail: OutgoingMail, *, by: User) -> None:
    """A mail that still waits does not leave; Refused once a sender has it. Of two who do this at
    once, or of a person and the sender, one wins.
    """
    at = timezone.now()
    waiting = OutgoingMail.objects.filter(
        pk=mail.pk, status=Status.QUEUED, send_after__gt=at, tries=0
    )
    if not list(waiting.select_for_update(no_key=True).values_list("pk")):
        raise Refused(_("This mail has left already: it cannot be taken back."), code="too_late")
    mail.refresh_from_db()
    move(mail, Status.SUPPRESSED, settled_at=at, last_error="taken back")
    journal.write(mail, "taken_back", at=at, actor=journal.Actor.AGENT, user=by)


@transaction.atomic
def bounced(
    message_ids: Sequence[str],
    *,
    at: datetime,
    recipient: str,
    why: str,
    permanent: bool,
    dead: bool,
) -> list[OutgoingMail]:
    """The mails with these ids that went to `recipient` (any of them, where that is empty) have
    failed; while a server still tries they are only marked as late. A `dead` address gets no more
    mail. The same report again changes nothing. Returns the mails that changed.
    """
    changed = []
    for mail in _known(message_ids):
        if recipient and mail.to_address.lower() != recipient.lower():
            continue
        if permanent and mail.status in {Status.SENT, Status.UNCERTAIN}:
            move(mail, Status.FAILED, settled_at=at, last_error=why or "bounced")
            changed.append(mail)
        elif not permanent and mail.status == Status.SENT and mail.last_error != why:
            OutgoingMail.objects.filter(pk=mail.pk).update(last_error=why)
            mail.last_error = why
            changed.append(mail)
        if dead:
            _suppress(mail, Suppression.Reason.HARD_BOUNCE, at, why)
    return changed


@transaction.atomic
def complained(message_ids: Sequence[str], *, at: datetime) -> list[OutgoingMail]:
    """Who got one of these mails and complained about it gets no automatic mail for a while."""
    found = _known(message_ids)
    for mail in found:
        _suppress(mail, Suppression.Reason.COMPLAINT, at, "")
    return found


def _known(message_ids: Sequence[str]) -> list[OutgoingMail]:
    """Held, so that two reports about one mail come one after the other."""
    ids = list(message_ids)[:_MOST_IDS]
    rows = OutgoingMail.objects.filter(message_id__in=ids) if ids else OutgoingMail.objects.none()
    return list(rows.select_for_update(no_key=True).order_by("pk"))


def _suppress(mail: OutgoingMail, reason: str, at: datetime, why: str) -> None:
    """Only who really got a mail of ours: a forged report about another address does nothing."""
    if mail.to_address.lower() not in suppressed.active([mail.to_address], at):
        suppressed.suppress(mail.to_address, reason=reason, at=at, why=why)
