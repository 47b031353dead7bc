"""To which inquiry or case does a mail belong, and which order does it name?

In this order (helpdesk 3.4): a genuine token in an address, In-Reply-To and References against what
we sent and what we received, an order number. The token binds its lane: what comes to a seller's
address can never land with a buyer, and the other way round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from caselog.models import Case
from csba import addresses
from csba.outbox.models import OutgoingMail
from inquiries.channels import orders
from inquiries.channels.mailbox import headers
from inquiries.channels.mailbox.parse import ParsedMail
from inquiries.channels.orders import Named
from inquiries.models import InboundMail, Inquiry
from sellers.models import Membership, Seller

_MOST_REFERENCES: Final = 20

_INQUIRY: Final = "inquiries.inquiry"
_OF_CASES: Final = {
    "caselog.case": "pk",
    "caselog.question": "questions",
    "caselog.entry": "entries",
}


@dataclass(frozen=True)
class Thread:
    """Where a mail belongs; `proven` by a genuine token. `letter` names what else it answers."""

    inquiry: Inquiry | None = None
    case: Case | None = None
    proven: bool = False
    letter: str = ""


def thread(mail: ParsedMail, kept: InboundMail) -> Thread:
    """The inquiry or case that this mail goes on with, if any."""
    token = addresses.read_any([*mail.recipients, *kept.envelope_to])
    if token is not None:
        found = _by_token(token)
        if found is not None:
            return found
    found = _by_headers(mail, kept)
    if found.inquiry is None and found.case is None and not found.letter:
        return _by_stamp(mail)
    return found


def order_of(mail: ParsedMail, *, speaks: bool = True) -> Named:
    """The order that the mail names: in the subject, in what was written, else in the quotation.
    Whoever may be somebody else (`speaks` is False) has a right to none.
    """
    numbers = orders.numbers(mail.subject, mail.visible) or orders.numbers(mail.text)
    return orders.named(numbers, mail.sender if speaks else "")


def newest_about(numbers: Sequence[str]) -> Inquiry | None:
    """The newest inquiry about one of these orders."""
    if not numbers:
        return None
    return _inquiries().filter(order__number__in=numbers).order_by("-id").first()


def sellers_of(address: str) -> list[Seller]:
    """The sellers for whom a mail from this address may act (P21, domain 5.4)."""
    if not address:
        return []
    people = Membership.objects.filter(user__email=address, user__is_active=True)
    acting = people.exclude(role=Membership.Role.READER).values("seller")
    return list(
        Seller.objects.filter(Q(default_email__iexact=address) | Q(pk__in=acting)).order_by("pk")
    )


def is_buyer(inquiry: Inquiry, address: str) -> bool:
    """Is this the buyer of record, of the inquiry or of its order?"""
    known = {
        inquiry.buyer_email,
        inquiry.order.buyer_email if inquiry.order else "",
        *inquiry.accepted_senders,
    }
    return address != "" and address in {email.lower() for email in known}


def is_seller(case: Case, address: str) -> bool:
    """Is this the seller's own address, or that of a person who may act for the seller?"""
    if address == "":
        return False
    if address == case.seller.default_email.lower():
        return True
    people = Membership.objects.filter(seller=case.seller_id, user__email=address)
    return people.filter(user__is_active=True).exclude(role=Membership.Role.READER).exists()


def _by_token(token: addresses.Address, *, proven: bool = True) -> Thread | None:
    if token.lane == addresses.SELLER_LANE:
        case = Case.objects.select_related("seller").filter(number=token.number).first()
        return Thread(case=case, proven=proven) if case else None
    inquiry = _inquiries().filter(number=token.number).first()
    return Thread(inquiry=inquiry, proven=proven) if inquiry else None


def _by_stamp(mail: ParsedMail) -> Thread:
    """By the number in the subject, where the stamp beside it proves that it is from us (T1)."""
    if headers.hands_on(mail.subject):
        return Thread()
    token = addresses.read_stamped(mail.subject)
    return (_by_token(token, proven=False) if token is not None else None) or Thread()


def _by_headers(mail: ParsedMail, kept: InboundMail) -> Thread:
    """In-Reply-To is enough; References count only while the subject is still the same (T6, T7)."""
    if headers.hands_on(mail.subject):
        return Thread()
    older = [one for one in reversed(mail.references) if one not in mail.in_reply_to]
    ids = [*mail.in_reply_to, *older, *mail.reported_ids][:_MOST_REFERENCES]
    if not ids:
        return Thread()
    sent = {
        row.message_id: row
        for row in OutgoingMail.objects.filter(message_id__in=ids).only(
            "message_id", "about_type", "about_id", "subject", "template"
        )
    }
    heard = {
        row.message_id: row
        for row in InboundMail.objects.filter(message_id__in=ids)
        .exclude(pk=kept.pk)
        .only("message_id", "inquiry_id", "case_id", "subject")
    }
    subject = headers.bare_subject(mail.subject)
    for one in ids:
        answered = one in mail.in_reply_to or one in mail.reported_ids
        for row in (sent.get(one), heard.get(one)):
            if row is None or not (answered or headers.bare_subject(row.subject) == subject):
                continue
            found = _sent(row) if isinstance(row, OutgoingMail) else _heard(row)
            if found is not None:
                return found
    return Thread()


def _sent(mail: OutgoingMail) -> Thread | None:
    if mail.about_id is None:
        return Thread(letter=mail.template)
    if mail.about_type == _INQUIRY:
        inquiry = _inquiries().filter(pk=mail.about_id).first()
        return Thread(inquiry=inquiry) if inquiry else None
    if mail.about_type in _OF_CASES:
        key = _OF_CASES[mail.about_type]
        case = Case.objects.select_related("seller").filter(**{key: mail.about_id}).first()
        return Thread(case=case) if case else None
    return Thread(letter=mail.template)


def _heard(mail: InboundMail) -> Thread | None:
    if mail.inquiry_id is not None:
        return Thread(inquiry=_inquiries().get(pk=mail.inquiry_id))
    if mail.case_id is not None:
        return Thread(case=Case.objects.select_related("seller").get(pk=mail.case_id))
    return None


def _inquiries() -> QuerySet[Inquiry]:
    return Inquiry.objects.select_related("order")
