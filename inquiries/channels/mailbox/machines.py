"""Mail that no person wrote: kept, folded where it belongs, and never answered (helpdesk L2).

A bounce tells that a mail of ours did not arrive; a complaint, that somebody wants no more of it; a
notice of the marketplace stands with the order it speaks of.
"""

from typing import Any

from django.utils import timezone, translation

from csba.outbox import operations as outbox
from inquiries.channels import orders
from inquiries.channels.mailbox import marketplace, match, reports
from inquiries.channels.mailbox.parse import ParsedMail
from inquiries.channels.mailbox.results import Result
from inquiries.models import InboundMail, Inquiry
from inquiries.operations import conversation, delivery, inbound
from inquiries.operations.inbound import Seen

Kind = InboundMail.Kind


def handle(mail: ParsedMail, kept: InboundMail, kind: str, thread: match.Thread) -> None:
    """Folded into the thread it belongs to; what it reports about our own mail is noted there."""
    result = Result.NOTHING
    facts: dict[str, Any] = {}
    if kind in {Kind.BOUNCE, Kind.SOFT_BOUNCE}:
        facts = _bounced(mail)
        result = Result.BOUNCED if facts.get("mails") else result
    elif kind == Kind.COMPLAINT:
        facts = _complained(mail)
        result = Result.COMPLAINED if facts.get("mails") else result
    inquiry = _keep(mail, kept, thread.inquiry)
    if result == Result.NOTHING and (inquiry is not None or thread.case is not None):
        result = Result.MACHINE
    inbound.handled(
        kept,
        result=result,
        inquiry=inquiry,
        case=thread.case,
        seen=Seen(kind, mail.sender, mail.subject, facts),
    )


def notice(mail: ParsedMail, kept: InboundMail, kind: marketplace.Notice) -> None:
    """Folded into the newest inquiry about the order that the marketplace speaks of."""
    numbers = orders.numbers(mail.subject, mail.text)
    inquiry = _keep(mail, kept, match.newest_about(numbers))
    inbound.handled(
        kept,
        result=Result.MACHINE if inquiry is not None else Result.NOTHING,
        inquiry=inquiry,
        seen=Seen(
            Kind.NOTICE, mail.sender, mail.subject, {"notice": kind.value, "orders": numbers}
        ),
    )


def _keep(mail: ParsedMail, kept: InboundMail, inquiry: Inquiry | None) -> Inquiry | None:
    if inquiry is not None:
        conversation.machine_wrote(inquiry, body=mail.text, sender=mail.sender, inbound=kept)
    return inquiry


def _bounced(mail: ParsedMail) -> dict[str, Any]:
    """Our mails that did not arrive are failed, and whoever wrote them learns of it."""
    at = timezone.now()
    found = reports.failures(mail)
    changed = []
    for one in found:
        changed += outbox.bounced(
            mail.reported_ids or mail.references,
            at=at,
            recipient=one.recipient,
            why=one.why,
            permanent=one.permanent,
            dead=one.dead,
        )
    delivery.not_arrived([mail for mail in changed if mail.status == mail.Status.FAILED], at=at)
    return {
        "failures": [
            {"recipient": one.recipient, "permanent": one.permanent, "why": one.why}
            for one in found
        ],
        "mails": [one.pk for one in changed],
    }


def _complained(mail: ParsedMail) -> dict[str, Any]:
    """Nobody who complained gets automatic mail from us for a while."""
    fields = reports.complaint_of(mail) or {}
    with translation.override("en"):
        told = outbox.complained(mail.reported_ids, at=timezone.now())
    return {"feedback": fields.get("feedback-type", "")[:40], "mails": [one.pk for one in told]}
