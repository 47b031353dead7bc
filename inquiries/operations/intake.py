"""The one door for every new inquiry, whatever the way in (P2): number, verdict, route, promise,
letter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from csba import live, promises
from csba.journal import write as journal
from csba.topics import Signal, Topic
from csba.verdicts import Verdict
from inquiries import notifications
from inquiries.models import BuyerMessage, InboundMail, Inquiry, LineVerdict, Message
from inquiries.operations._thread import clock_stamps, preview
from inquiries.rules import coverage, deadlines
from inquiries.rules.coverage import Coverage
from sellers.models import Enrolment, Order, Seller, Service

Status = Inquiry.Status


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """What a way in knows about a new inquiry. `order` is given only to a sender who has a right
    to it.
    """

    channel: str
    body: str
    subject: str = ""
    buyer_email: str = ""
    buyer_name: str = ""
    language: str = "de"
    order: Order | None = None
    order_number: str = ""
    seller: Seller | None = None
    topic: str = Topic.OTHER
    topic_words: str = ""
    topic_rule: int | None = None
    signal: str = Signal.NONE
    reading: Mapping[str, Any] = field(default_factory=dict)
    """What the words tell, as the message keeps it."""
    fold_at: int | None = None
    inbound: InboundMail | None = None
    sender: str = ""
    client_id: UUID | None = None
    follow_up_of: Inquiry | None = None
    looks_like: int | None = None
    """The key of what may be the same conversation: shown to the agent, who may merge the two."""
    quiet: bool = False
    """No acknowledgement: the sender is a list, or an address that takes no answers."""
    received_at: datetime | None = None
    """When it reached us, if that was earlier than now: the promise counts from there."""


@transaction.atomic(savepoint=False)
def receive(incoming: Incoming) -> Inquiry:
    """A new inquiry stands on the agents' queue, or with the seller, or the buyer is asked for the
    order.

    One commit: inquiry, verdicts, message, journal and letters. With a client_id that was used
    before, the first inquiry is returned and nothing happens twice.
    """
    if incoming.client_id is not None:
        only_one_at_a_time(incoming.client_id)
        first = Inquiry.objects.filter(messages__client_id=incoming.client_id).first()
        if first is not None:
            return first
    at = incoming.received_at or timezone.now()
    found = judge(incoming.order, incoming.topic, at)
    inquiry = _open(incoming, found, at)
    LineVerdict.objects.bulk_create(verdict_rows(inquiry, found, at))
    _first_message(inquiry, incoming, at)
    heard = [incoming.inbound.message_id] if incoming.inbound is not None else []
    lines = [
        journal.line(
            inquiry,
            "opened",
            at=at,
            actor=journal.Actor.BUYER,
            channel=incoming.channel,
            topic=incoming.topic,
            words=incoming.topic_words,
            signal=incoming.signal,
            order_number=incoming.order_number,
            sender=incoming.sender,
        ),
        journal.line(
            inquiry,
            "verdict",
            at=at,
            actor=journal.Actor.SYSTEM,
            verdict=found.overall.verdict,
            **found.overall.facts,
        ),
    ]
    if inquiry.status == Status.ROUTED:
        words = incoming.body if incoming.fold_at is None else incoming.body[: incoming.fold_at]
        lines.append(hand_to_seller(inquiry, words, at, heard, tell_buyer=not incoming.quiet))
    elif incoming.quiet:
        pass
    elif inquiry.waiting_since is None:
        notifications.order_unknown(inquiry, heard)
    else:
        notifications.received(inquiry, heard)
    journal.write_many(lines)
    live.publish_many([(f"inquiry:{inquiry.number}", inquiry.last_seq), ("queue", 0)])
    return inquiry


def only_one_at_a_time(client_id: UUID) -> None:
    """Whoever else sends the same form waits until this transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [client_id.int >> 65])


def judge(order: Order | None, topic: str, at: datetime) -> Coverage:
    """The verdicts for an order as its rows are now."""
    if order is None:
        return coverage.decide(None, [], topic, [], at=at)
    stints = Enrolment.objects.filter(
        seller=order.seller_id, service__code=Service.CSBA
    ).prefetch_related("suspensions")
    return coverage.decide(order, list(order.lines.all()), topic, list(stints), at=at)


