"""A buyer's message that a seller has forwarded to us (P21): taken over, refused with the reason,
or the seller is asked.

The seller's word moves a conversation to the desk, never an order to another buyer: answers go to
the order's buyer of record, whatever address stands in the forwarded mail.
"""

import zoneinfo
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from caselog.models import Case
from caselog.operations import cases, questions
from csba.journal import write as journal
from inquiries.models import BuyerMessage, InboundMail, Inquiry
from inquiries.models.inquiry import Channel
from inquiries.operations import conversation, intake
from inquiries.rules import coverage
from inquiries.rules.reading import Reading
from sellers.models import Order, Seller

OPENED: Final = "OPENED"
ADDED: Final = "ADDED"
ALREADY: Final = "ALREADY"
NOT_COVERED: Final = "NOT_COVERED"
ASKED: Final = "ASKED"

Status = Inquiry.Status


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What was read in a forwarded mail. `sellers` are those for whom its sender may act."""

    sellers: Sequence[Seller]
    sender: str
    words: str
    subject: str
    reading: Reading
    numbers: Sequence[str]
    buyer_email: str = ""
    buyer_name: str = ""
    inbound: InboundMail
    received_at: datetime
    case: Case | None = None
    """The thread in which the seller was asked, once they have answered there."""


@dataclass(frozen=True)
class Outcome:
    """What came of it, the inquiry that is ours, and the thread in which the seller reads it."""

    result: str
    case: Case
    inquiry: Inquiry | None = None


@transaction.atomic
def receive(handed: Handed) -> Outcome:
    """The message is an inquiry of ours, or part of one; or the seller has the exact reason why it
    is not; or a question which order it belongs to. The same words twice change nothing.
    """
    order = _order(handed)
    if order is None or not handed.words.strip():
        return Outcome(ASKED, handed.case) if handed.case is not None else _ask(handed, order)
    at = handed.received_at
    running = _running(order).first()
    if running is not None:
        return _add(handed, order, running)
    found = intake.judge(order, handed.reading.topic.topic, at)
    if not found.overall.covered:
        return _refuse(handed, order, found.overall.verdict, found.overall.facts)
    inquiry = intake.receive(
        intake.Incoming(
            channel=Channel.TRANSFER,
            body=handed.words,
            subject=handed.subject,
            buyer_email=order.buyer_email or handed.buyer_email,
            buyer_name=handed.buyer_name,
            order=order,
            order_number=order.number,
            **handed.reading.fields,
            inbound=handed.inbound,
            sender=handed.buyer_email,
            received_at=at,
        )
    )
    _settle_message(order, inquiry, at)
    return Outcome(OPENED, _acknowledge(handed, order, inquiry), inquiry)


def _order(handed: Handed) -> Order | None:
    """The seller's order that is named, else the only one of this buyer with the seller."""
    theirs = Order.objects.select_related("seller").filter(seller__in=handed.sellers)
    if handed.numbers:
        named = {one.number: one for one in theirs.filter(number__in=handed.numbers)}
        order = next((named[one] for one in handed.numbers if one in named), None)
        if order is not None and not _of_another_buyer(order, handed.buyer_email):
            return order
        return None
    if not handed.buyer_email:
        return None
    of_buyer = list(theirs.filter(buyer_email__iexact=handed.buyer_email)[:2])
    return of_buyer[0] if len(of_buyer) == 1 else None


def _of_another_buyer(order: Order, address: str) -> bool:
    known = order.buyer_email.lower()
    return bool(known and address) and known != address.lower()


def _running(order: Order) -> QuerySet[Inquiry]:
    """What the desk already talks about with this buyer."""
    return Inquiry.objects.filter(order=order, status=Status.OPEN).order_by("-id")


def _add(handed: Handed, order: Order, inquiry: Inquiry) -> Outcome:
    said = " ".join(handed.words.split())
    for body in inquiry.messages.filter(author="BUYER").values_list("body", flat=True):
        if said in " ".join(body.split()):
            return Outcome(ALREADY, _acknowledge(handed, order, inquiry), inquiry)
    conversation.buyer_wrote(
        inquiry,
        body=handed.words,
        channel=Channel.TRANSFER,
        inbound=handed.inbound,
        sender=handed.buyer_email,
        signal=handed.reading.urgent.signal,
        reading=handed.reading.kept,
        received_at=handed.received_at,
    )
    return Outcome(ADDED, _acknowledge(handed, order, inquiry), inquiry)


def _settle_message(order: Order, inquiry: Inquiry, at: datetime) -> None:
    """A message that was put to the seller about the same order points to who answers now."""
    waiting = BuyerMessage.objects.filter(order=order, status=BuyerMessage.Status.OPEN)
    for message in waiting[:20]:
        journal.write(
            message,
            "handed_over_by_mail",
            at=at,
            actor=journal.Actor.SYSTEM,
            inquiry=inquiry.number,
        )


def _acknowledge(handed: Handed, order: Order, inquiry: Inquiry) -> Case:
    with _for(order.seller):
        subject = _("Taken over: order %s") % order.number
        body = _(
            "Customer service answers the buyer of order %(order)s from now on, under the number "
            "%(number)s. You need not do anything. If we need something from you, you find a "
            "question in your Case Log."
        ) % {"order": order.number, "number": inquiry.number}
        return _tell(handed, order, subject, body, reference=inquiry.number)


def _refuse(handed: Handed, order: Order, verdict: str, facts: dict[str, Any]) -> Outcome:
    with _for(order.seller):
        subject = _("Not taken over: order %s") % order.number
        body = _(
            "We cannot answer the buyer of order %(order)s for you. %(why)s Please answer the "
            "buyer yourself, within 24 hours of their message."
        ) % {"order": order.number, "why": coverage.sentence(verdict, facts)}
        case = _tell(handed, order, subject, body, reference=order.number)
    journal.write(
        case,
        "transfer_refused",
        at=timezone.now(),
        actor=journal.Actor.SYSTEM,
        verdict=verdict,
        topic=handed.reading.topic.topic,
        words=handed.reading.topic.words,
    )
    return Outcome(NOT_COVERED, case)


def _tell(handed: Handed, order: Order, subject: str, body: str, *, reference: str) -> Case:
    """In the thread where the seller was asked, else in a new one."""
    if handed.case is not None:
        cases.write(handed.case, body=body, by=None)
        return handed.case
    return cases.post_notice(
        order.seller,
        kind=Case.Kind.TRANSFER,
        subject=subject,
        body=body,
        reference=reference,
        order=order,
    )


def _ask(handed: Handed, order: Order | None) -> Outcome:
    """Nothing is guessed (helpdesk T10): the seller says which order it is, in the Case Log."""
    seller = order.seller if order is not None else handed.sellers[0]
    with _for(seller):
        case = cases.open_case(
            seller,
            kind=Case.Kind.TRANSFER,
            subject=_("Which message do you hand over?"),
            order=order,
        )
        if order is not None:
            body = _(
                "You have forwarded a message about order %s to us, but we find no words of the "
                "buyer in it. Please forward the buyer's whole message once more."
            ) % (order.number)
        else:
            body = _(
                "You have forwarded a buyer's message to us, but we cannot tell which of your "
                "orders it is about. Please answer with the order number (3-7-7 digits), or "
                "forward the message once more with the number in its subject."
            )
        questions.ask(case, body=body, by=None)
    return Outcome(ASKED, case)


@contextmanager
def _for(seller: Seller) -> Iterator[None]:
    """In the seller's language and time zone."""
    zone = zoneinfo.ZoneInfo(seller.time_zone)
    with translation.override(seller.language), timezone.override(zone):
        yield
