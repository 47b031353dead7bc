"""Which operation a kept mail calls, and with what."""

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from caselog.models import Entry
from caselog.operations import questions
from inquiries.channels import limits, orders
from inquiries.channels.mailbox import (
    authentication,
    classify,
    headers,
    machines,
    marketplace,
    match,
    seller_files,
    transfer,
)
from inquiries.channels.mailbox.marketplace import Notice
from inquiries.channels.mailbox.parse import ParsedMail, parse
from inquiries.channels.mailbox.results import Result
from inquiries.channels.orders import Named
from inquiries.models import InboundMail
from inquiries.models.inquiry import Channel, Inquiry
from inquiries.operations import attachments, conversation, inbound, intake
from inquiries.operations.inbound import Seen
from inquiries.rules import reading

__all__ = ["Result", "handle"]

# New inquiries of one address within an hour; more is a machine that does not say so (helpdesk L6).
_NEW_AN_HOUR: Final = 20

Kind = InboundMail.Kind


def handle(kept: InboundMail) -> None:
    """Everything that this mail causes has happened; must be called inside a transaction."""
    mail = parse(bytes(kept.raw))
    within = (one for inner in mail.inner for one in inner.attachments)
    attachments.keep(kept, [*mail.attachments, *within])
    kind = classify.kind(
        mail, envelope_from=kept.envelope_from, own_domain=settings.CSBA_REPLY_DOMAIN
    )
    if kind != Kind.HUMAN:
        machines.handle(mail, kept, kind, match.thread(mail, kept))
        return
    sender = authentication.of(mail)
    if transfer.is_one(mail, kept):
        transfer.handle(mail, kept, sender)
        return
    notice = marketplace.notice(
        sender=mail.sender, subject=mail.subject, text=mail.text, head=mail.headers
    )
    if notice not in {None, Notice.BUYER_MESSAGE}:
        machines.notice(mail, kept, notice)
        return
    thread = match.thread(mail, kept)
    if thread.case is not None:
        _to_case(mail, kept, thread, sender)
    elif thread.inquiry is not None and (
        thread.proven or _is_participant(thread.inquiry, mail, sender)
    ):
        _to_inquiry(mail, kept, thread.inquiry, sender)
    elif thread.letter:
        _put_aside(mail, kept, _("It answers a letter that takes no answers by mail."))
    else:
        _new(mail, kept, sender, looks_like=thread.inquiry)


def _is_participant(inquiry: Inquiry, mail: ParsedMail, sender: authentication.Sender) -> bool:
    return not sender.doubtful and match.is_buyer(inquiry, mail.sender)


def _new(
    mail: ParsedMail,
    kept: InboundMail,
    sender: authentication.Sender,
    *,
    looks_like: Inquiry | None,
) -> None:
    if limits.exceeded("new-inquiry-by-mail", mail.sender, most=_NEW_AN_HOUR, seconds=3600):
        _put_aside(mail, kept, _("Too many new inquiries from this address within an hour."))
        return
    # Who may be somebody else speaks about no order (P2, helpdesk T4).
    named = match.order_of(mail, speaks=not sender.doubtful)
    found = _read(mail, kept, named, sender)
    body, fold_at = _body(mail, found.language)
    inquiry = intake.receive(
        intake.Incoming(
            channel=Channel.EMAIL,
            body=body,
            fold_at=fold_at,
            subject=mail.subject,
            buyer_email=mail.sender,
            buyer_name=mail.sender_name,
            order=named.order,
            order_number=named.number,
            inbound=kept,
            sender=mail.sender,
            looks_like=named.talk if looks_like is None else looks_like.pk,
            quiet=not classify.may_be_answered(mail),
            received_at=kept.received_at,
            **found.fields,
        )
    )
    facts = {
        "also_named": list(named.others),
        "signal_words": found.urgent.words,
    }
    _done(mail, kept, Result.OPENED, inquiry=inquiry, **facts)


