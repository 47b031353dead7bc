"""An agent takes an answer back before it leaves (helpdesk: undo of ten seconds)."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import read
from csba.journal import write as journal
from csba.outbox import operations as outbox
from inquiries.models import Inquiry, Message
from inquiries.operations._thread import advance, locked

_TIMES: Final = ("waiting_since", "promise_due_at", "next_due_at", "resolved_at")


def before(inquiry: Inquiry) -> dict[str, Any]:
    """What an answer changes, as it was: the journal keeps it with the answer."""
    return {
        "status": inquiry.status,
        "outcome": inquiry.outcome,
        "first_responded_at": _iso(inquiry.first_responded_at),
        **{name: _iso(getattr(inquiry, name)) for name in _TIMES},
    }


@transaction.atomic
def take_back(message: Message, *, by: User) -> str:
    """The answer does not leave and the buyer waits as before; returns its words, to be written
    better. Refused when it has left, or is a colleague's.
    """
    now = locked(message.inquiry)
    said = Message.objects.select_related("outgoing").get(pk=message.pk)
    if said.author != Message.Author.AGENT or said.outgoing is None:
        raise Refused(_("Only an answer of ours can be taken back."), code="not_an_answer")
    if said.user_id != by.pk:
        raise Refused(_("This answer is a colleague's."), code="not_yours")
    outbox.take_back(said.outgoing, by=by)
    line = read.of(now).filter(verb="agent_replied", facts__seq=said.seq).first()
    kept = line.facts.get("before", {}) if line is not None else {}
    stamps: dict[str, Any] = {name: _moment(kept.get(name)) for name in _TIMES}
    if now.last_buyer_at > said.created_at:
        # The buyer has written again meanwhile: their clocks are the right ones.
        stamps = {"resolved_at": None}
    stamps |= {"outcome": "", "first_responded_at": _moment(kept.get("first_responded_at"))}
    # An answer that resolved is undone with it; what was resolved before stays so.
    status = kept.get("status", Inquiry.Status.OPEN)
    if status != now.status and status != Inquiry.Status.OPEN:
        status = now.status
    if status == Inquiry.Status.RESOLVED:
        stamps |= {"outcome": kept.get("outcome", ""), "resolved_at": now.resolved_at}
    advance(now, status, **stamps)
    journal.write(
        now,
        "answer_taken_back",
        at=timezone.now(),
        actor=journal.Actor.AGENT,
        user=by,
        seq=said.seq,
    )
    return said.body


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
