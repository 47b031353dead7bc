"""Transfer to CSBA: a seller hands a buyer's message over, or learns exactly why not (P21).

The coverage is decided again, by the order as it stands now and by what this very message is about:
a conversation that began with an invoice may have come to a broken part.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba import live
from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.moves import move
from csba.verdicts import Verdict
from inquiries import notifications
from inquiries.models import BuyerMessage, Inquiry, LineVerdict
from inquiries.models.inquiry import Channel
from inquiries.operations import intake
from inquiries.operations._thread import advance
from inquiries.operations.buyer_messages import held, refuse_if_taken_over, topic_of
from inquiries.rules.coverage import Coverage
from inquiries.rules.topics import Found
from sellers.models import Order

Status = BuyerMessage.Status


@dataclass(frozen=True)
class Transferred:
    """What came of it: the inquiry that is ours now, or the verdict that speaks against it."""

    message: BuyerMessage
    inquiry: Inquiry | None
    verdict: str
    facts: dict[str, Any]


@transaction.atomic
def transfer(message: BuyerMessage, *, by: User, order_number: str = "") -> Transferred:
    """Covered: the inquiry is open on the desk, its buyer and its seller know. Not covered: nothing
    moves, and the message keeps the verdict. However often it is clicked, it is one inquiry.

    A message without an order may be given the seller's own `order_number`, if the order is of this
    buyer.
    """
    at = timezone.now()
    inquiry, now = held(message)
    if now.status == Status.TRANSFERRED:
        again = now.verdict_again
        return Transferred(now, inquiry, again.get("verdict", ""), again.get("facts", {}))
    if now.status != Status.OPEN:
        raise Refused(
            _("This message is already settled: “%s”. Only an open message can be handed over.")
            % now.get_status_display(),
            code="wrong_status",
        )
    refuse_if_taken_over(inquiry, now)
    order = inquiry.order or _named(inquiry, now, order_number)
    topic = topic_of(now, inquiry, with_order=order is not None)
    found = intake.judge(order, topic.topic, at)
    kept = {
        "at": at.isoformat(),
        "by": by.pk,
        "verdict": found.overall.verdict.value,
        "facts": found.overall.facts,
        "topic": topic.topic,
        "words": topic.words,
        # What was said before is told by these, also when the inquiry has moved on.
        "before": inquiry.verdict_facts,
    }
    if not found.overall.covered:
        BuyerMessage.objects.filter(pk=now.pk).update(verdict_again=kept)
        now.verdict_again = kept
        journal.write(
            now,
            "transfer_refused",
            at=at,
            actor=journal.Actor.SELLER,
            user=by,
            verdict=found.overall.verdict,
        )
        return Transferred(now, None, found.overall.verdict, found.overall.facts)
    move(now, Status.TRANSFERRED, settled_at=at, answered_by=by, verdict_again=kept, order=order)
    _open(inquiry, order, topic, found, at)
    journal.write_many(
        [
            journal.line(
                now, "transferred", at=at, actor=journal.Actor.SELLER, user=by, inquiry=inquiry
            ),
            journal.line(
                inquiry, "transferred", at=at, actor=journal.Actor.SELLER, user=by, message=now
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
    )
    notifications.received(inquiry)
    notifications.transferred(now, inquiry)
    live.publish(f"seller:{now.seller_id}")
    return Transferred(now, inquiry, found.overall.verdict, found.overall.facts)


def _named(inquiry: Inquiry, message: BuyerMessage, number: str) -> Order | None:
    """The seller's own order of this number, if its buyer is the one who wrote."""
    number = "".join(number.split())
    if not number:
        return None
    order = Order.objects.for_seller(message.seller).filter(number=number[:40]).first()
    if order is None:
        raise Refused(
            _("You have no order with this number. Please check it and try again."),
            code="unknown_order",
        )
    # Whose orders a person has is told to nobody else, so not to who only knows the number.
    if not order.buyer_email or order.buyer_email.lower() != inquiry.buyer_email.lower():
        raise Refused(
            _(
                "This order is not known as one of this buyer. Please answer the buyer yourself, "
                "or ask them to write about the order from their orders page."
            ),
            code="other_buyer",
        )
    return order


def _open(
    inquiry: Inquiry, order: Order | None, topic: Found, found: Coverage, at: datetime
) -> None:
    """The inquiry is on the agents' queue by its new verdict; one that was there already keeps its
    clocks.
    """
    LineVerdict.objects.bulk_create(
        intake.verdict_rows(inquiry, found, at),
        update_conflicts=True,
        unique_fields=["inquiry", "line"],
        update_fields=["verdict", "facts", "decided_at"],
    )
    stamps: dict[str, Any] = {
        "order": order,
        "verdict": found.overall.verdict,
        "verdict_facts": found.overall.facts,
        "topic": topic.topic,
        "topic_words": topic.words[:200],
        "topic_rule_id": topic.rule,
        "snoozed_until": None,
    }
    if inquiry.waiting_since is None:
        stamps |= intake.starting_state(
            Verdict.COVERED, inquiry.signal, inquiry.seller, Channel.TRANSFER, at
        )
        stamps.pop("status")
    if inquiry.status == Inquiry.Status.RESOLVED:
        stamps |= {"resolved_at": None, "outcome": "", "reopened": inquiry.reopened + 1}
    advance(inquiry, Inquiry.Status.OPEN, **stamps)