def _to_inquiry(
    mail: ParsedMail, kept: InboundMail, inquiry: Inquiry, sender: authentication.Sender
) -> None:
    # A buyer who was asked for the order may have named it now.
    named = match.order_of(mail) if inquiry.order_id is None else Named()
    found = _read(mail, kept, named, sender, default=inquiry.language)
    body, fold_at = _body(mail, inquiry.language)
    said: dict[str, Any] = {
        "body": body,
        "fold_at": fold_at,
        "channel": Channel.EMAIL,
        "inbound": kept,
        "sender": mail.sender,
        "reading": found.kept,
    }
    if not _is_participant(inquiry, mail, sender):
        conversation.someone_else_wrote(inquiry, **said)
        _done(mail, kept, Result.ASIDE, inquiry=inquiry)
        return
    message = conversation.buyer_wrote(
        inquiry,
        order=named.order,
        signal=found.urgent.signal,
        received_at=kept.received_at,
        **said,
    )
    result = Result.ADDED if message.inquiry_id == inquiry.pk else Result.OPENED
    _done(
        mail,
        kept,
        result,
        inquiry=message.inquiry,
        also_named=list(named.others),
        signal=found.urgent.signal,
        signal_words=found.urgent.words,
    )


def _to_case(
    mail: ParsedMail, kept: InboundMail, thread: match.Thread, sender: authentication.Sender
) -> None:
    case = thread.case
    assert case is not None
    if sender.doubtful or not match.is_seller(case, mail.sender):
        why = _("unknown sender for a case")
        inbound.quarantine(kept, error=why, case=case, seen=_seen(mail))
        return
    files, left = seller_files.of(mail)
    questions.reply(
        case,
        body=_with_note(mail.visible, left, case.language),
        by=None,
        via=Entry.Via.MAIL,
        sender=mail.sender,
        files=files,
        received_at=kept.received_at,
    )
    inbound.handled(kept, result=Result.ANSWERED, case=case, seen=_seen(mail))


def _with_note(words: str, left: Sequence[str], spoken: str) -> str:
    """No file is left out in silence (helpdesk F3)."""
    if not left:
        return words
    with translation.override(spoken):
        said = _("(Not taken from the e-mail: %s.)") % ", ".join(left)
    return f"{words}\n\n{said}".strip()


def _read(
    mail: ParsedMail,
    kept: InboundMail,
    named: Named,
    sender: authentication.Sender,
    **options: Any,
) -> reading.Reading:
    """What the mail's own words tell, and what an agent should know about its sender."""
    elsewhere = mail.reply_to.rpartition("@")[2] != mail.sender.rpartition("@")[2]
    return reading.read(
        f"{mail.subject}\n{mail.visible}",
        at=kept.received_at,
        with_order=bool(named.number),
        orders=orders.numbers(mail.subject, mail.visible),
        html=bool(mail.html),
        files=len(mail.attachments),
        sender=sender.verdict if sender.verdict != authentication.UNKNOWN else "",
        how=sender.how,
        imitates=sender.looks_like,
        reply_to=mail.reply_to if elsewhere else "",
        forwarded=headers.hands_on(mail.subject),
        **options,
    )


def _body(mail: ParsedMail, spoken: str) -> tuple[str, int | None]:
    """The words as they are kept, and where they fold; what could not be read is said on top."""
    text, fold_at = mail.text, mail.fold_at
    framed = marketplace.framed(text) if marketplace.is_marketplace(mail.sender) else None
    if framed is not None and framed.words:
        # The buyer's words first; the marketplace's frame folds below them, nothing is removed.
        text, fold_at = f"{framed.words}\n\n{text}", len(framed.words) + 2
    with translation.override(spoken):
        above = []
        if not text.strip():
            above.append(_("(This mail holds no text.)"))
        if not mail.complete:
            above.append(_("(This mail could not be shown in full; it is kept as it came.)"))
    if not above:
        return text, fold_at
    head = "\n".join(above) + "\n\n"
    return head + text, None if fold_at is None else fold_at + len(head)


def _done(
    mail: ParsedMail, kept: InboundMail, result: str, *, inquiry: Inquiry, **facts: Any
) -> None:
    facts["attachments"] = [one.name or one.kind for one in mail.attachments]
    facts["same_id_as_another"] = kept.has_twin  # type: ignore[attr-defined]
    inbound.handled(
        kept,
        result=result,
        inquiry=inquiry,
        facts={name: value for name, value in facts.items() if value},
        seen=_seen(mail),
    )


def _put_aside(mail: ParsedMail, kept: InboundMail, why: str) -> None:
    inbound.quarantine(kept, error=why, seen=_seen(mail))


def _seen(mail: ParsedMail) -> Seen:
    return Seen(Kind.HUMAN, mail.sender, mail.subject)
