"""Words «from someone else» in an inquiry: an agent lets the sender in, or makes an inquiry of
their own out of them (rulings 12). The buyer of record never changes.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from inquiries.models import Inquiry, Message
from inquiries.operations import intake
from inquiries.operations._thread import advance, locked, preview
from inquiries.operations._turns import wait_again

Author = Message.Author
Status = Inquiry.Status


@transaction.atomic
def accept(message: Message, *, by: User) -> Inquiry:
    """The sender may write here from now on, and these words count as the buyer's: the buyer waits.
    A second click changes nothing.
    """
    at = timezone.now()
    now, said = _held(message)
    if said.author == Author.BUYER:
        return now
    _refuse_unless_foreign(said)
    if now.status == Status.SPAM:
        raise Refused(
            _("This inquiry is “%s”: nothing can be sent from here.") % now.get_status_display(),
            code="wrong_status",
        )
    Message.objects.filter(pk=said.pk).update(author=Author.BUYER)
    stamps: dict[str, Any] = {
        "accepted_senders": sorted({*now.accepted_senders, said.sender.lower()}),
        "last_buyer_at": max(now.last_buyer_at, said.created_at),
        "preview": preview(said.visible),
        "preview_by": "B",
        "snoozed_until": None,
    }
    lines = [
        journal.line(
            now,
            "sender_accepted",
            at=at,
            actor=journal.Actor.AGENT,
            user=by,
            sender=said.sender,
            seq=said.seq,
        )
    ]
    if now.status == Status.ROUTED:
        lines.append(intake.hand_to_seller(now, said.visible, at, tell_buyer=False))
        advance(now, **stamps)
    else:
        lines += wait_again(now, stamps, at, urgent=False)
    journal.write_many(lines)
    return now


@transaction.atomic
def separate(message: Message, *, by: User) -> Inquiry:
    """These words are an inquiry of their sender's own; the buyer of the old one is not told. A
    second click leads to the same new inquiry.
    """
    at = timezone.now()
    now, said = _held(message)
    if (first := Inquiry.objects.filter(pk=said.reading.get("became", 0)).first()) is not None:
        return first
    _refuse_unless_foreign(said)
    fresh = intake.receive(
        intake.Incoming(
            channel=said.channel,
            body=said.body,
            fold_at=said.fold_at,
            subject=now.subject,
            buyer_email=said.sender,
            language=said.reading.get("language", now.language),
            topic=said.reading.get("topic", now.topic),
            reading=said.reading,
            inbound=said.inbound,
            sender=said.sender,
            received_at=said.created_at,
        )
    )
    Message.objects.filter(pk=said.pk).update(reading={**said.reading, "became": fresh.pk})
    journal.write(
        now,
        "message_separated",
        at=at,
        actor=journal.Actor.AGENT,
        user=by,
        inquiry=fresh.number,
        seq=said.seq,
    )
    return fresh


def _held(message: Message) -> tuple[Inquiry, Message]:
    now = locked(message.inquiry)
    return now, Message.objects.select_related("inbound").get(pk=message.pk)


def _refuse_unless_foreign(message: Message) -> None:
    if message.author != Author.OTHER or not message.sender:
        raise Refused(_("These words are not from someone else."), code="not_foreign")
