"""A seller's mail to a transfer address: the buyer's words are lifted out of it (P21)."""

from dataclasses import replace
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from caselog.models import Entry
from inquiries import notifications
from inquiries.channels import limits, orders
from inquiries.channels.mailbox import authentication, forwards, marketplace, match
from inquiries.channels.mailbox.forwards import Forwarded
from inquiries.channels.mailbox.marketplace import Notice
from inquiries.channels.mailbox.parse import ParsedMail, parse
from inquiries.channels.mailbox.results import Result
from inquiries.models import InboundMail
from inquiries.operations import handed_over, inbound
from inquiries.operations.inbound import Seen
from inquiries.rules import language, reading
from sellers.models import Seller

# Letters to one address that is not registered, in a day.
_TOLD_A_DAY: Final = 1
_RESULTS: Final = {
    handed_over.OPENED: Result.TAKEN_OVER,
    handed_over.ADDED: Result.TAKEN_OVER,
    handed_over.ALREADY: Result.ALREADY,
    handed_over.NOT_COVERED: Result.NOT_COVERED,
    handed_over.ASKED: Result.ASKED,
}


def is_one(mail: ParsedMail, kept: InboundMail) -> bool:
    """Is it addressed to the transfer address of one of the routes?"""
    ours = set(settings.CSBA_TRANSFER_ADDRESSES.values())
    where = " ".join([*mail.recipients, *kept.envelope_to]).lower()
    return any(address in where for address in ours)


def handle(mail: ParsedMail, kept: InboundMail, sender: authentication.Sender) -> None:
    """Taken over, refused with the reason, or asked about; a sender who is not registered with a
    seller hands over nothing.
    """
    sellers = [] if sender.doubtful else match.sellers_of(mail.sender)
    if not sellers:
        _stranger(mail, kept, sender)
        return
    handed, attached = _read(mail, kept, sellers)
    outcome = handed_over.receive(handed)
    inbound.handled(
        kept,
        result=_RESULTS[outcome.result],
        inquiry=outcome.inquiry,
        case=outcome.case,
        seen=Seen(
            InboundMail.Kind.TRANSFER,
            mail.sender,
            mail.subject,
            {"attached": attached, "orders": list(handed.numbers)},
        ),
    )


def go_on(limit: int = 50) -> int:
    """Transfers whose seller has meanwhile named the order are taken over, or refused with the
    reason; returns how many.
    """
    done = 0
    answered = InboundMail.objects.asked_and_answered().values_list("pk", flat=True)
    for key in list(answered[:limit]):
        with transaction.atomic():
            held = InboundMail.objects.select_for_update(skip_locked=True, of=("self",))
            kept = held.filter(pk=key, result=Result.ASKED).select_related("case__seller").first()
            if kept is not None:
                done += _again(kept)
    return done


def _again(kept: InboundMail) -> bool:
    case = kept.case
    assert case is not None
    said = Entry.objects.filter(case=case, author=Entry.Author.SELLER).order_by("seq")
    numbers = orders.numbers(*said.values_list("body", flat=True))
    mail = parse(bytes(kept.raw))
    handed, _attached = _read(mail, kept, [case.seller])
    outcome = handed_over.receive(
        replace(handed, numbers=numbers or handed.numbers, buyer_email="", case=case)
    )
    inbound.settled_anew(
        kept,
        # Once they have answered they are not asked again by a machine: a person looks.
        result=_RESULTS[outcome.result] if outcome.result != handed_over.ASKED else Result.UNCLEAR,
        inquiry=outcome.inquiry,
    )
    return outcome.inquiry is not None


def _read(
    mail: ParsedMail, kept: InboundMail, sellers: list[Seller]
) -> tuple[handed_over.Handed, bool]:
    """What the seller hands over, and whether it was attached as a whole."""
    found = _buyers(mail, sellers)
    words, frame = _words(found)
    numbers = orders.numbers(found.subject, mail.subject) or orders.numbers(frame, mail.text)
    told = reading.read(
        f"{found.subject}\n{words}",
        at=kept.received_at,
        with_order=bool(numbers),
        orders=numbers,
        html=bool(mail.html),
        files=len(mail.attachments),
        note=found.note[:2000],
    )
    handed = handed_over.Handed(
        sellers=sellers,
        sender=mail.sender,
        words=words,
        subject=found.subject,
        reading=told,
        numbers=numbers,
        buyer_email=found.sender if marketplace.is_marketplace(found.sender) else "",
        buyer_name=found.sender_name,
        inbound=kept,
        received_at=kept.received_at,
    )
    return handed, found.attached


def _buyers(mail: ParsedMail, sellers: list[Seller]) -> Forwarded:
    """The forwarded mail that is the buyer's: the marketplace's if there is one, else the first
    that the seller's own people did not write, else the whole mail.
    """
    inside = forwards.all_in(mail)
    for one in inside:
        kind = marketplace.notice(
            sender=one.sender, subject=one.subject, text=one.text, head=dict(one.headers)
        )
        if kind == Notice.BUYER_MESSAGE or (
            kind is None and marketplace.is_marketplace(one.sender)
        ):
            return one
    theirs = {mail.sender, *(seller.default_email.lower() for seller in sellers)}
    foreign = [one for one in inside if one.sender not in theirs]
    if foreign:
        return foreign[0]
    # Redirected, or copied into a new mail: only the marketplace's frame tells whose words it is.
    return Forwarded("", "", mail.subject, mail.text if marketplace.framed(mail.text) else "")


def _words(found: Forwarded) -> tuple[str, str]:
    framed = marketplace.framed(found.text)
    if framed is None:
        return found.text, ""
    return framed.words, framed.above


def _stranger(mail: ParsedMail, kept: InboundMail, sender: authentication.Sender) -> None:
    """Kept for a person to look at; who writes from an honest address is told why, once a day."""
    if not sender.doubtful and not limits.exceeded(
        "transfer-not-registered", mail.sender, most=_TOLD_A_DAY, seconds=86_400
    ):
        notifications.not_registered(mail.sender, language.detect(mail.text), kept)
    inbound.quarantine(
        kept,
        error=_("A transfer from an address that is not registered with any seller."),
        seen=Seen(InboundMail.Kind.TRANSFER, mail.sender, mail.subject),
    )
