"""Plain, valid inquiries and what belongs to them; nothing random, no letters, no journal."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from inquiries.models import (
    BuyerMessage,
    Decision,
    InboundMail,
    Inquiry,
    LineVerdict,
    Message,
    Note,
)
from sellers.models import Order
from tests.factories.sellers import OrderFactory, OrderLineFactory, UserFactory

PROMISE = timedelta(hours=48)
FIRST_RESPONSE = timedelta(hours=12)


def _while_waiting(span: timedelta) -> Any:
    return factory.LazyAttribute(
        lambda inquiry: inquiry.waiting_since + span if inquiry.waiting_since else None
    )


class InquiryFactory(DjangoModelFactory[Inquiry]):
    """Open, covered, came in now by mail, nobody has it; without messages.

    `waiting=False`: answered, so no clock runs. A status other than OPEN stops the clocks too.
    """

    class Meta:
        model = Inquiry

    class Params:
        waiting = factory.LazyAttribute(lambda inquiry: inquiry.status == "OPEN")

    status = "OPEN"
    channel = "EMAIL"
    order = factory.SubFactory(OrderFactory)
    seller = factory.LazyAttribute(lambda inquiry: inquiry.order and inquiry.order.seller)
    buyer_name = "Jonas Weber"
    buyer_email = "jonas@buyers.test"
    language = "de"
    subject = "Frage zur Teekanne"
    topic = "PRODUCT"
    verdict = "COVERED"
    verdict_facts = factory.LazyAttribute(
        lambda inquiry: (
            {
                "placed_at": inquiry.order.placed_at.isoformat(),
                "active_from": (inquiry.order.placed_at - timedelta(days=60)).isoformat(),
            }
            if inquiry.order
            else {}
        )
    )
    opened_at = factory.LazyFunction(timezone.now)
    last_buyer_at = factory.SelfAttribute("opened_at")
    waiting_since = factory.LazyAttribute(
        lambda inquiry: inquiry.last_buyer_at if inquiry.waiting else None
    )
    first_response_due_at = factory.LazyAttribute(
        lambda inquiry: inquiry.opened_at + FIRST_RESPONSE if inquiry.verdict == "COVERED" else None
    )
    promise_due_at = _while_waiting(PROMISE)
    next_due_at = _while_waiting(FIRST_RESPONSE)
    resolved_at = factory.LazyAttribute(
        lambda inquiry: inquiry.opened_at if inquiry.status == "RESOLVED" else None
    )
    outcome = factory.LazyAttribute(
        lambda inquiry: "ANSWERED" if inquiry.status == "RESOLVED" else ""
    )
    preview = "Ist die Teekanne spülmaschinenfest?"
    preview_by = "B"


def _next_seq(row: Any) -> int:
    Inquiry.objects.filter(pk=row.inquiry.pk).update(last_seq=row.inquiry.last_seq + 1)
    row.inquiry.last_seq += 1
    return int(row.inquiry.last_seq)


class MessageFactory(DjangoModelFactory[Message]):
    """The buyer's next words; the inquiry counts them."""

    class Meta:
        model = Message

    inquiry = factory.SubFactory(InquiryFactory)
    seq = factory.LazyAttribute(_next_seq)
    author = "BUYER"
    channel = factory.SelfAttribute("inquiry.channel")
    sender = factory.LazyAttribute(
        lambda message: message.inquiry.buyer_email if message.author == "BUYER" else ""
    )
    body = "Ist die Teekanne spülmaschinenfest?"
    created_at = factory.LazyFunction(timezone.now)


class NoteFactory(DjangoModelFactory[Note]):
    class Meta:
        model = Note

    inquiry = factory.SubFactory(InquiryFactory)
    seq = factory.LazyAttribute(_next_seq)
    user = factory.SubFactory(UserFactory, is_staff=True)
    body = "Stammkunde, bisher immer freundlich."
    created_at = factory.LazyFunction(timezone.now)


class DecisionFactory(DjangoModelFactory[Decision]):
    class Meta:
        model = Decision

    inquiry = factory.SubFactory(InquiryFactory)
    seq = factory.LazyAttribute(_next_seq)
    outcome = "REFUNDED"
    basis = "OUR_KNOWLEDGE"
    reasoning = "Das Paket ging verloren."
    decided_by = factory.SubFactory(UserFactory, is_staff=True)
    decided_at = factory.LazyFunction(timezone.now)


class LineVerdictFactory(DjangoModelFactory[LineVerdict]):
    class Meta:
        model = LineVerdict

    inquiry = factory.SubFactory(InquiryFactory)
    line = factory.SubFactory(OrderLineFactory, order=factory.SelfAttribute("..inquiry.order"))
    verdict = factory.SelfAttribute("inquiry.verdict")
    facts = factory.SelfAttribute("inquiry.verdict_facts")
    decided_at = factory.LazyFunction(timezone.now)


class InboundMailFactory(DjangoModelFactory[InboundMail]):
    """A mail in quarantine, unless told otherwise."""

    class Meta:
        model = InboundMail

    via = "SMTP"
    received_at = factory.LazyFunction(timezone.now)
    envelope_from = "jonas@buyers.test"
    message_id = factory.Sequence(lambda n: f"<mail-{n}@buyers.test>")
    raw = factory.LazyAttribute(
        lambda mail: f"Message-ID: {mail.message_id}\r\n\r\nGuten Tag!\r\n".encode()
    )
    body_hash = factory.LazyAttribute(lambda mail: hashlib.sha256(mail.raw).hexdigest())
    status = "FAILED"
    handled_at = factory.LazyAttribute(
        lambda mail: mail.received_at if mail.status == "HANDLED" else None
    )
    sender = "jonas@buyers.test"
    subject = "Wo bleibt mein Paket?"
    error = "the mail could not be read"


class BuyerMessageFactory(DjangoModelFactory[BuyerMessage]):
    class Meta:
        model = BuyerMessage

    inquiry = factory.SubFactory(InquiryFactory, status="ROUTED", verdict="INVOICE")
    seller = factory.SelfAttribute("inquiry.seller")
    order = factory.SelfAttribute("inquiry.order")
    reason = factory.SelfAttribute("inquiry.verdict")
    body = "Bitte eine Rechnung mit USt-IdNr."
    received_at = factory.LazyFunction(timezone.now)
    response_due_at = factory.LazyAttribute(lambda message: message.received_at + PROMISE / 2)


def many_inquiries(order: Order, count: int, *, opened_at: datetime, **fields: Any) -> None:
    """So many open inquiries about one order, by one statement; three of them are always due at
    the same moment, so that a page must not rely on the due time alone.
    """
    Inquiry.objects.bulk_create(
        InquiryFactory.build(
            order=order,
            seller=order.seller,
            opened_at=opened_at + timedelta(minutes=number // 3),
            **fields,
        )
        for number in range(count)
    )
