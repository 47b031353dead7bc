"""What is said in an inquiry: by the buyer, by an agent, by someone else, by a machine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from inquiries import notifications
from inquiries.models import InboundMail, Inquiry, Message, Note
from inquiries.operations import intake, undo
from inquiries.operations._endings import mark_spam, reopen, resolve, route_to_seller
from inquiries.operations._thread import (
    advance,
    already,
    clock_stamps,
    locked,
    preview,
    refuse_if_stale,
    refuse_while_asked,
    say,
)
from inquiries.operations._turns import follow_up, identify, too_late_to_reopen, wait_again
from inquiries.rules import deadlines
from sellers.models import Order

__all__ = [
    "add_note",
    "agent_replied",
    "buyer_wrote",
    "machine_wrote",
    "mark_spam",
    "reopen",
    "resolve",
    "route_to_seller",
    "someone_else_wrote",
]

Status = Inquiry.Status
Author = Message.Author
Then = Literal["WAIT", "HOLD", "RESOLVE"]


@transaction.atomic
def buyer_wrote(
    inquiry: Inquiry,
    *,
    body: str,
    channel: str,
    fold_at: int | None = None,
    inbound: InboundMail | None = None,
    sender: str = "",
    client_id: UUID | None = None,
    order: Order | None = None,
    signal: str = "",
    reading: Mapping[str, Any] | None = None,
    received_at: datetime | None = None,
) -> Message:
    """The buyer's words stand in the inquiry and the buyer waits since then, or already since
    earlier.

    A resolved inquiry reopens within its window; after it the words open a new one that follows it
    (then `message.inquiry` is the new one). `order` is what a buyer names who was asked for it.
    A running question to the seller is not touched (rulings 8). A `signal` of danger or law brings
    it to the desk even if it was with the seller.
    """
    at = received_at or timezone.now()
    now = locked(inquiry)
    if (first := already(client_id)) is not None:
        return first
    words = body if fold_at is None else body[:fold_at]
    if too_late_to_reopen(now, at):
        return follow_up(now, body, channel, fold_at, inbound, sender, client_id)
    message = say(
        now,
        Author.BUYER,
        at,
        body=body,
        channel=channel,
        fold_at=fold_at,
        inbound=inbound,
        sender=sender or now.buyer_email,
        client_id=client_id,
        reading=dict(reading or {}),
    )
    stamps: dict[str, Any] = {
        "last_seq": message.seq,
        "last_buyer_at": at,
        "snoozed_until": None,
        "preview": preview(words),
        "preview_by": "B",
    }
    lines = [
        journal.line(
            now, "buyer_wrote", at=at, actor=journal.Actor.BUYER, seq=message.seq, channel=channel
        )
    ]
    if signal and not now.signal:
        now.signal = stamps["signal"] = signal
        lines.append(
            journal.line(now, "signal_found", at=at, actor=journal.Actor.SYSTEM, signal=signal)
        )
    if order is not None and now.order_id is None:
        lines += identify(now, order, words, stamps, at)
    elif now.status == Status.ROUTED and not now.signal:
        # The seller answers this one; the words go the same way. The buyer has been told: an
        # answering machine on their side must not be told for ever.
        lines.append(intake.hand_to_seller(now, words, at, tell_buyer=False))
        advance(now, **stamps)
    else:
        lines += wait_again(now, stamps, at, urgent=bool(signal))
    journal.write_many(lines)
    return message


@transaction.atomic
def someone_else_wrote(
    inquiry: Inquiry,
    *,
    body: str,
    sender: str,
    channel: str,
    fold_at: int | None = None,
    inbound: InboundMail | None = None,
    reading: Mapping[str, Any] | None = None,
) -> Message:
    """Kept on the side as «from someone else»: no state, no clock, no buyer of record changes
    (rulings 12).
    """
    return _aside(
        inquiry,
        Author.OTHER,
        "someone_else_wrote",
        body=body,
        sender=sender,
        channel=channel,
        fold_at=fold_at,
        inbound=inbound,
        reading=dict(reading or {}),
    )


@transaction.atomic
def machine_wrote(
    inquiry: Inquiry, *, body: str, sender: str, inbound: InboundMail | None, channel: str = "EMAIL"
) -> Message:
    """An automatic mail is kept and shown folded; nothing else changes (helpdesk L2)."""
    return _aside(
        inquiry,
        Author.MACHINE,
        "machine_wrote",
        body=body,
        sender=sender,
        channel=channel,
        fold_at=0,
        inbound=inbound,
    )


@transaction.atomic
def agent_replied(
    inquiry: Inquiry,
    *,
    body: str,
    by: User | None,
    then: Then = "WAIT",
    outcome: str = Inquiry.Outcome.ANSWERED,
    seen_seq: int | None = None,
    seen_case_seq: int | None = None,
    client_id: UUID | None = None,
) -> Message:
    """The agent's words go to the buyer. WAIT: answered, we wait; HOLD: a holding note, the buyer
    still waits and the promise runs on; RESOLVE: answered and done, refused while a seller may
    still answer.

    `seen_seq` and `seen_case_seq` are the newest things the agent saw, here and in the case:
    Conflict(code="stale") if something came since.
    """
    if not body.strip():
        raise Refused(_("Please write what the buyer should read."), code="empty")
    at = timezone.now()
    now = locked(inquiry)
    if (first := already(client_id)) is not None:
        return first
    refuse_if_stale(now, seen_seq, seen_case_seq)
    was = undo.before(now)
    if now.status not in {Status.OPEN, Status.RESOLVED}:
        raise Refused(
            _("This inquiry is “%s”: nothing can be sent from here.") % now.get_status_display()
        )
    if then == "RESOLVE":
        refuse_while_asked(now)
    message = say(
        now,
        Author.AGENT,
        at,
        body=body,
        channel=now.channel if now.channel in {"CHAT", "PHONE"} else "EMAIL",
        user=by,
        client_id=client_id,
    )
    message.outgoing = notifications.reply(message)
    if message.outgoing is None:
        raise Refused(_("The buyer's e-mail address is not known: this answer cannot be sent."))
    message.save(update_fields=["outgoing"])
    stamps: dict[str, Any] = {
        "last_seq": message.seq,
        "preview": preview(body),
        "preview_by": "A",
        "undelivered_at": None,
    }
    if now.first_responded_at is None:
        stamps["first_responded_at"] = at
    if now.assignee_id is None:
        stamps["assignee"] = by
    if then == "HOLD":
        if now.waiting_since is not None and now.promise_due_at is not None:
            stamps["next_due_at"] = now.promise_due_at
        advance(now, **stamps)
    else:
        stamps |= clock_stamps(deadlines.STOPPED)
        if then == "RESOLVE":
            stamps |= {"resolved_at": at, "outcome": outcome}
        advance(now, Status.RESOLVED if then == "RESOLVE" else None, **stamps)
    journal.write(
        now,
        "agent_replied",
        at=at,
        actor=journal.Actor.AGENT if by is not None else journal.Actor.CLOCK,
        user=by,
        seq=message.seq,
        then=then,
        before=was,
    )
    return message


@transaction.atomic
def add_note(inquiry: Inquiry, *, body: str, by: User, client_id: UUID | None = None) -> Note:
    """Words for staff only; the mailer cannot read the table they lie in."""
    if not body.strip():
        raise Refused(_("Please write the note first."), code="empty")
    at = timezone.now()
    now = locked(inquiry)
    if client_id is not None:
        first = Note.objects.filter(client_id=client_id).first()
        if first is not None:
            return first
    note = Note.objects.create(
        inquiry=now, seq=now.last_seq + 1, user=by, body=body, created_at=at, client_id=client_id
    )
    advance(now, last_seq=note.seq)
    journal.write(now, "noted", at=at, actor=journal.Actor.AGENT, user=by, seq=note.seq)
    return note


def _aside(inquiry: Inquiry, author: str, verb: str, **fields: Any) -> Message:
    at = timezone.now()
    now = locked(inquiry)
    message = say(now, author, at, **fields)
    advance(now, last_seq=message.seq)
    journal.write(
        now, verb, at=at, actor=journal.Actor.SYSTEM, seq=message.seq, sender=fields["sender"]
    )
    return message