def verdict_rows(inquiry: Inquiry, found: Coverage, at: datetime) -> list[LineVerdict]:
    """The stored form of the verdicts per line."""
    return [
        LineVerdict(
            inquiry=inquiry, line=line, verdict=finding.verdict, facts=finding.facts, decided_at=at
        )
        for line, finding in found.lines
    ]


def hand_to_seller(
    inquiry: Inquiry,
    body: str,
    at: datetime,
    heard: Sequence[str] | None = None,
    *,
    tell_buyer: bool = True,
) -> journal.Line:
    """The seller has the words in Buyer-Seller Messaging and a letter without them; the buyer
    knows who answers.
    """
    assert inquiry.seller is not None
    message = BuyerMessage.objects.create(
        seller=inquiry.seller,
        inquiry=inquiry,
        order=inquiry.order,
        reason=inquiry.verdict,
        subject=inquiry.subject,
        body=body,
        received_at=at,
        response_due_at=at + promises.message_response(at),
    )
    notifications.buyer_message(message)
    if tell_buyer:
        notifications.routed(inquiry, heard)
    live.publish(f"seller:{inquiry.seller_id}")
    return journal.line(
        inquiry,
        "routed",
        at=at,
        actor=journal.Actor.SYSTEM,
        seller=inquiry.seller.name,
        message=message.number,
    )


def starting_state(
    verdict: str, signal: str, seller: Seller | None, channel: str, at: datetime
) -> dict[str, Any]:
    """Status and clocks that a verdict leads to.

    A safety or legal signal is looked at by a lead first, covered or not (scenario 3). Without an
    order the buyer is asked, so nobody waits for the desk until the answer comes.
    """
    if verdict == Verdict.COVERED or signal:
        response = deadlines.first_response_due(channel, at, signal=signal)
        return {
            "status": Status.OPEN,
            "first_response_due_at": response,
            **clock_stamps(deadlines.started(at, response)),
        }
    if verdict == Verdict.UNKNOWN_ORDER or seller is None:
        return {"status": Status.OPEN}
    return {"status": Status.ROUTED}


def _open(incoming: Incoming, found: Coverage, at: datetime) -> Inquiry:
    order = incoming.order
    seller = order.seller if order is not None else incoming.seller
    verdict = found.overall.verdict
    if verdict == Verdict.PRE_ORDER and seller is None:
        verdict = Verdict.UNKNOWN_ORDER
    return Inquiry.objects.create(
        channel=incoming.channel,
        order=order,
        seller=seller,
        buyer_email=incoming.buyer_email.strip().lower(),
        buyer_name=incoming.buyer_name[:160] or (order.buyer_name if order is not None else ""),
        language=incoming.language,
        subject=incoming.subject[:300],
        topic=incoming.topic,
        topic_words=incoming.topic_words[:200],
        topic_rule_id=incoming.topic_rule,
        looks_like_id=incoming.looks_like,
        signal=incoming.signal,
        verdict=verdict,
        verdict_facts=found.overall.facts
        | ({"order_number": incoming.order_number} if incoming.order_number else {}),
        opened_at=at,
        last_buyer_at=at,
        last_seq=1,
        follow_up_of=incoming.follow_up_of,
        preview=preview(
            incoming.body if incoming.fold_at is None else incoming.body[: incoming.fold_at]
        ),
        preview_by="B",
        **starting_state(verdict, incoming.signal, seller, incoming.channel, at),
    )


def _first_message(inquiry: Inquiry, incoming: Incoming, at: datetime) -> None:
    Message.objects.create(
        inquiry=inquiry,
        seq=1,
        author=Message.Author.BUYER,
        channel=incoming.channel,
        sender=incoming.sender or incoming.buyer_email,
        body=incoming.body,
        fold_at=incoming.fold_at,
        created_at=at,
        client_id=incoming.client_id,
        inbound=incoming.inbound,
        reading=dict(incoming.reading),
    )
