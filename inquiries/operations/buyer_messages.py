"""What a seller does with a buyer's message in Buyer-Seller Messaging: answers it, or says that it
needs no answer (P20, domain 4.7). Handing it over stands in transfers.py.

The buyer's address never reaches the seller: the answer leaves through our outbox, and its reply
address leads the buyer's next words back to this seller for as long as the inquiry is theirs.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba import live
from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.moves import move
from csba.topics import Topic
from inquiries import notifications
from inquiries.models import BuyerMessage, Inquiry, Message
from inquiries.models.inquiry import Channel
from inquiries.operations import page_gaps
from inquiries.operations._thread import advance, already, locked, preview, say
from inquiries.rules import outgoing_words, topics, wordbook
from inquiries.rules.outgoing_words import Flag
from sellers.models import Order, Parcel

LONGEST: Final = 4000
"""Characters of one answer, as Buyer-Seller Messaging takes them."""

Status = BuyerMessage.Status


class Flagged(Refused):
    """The words hold something that must not reach a buyer; `flags` say what and where."""

    code = "flagged"

    def __init__(self, flags: Sequence[Flag]) -> None:
        self.flags = list(flags)
        self.may_be_confirmed = all(flag.may_be_confirmed for flag in flags)
        super().__init__(
            _("Not sent yet: please look at the marked words. Your text is kept.")
            if self.may_be_confirmed
            else _("Not sent: please change the marked words. Your text is kept.")
        )


@transaction.atomic
def answer(
    message: BuyerMessage,
    *,
    body: str,
    by: User,
    confirmed: bool = False,
    client_id: UUID | None = None,
) -> BuyerMessage:
    """The seller's words are on their way to the buyer, and the message is answered.

    Flagged if the words hold contact data, links or advertising; with `confirmed` those go that the
    rules allow. The same form twice (`client_id`) is one answer.
    """
    if not body.strip():
        raise Refused(_("Please write what the buyer should read."), code="empty")
    if len(body) > LONGEST:
        raise Refused(
            _("Please shorten your answer to %(most)d characters.") % {"most": LONGEST},
            code="too_long",
        )
    at = timezone.now()
    inquiry, now = held(message)
    if already(client_id) is not None:
        return now
    flags = outgoing_words.find(body, known=_known(now.order))
    if flags and not (confirmed and all(flag.may_be_confirmed for flag in flags)):
        raise Flagged(flags)
    refuse_if_taken_over(inquiry, now)
    move(
        now,
        Status.ANSWERED,
        answer=body,
        answered_by=by,
        flags=[{"kind": flag.kind.value, "text": flag.text} for flag in flags],
        settled_at=at,
    )
    _send(inquiry, now, body, at=at, by=by, client_id=client_id)
    journal.write(
        now,
        "answered",
        at=at,
        actor=journal.Actor.SELLER,
        user=by,
        late=at > now.response_due_at,
        confirmed=[flag.kind.value for flag in flags],
    )
    if topic_of(now, inquiry).topic in page_gaps.OF_A_PAGE:
        page_gaps.record(inquiry, question=now.body, at=at, only_if_silent=True)
    live.publish(f"seller:{now.seller_id}")
    return now


@transaction.atomic
def needs_no_response(message: BuyerMessage, *, by: User) -> BuyerMessage:
    """The message waits for nobody any more; nothing is sent. A second time changes nothing."""
    at = timezone.now()
    _inquiry, now = held(message)
    if now.status == Status.NO_RESPONSE:
        return now
    move(now, Status.NO_RESPONSE, answered_by=by, settled_at=at)
    journal.write(now, "needs_no_response", at=at, actor=journal.Actor.SELLER, user=by)
    live.publish(f"seller:{now.seller_id}")
    return now


def held(message: BuyerMessage) -> tuple[Inquiry, BuyerMessage]:
    """Inquiry and message as they are now, held by this transaction, always in this order."""
    inquiry = locked(message.inquiry)
    BuyerMessage.objects.select_for_update(no_key=True).filter(pk=message.pk).values("pk").get()
    return inquiry, BuyerMessage.objects.select_related("seller", "order").get(pk=message.pk)


def refuse_if_taken_over(inquiry: Inquiry, message: BuyerMessage) -> None:
    """Refused if the desk has made the conversation a part of one that is not this seller's."""
    if inquiry.seller_id != message.seller_id:
        raise Refused(
            _(
                "Customer service has taken this conversation over and answers the buyer. Please "
                "choose “No response needed”."
            ),
            code="taken_over",
        )


def topic_of(
    message: BuyerMessage, inquiry: Inquiry, *, with_order: bool | None = None
) -> topics.Found:
    """What the message is about: the first of a conversation as it was decided then, a later one
    by its own words if they tell.
    """
    if with_order is None:
        with_order = inquiry.order_id is not None
    kept = topics.Found(inquiry.topic, inquiry.topic_words, inquiry.topic_rule_id)
    if kept.topic == Topic.PRE_ORDER and with_order:
        kept = topics.Found()
    elif not _is_later(message):
        return kept
    found = topics.find(
        message.body,
        language=inquiry.language,
        with_order=with_order,
        book=wordbook.book(message.received_at),
    )
    return found if found.words else kept


def _is_later(message: BuyerMessage) -> bool:
    return BuyerMessage.objects.filter(inquiry=message.inquiry_id, pk__lt=message.pk).exists()


def _send(
    inquiry: Inquiry,
    message: BuyerMessage,
    body: str,
    *,
    at: datetime,
    by: User,
    client_id: UUID | None,
) -> None:
    """The words stand in the conversation, and a letter takes them to the buyer. No clock of the
    desk moves: they are not ours.
    """
    said = say(
        inquiry,
        Message.Author.SELLER,
        at,
        body=body,
        channel=Channel.EMAIL,
        user=by,
        client_id=client_id,
    )
    said.outgoing = notifications.seller_reply(said, message)
    if said.outgoing is None:
        raise Refused(
            _(
                "The buyer left no address to which an answer could go. Please choose “No response "
                "needed”, or answer in the marketplace's own messages."
            ),
            code="no_address",
        )
    said.save(update_fields=["outgoing"])
    advance(inquiry, last_seq=said.seq, preview=preview(body), preview_by="S")


def _known(order: Order | None) -> list[str]:
    """Numbers of the order that are no phone numbers."""
    if order is None:
        return []
    parcels = Parcel.objects.filter(order=order).exclude(tracking_number="")
    return [order.number, *parcels.values_list("tracking_number", flat=True)]
