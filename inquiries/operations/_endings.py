"""How an inquiry ends, comes back or goes to the seller; the doors are those of conversation.py."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from inquiries.models import Inquiry, Message
from inquiries.operations import intake
from inquiries.operations._thread import (
    advance,
    clock_stamps,
    locked,
    refuse_if_stale,
    refuse_while_asked,
)
from inquiries.rules import deadlines

Status = Inquiry.Status


@transaction.atomic
def resolve(
    inquiry: Inquiry,
    *,
    outcome: str,
    by: User,
    seen_seq: int | None = None,
    seen_case_seq: int | None = None,
) -> None:
    """Resolved with a stated outcome, without another word; refused while a seller may still
    answer, and as stale if something came that was not seen.
    """
    at = timezone.now()
    now = locked(inquiry)
    refuse_if_stale(now, seen_seq, seen_case_seq)
    refuse_while_asked(now)
    advance(
        now,
        Status.RESOLVED,
        resolved_at=at,
        outcome=Inquiry.Outcome(outcome),
        **clock_stamps(deadlines.STOPPED),
    )
    journal.write(now, "resolved", at=at, actor=journal.Actor.AGENT, user=by, outcome=outcome)


@transaction.atomic
def reopen(inquiry: Inquiry, *, by: User) -> None:
    """Open again, and the buyer waits from now on: whoever reopens owes an answer."""
    at = timezone.now()
    now = locked(inquiry)
    advance(
        now,
        Status.OPEN,
        resolved_at=None,
        outcome="",
        reopened=now.reopened + 1,
        **clock_stamps(deadlines.started(at, None)),
    )
    journal.write(now, "reopened", at=at, actor=journal.Actor.AGENT, user=by)


@transaction.atomic
def mark_spam(inquiry: Inquiry, *, by: User) -> None:
    """Out of every queue; the buyer's next words bring it back."""
    at = timezone.now()
    now = locked(inquiry)
    refuse_while_asked(now)
    advance(now, Status.SPAM, **clock_stamps(deadlines.STOPPED))
    journal.write(now, "marked_spam", at=at, actor=journal.Actor.AGENT, user=by)


@transaction.atomic
def route_to_seller(
    inquiry: Inquiry, *, by: User, seen_seq: int | None = None, seen_case_seq: int | None = None
) -> None:
    """An inquiry that is not covered, and was kept for a look, is handed to the seller; refused as
    stale if something came that was not seen.
    """
    at = timezone.now()
    now = locked(inquiry)
    refuse_if_stale(now, seen_seq, seen_case_seq)
    if now.covered or now.seller is None:
        raise Refused(
            _("Only an inquiry that is not covered, and whose seller is known, goes to the seller.")
        )
    refuse_while_asked(now)
    advance(now, Status.ROUTED, **clock_stamps(deadlines.STOPPED))
    first = now.messages.filter(author=Message.Author.BUYER).order_by("seq").first()
    line = intake.hand_to_seller(now, first.visible if first else "", at)
    line.actor, line.user = journal.Actor.AGENT, by
    journal.write_many([line])
