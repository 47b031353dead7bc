"""An answer of ours did not arrive: the inquiry says so until somebody has dealt with it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from csba.accounts.models import User
from csba.journal import write as journal
from csba.outbox.models import OutgoingMail
from inquiries.models import Inquiry
from inquiries.operations._thread import advance, locked

_ABOUT = "inquiries.inquiry"


@transaction.atomic
def not_arrived(mails: Sequence[OutgoingMail], *, at: datetime) -> None:
    """Each inquiry whose buyer did not get one of these mails stands among the undelivered, and its
    open pages show it. No clock and no state changes: only people do that (helpdesk L2).
    """
    for mail in mails:
        if mail.about_type != _ABOUT or mail.about_id is None:
            continue
        inquiry = locked(Inquiry(pk=mail.about_id))
        advance(inquiry, undelivered_at=at)
        journal.write(
            inquiry,
            "not_arrived",
            at=at,
            actor=journal.Actor.SYSTEM,
            mail=mail.pk,
            why=mail.last_error[:300],
        )


@transaction.atomic
def dealt_with(inquiry: Inquiry, *, by: User) -> None:
    """Somebody has taken note that our answer did not arrive; the banner is gone."""
    now = locked(inquiry)
    if now.undelivered_at is None:
        return
    advance(now, undelivered_at=None)
    journal.write(now, "undelivered_seen", at=timezone.now(), actor=journal.Actor.AGENT, user=by)
