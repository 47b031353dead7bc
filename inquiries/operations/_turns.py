"""The turns that a buyer's words can take: waiting again, a new inquiry, an order named."""

from datetime import datetime
from typing import Any
from uuid import UUID

from csba import promises
from csba.journal import write as journal
from inquiries import notifications
from inquiries.models import InboundMail, Inquiry, LineVerdict, Message
from inquiries.operations import intake
from inquiries.operations._thread import advance, clock_stamps
from inquiries.rules import deadlines
from sellers.models import Order


def too_late_to_reopen(inquiry: Inquiry, at: datetime) -> bool:
    """Has the window closed in which a buyer's words reopen the same inquiry?"""
    return inquiry.resolved_at is not None and at >= inquiry.resolved_at + promises.reopen_window(
        inquiry.resolved_at
    )


def follow_up(
    old: Inquiry,
    body: str,
    channel: str,
    fold_at: int | None,
    inbound: InboundMail | None,
    sender: str,
    client_id: UUID | None,
) -> Message:
    """The words stand in a new inquiry that points to the old one."""
    fresh = intake.receive(
        intake.Incoming(
            channel=channel,
            body=body,
            subject=old.subject,
            buyer_email=old.buyer_email,
            buyer_name=old.buyer_name,
            language=old.language,
            order=old.order,
            seller=old.seller,
            topic=old.topic,
            signal=old.signal,
            fold_at=fold_at,
            inbound=inbound,
            sender=sender,
            client_id=client_id,
            follow_up_of=old,
        )
    )
    return fresh.messages.get(seq=1)


def wait_again(
    now: Inquiry, stamps: dict[str, Any], at: datetime, *, urgent: bool
) -> list[journal.Line]:
    """The buyer waits for the desk, since now or since earlier; what was settled is open again."""
    first_look = (
        deadlines.first_response_due(now.channel, at, signal=now.signal) if urgent else None
    )
    if now.waiting_since is None:
        stamps |= clock_stamps(deadlines.started(at, first_look))
    elif first_look is not None and now.next_due_at is not None:
        stamps["next_due_at"] = min(now.next_due_at, first_look)
    lines = []
    if now.status == Inquiry.Status.RESOLVED:
        stamps |= {"reopened": now.reopened + 1, "resolved_at": None, "outcome": ""}
        lines.append(journal.line(now, "reopened", at=at, actor=journal.Actor.BUYER))
    advance(now, Inquiry.Status.OPEN, **stamps)
    return lines


def identify(
    now: Inquiry, order: Order, words: str, stamps: dict[str, Any], at: datetime
) -> list[journal.Line]:
    """The buyer has named the order: the verdict is made again, with all that follows."""
    found = intake.judge(order, now.topic, at)
    verdict = found.overall.verdict
    LineVerdict.objects.bulk_create(intake.verdict_rows(now, found, at))
    state = intake.starting_state(verdict, now.signal, order.seller, now.channel, at)
    status = state.pop("status")
    advance(
        now,
        status,
        **stamps,
        **state,
        order=order,
        seller=order.seller,
        verdict=verdict,
        verdict_facts=found.overall.facts,
        buyer_name=now.buyer_name or order.buyer_name,
    )
    lines = [
        journal.line(now, "identified", at=at, actor=journal.Actor.BUYER, order=order.number),
        journal.line(
            now,
            "verdict",
            at=at,
            actor=journal.Actor.SYSTEM,
            verdict=verdict,
            **found.overall.facts,
        ),
    ]
    if status == Inquiry.Status.ROUTED:
        first = now.messages.filter(author=Message.Author.BUYER).order_by("seq").first()
        both = "\n\n".join(part for part in [first.visible if first else "", words] if part)
        lines.append(intake.hand_to_seller(now, both, at))
    else:
        notifications.received(now)
    return lines
