"""What a person may do with a mail in the outbox."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
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
