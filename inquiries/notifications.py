"""The letters of a conversation: to the buyer in their language, to the seller without a buyer's
words.
"""

import zoneinfo
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from csba import addresses
from csba.outbox.enqueue import enqueue
from csba.outbox.models import OutgoingMail
from inquiries.models import BuyerMessage, InboundMail, Inquiry, Message
from inquiries.rules import coverage


def received(inquiry: Inquiry, heard: Sequence[str] | None = None) -> None:
    """The buyer knows that we have it, its number, and by when they have an answer (P22)."""
    _to_buyer(inquiry, "received", heard=heard, due=inquiry.promise_due_at)


def order_unknown(inquiry: Inquiry, heard: Sequence[str] | None = None) -> None:
    """The buyer is asked for the order; nobody else is told, and nothing about any order is said
    (rulings 13).
    """
    _to_buyer(inquiry, "order_unknown", heard=heard)


def routed(inquiry: Inquiry, heard: Sequence[str] | None = None) -> None:
    """The buyer knows who answers and why it is not us (P20)."""
    why = _why(inquiry, inquiry.verdict, inquiry.language, settings.CSBA_MARKETPLACE_ZONE)
    _to_buyer(inquiry, "routed", heard=heard, why=why, seller=inquiry.seller)


def seller_asked(inquiry: Inquiry) -> None:
    """The buyer knows that the seller is asked and that it typically takes two days (P22)."""
    _to_buyer(
        inquiry,
        "seller_asked",
        key=f"inquiry:{inquiry.pk}:seller_asked",
        due=inquiry.promise_due_at,
    )


def reply(message: Message) -> OutgoingMail | None:
    """The agent's words are on their way to the buyer of record; None when there is no address."""
    inquiry = message.inquiry
    return _to_buyer(
        inquiry,
        "reply",
        automatic=False,
        # What a person wrote can be taken back for a moment; the clock's own words cannot.
        send_after=_undo_until(message) if message.user is not None else None,
        message=message,
        agent=message.user,
    )


def buyer_message(message: BuyerMessage) -> None:
    """The seller knows that a buyer wrote, about which order, and why the service does not answer
    (P20).
    """
    seller = message.seller
    why = _why(message.inquiry, message.reason, seller.language, seller.time_zone)
    enqueue(
        "inquiries/mail/buyer_message",
        to=seller.default_email,
        language=seller.language,
        time_zone=seller.time_zone,
        about=message,
        context={
            "message": message,
            "why": why,
            "path": reverse("portal:message", args=[message.number]),
        },
    )


def seller_reply(said: Message, message: BuyerMessage) -> OutgoingMail | None:
    """The seller's words are on their way to the buyer of record, whose answer comes back through
    us; None when there is no address. Neither reads the other's.
    """
    return _to_buyer(
        said.inquiry, "seller_reply", automatic=False, message=said, seller=message.seller
    )


def transferred(message: BuyerMessage, inquiry: Inquiry) -> None:
    """The seller knows that we answer the buyer from now on, and under which number (P21)."""
    seller = message.seller
    enqueue(
        "inquiries/mail/transferred",
        to=seller.default_email,
        language=seller.language,
        time_zone=seller.time_zone,
        about=message,
        key=f"buyer_message:{message.pk}:transferred",
        context={
            "message": message,
            "inquiry": inquiry,
            "path": reverse("portal:message", args=[message.number]),
        },
    )


def not_registered(address: str, language: str, mail: InboundMail) -> None:
    """Whoever forwards a message from an address that no seller has registered learns why nothing
    happens; nothing of the message is repeated.
    """
    enqueue(
        "inquiries/mail/not_registered",
        to=address,
        language=language,
        about=mail,
        key=f"inbound:{mail.pk}:not_registered",
        in_reply_to=mail.message_id,
        context={"path": reverse("sellers:people")},
    )


def _undo_until(message: Message) -> datetime:
    return message.created_at + timedelta(seconds=settings.CSBA_UNDO_SECONDS)


def _to_buyer(
    inquiry: Inquiry,
    letter: str,
    *,
    key: str | None = None,
    automatic: bool = True,
    heard: Sequence[str] | None = None,
    send_after: datetime | None = None,
    **context: object,
) -> OutgoingMail | None:
    """`heard` are the Message-IDs of the buyer's mails where the caller knows them already."""
    if not inquiry.buyer_email:
        return None
    if heard is None:
        heard = _ids_of_buyer(inquiry)
    return enqueue(
        f"inquiries/mail/{letter}",
        to=inquiry.buyer_email,
        language=inquiry.language,
        about=inquiry,
        key=key,
        automatic=automatic,
        send_after=send_after,
        reply_to=addresses.write(addresses.BUYER_LANE, inquiry.number),
        in_reply_to=heard[-1] if heard else "",
        references=heard,
        context={
            "inquiry": inquiry,
            "stamped": addresses.stamp(addresses.BUYER_LANE, inquiry.number),
            **context,
        },
    )


def _why(inquiry: Inquiry, verdict: str, language: str, zone: str) -> str:
    with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
        return coverage.sentence(verdict, inquiry.verdict_facts)


def _ids_of_buyer(inquiry: Inquiry) -> list[str]:
    """Message-IDs of the buyer's own mails, oldest first: what our answer hangs on to."""
    return list(
        Message.objects.filter(inquiry=inquiry, author=Message.Author.BUYER, inbound__isnull=False)
        .order_by("seq")
        .values_list("inbound__message_id", flat=True)
    )
