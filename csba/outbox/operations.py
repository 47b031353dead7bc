"""What a person may do with a mail in the outbox."""

from django.db import transaction
from django.utils import timezone

from csba.accounts.models import User
from csba.journal import write as journal
from csba.moves import move
from csba.outbox.models import OutgoingMail


@transaction.atomic
def send_again(mail: OutgoingMail, *, by: User) -> None:
    """A failed or uncertain mail is queued again, because a person decided so; the journal names
    them.
    """
    at = timezone.now()
    before = mail.status
    move(
        mail,
        OutgoingMail.Status.QUEUED,
        send_after=at,
        settled_at=None,
        claimed_at=None,
        data_at=None,
    )
    journal.write(mail, "sent_again", at=at, actor=journal.Actor.AGENT, user=by, before=before)
