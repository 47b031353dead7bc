"""Which operation a kept mail calls."""

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caselog.models import Entry
from caselog.operations import questions
from inquiries.channels import limits
from inquiries.channels.mailbox import classify, match
from inquiries.channels.mailbox.parse import ParsedMail, parse
from inquiries.channels.orders import Named
from inquiries.models import InboundMail
from inquiries.models.inquiry import Channel, Inquiry
from inquiries.operations import conversation, inbound, intake
from inquiries.operations.inbound import Seen
from inquiries.rules import language, signals, topics

# New inquiries of one address within an hour; more is a machine that does not say so (helpdesk L6).
_NEW_AN_HOUR: Final = 20
# What is read for topic, signal and language.
_SAMPLE: Final = 20_000


class Result(models.TextChoices):
    """What came of a mail; stored with it."""

    OPENED = "OPENED", gettext_lazy("A new inquiry")
    ADDED = "ADDED", gettext_lazy("Added to its inquiry")
    ASIDE = "ASIDE", gettext_lazy("Kept with the inquiry as from someone else")
    ANSWERED = "ANSWERED", gettext_lazy("The seller's words in the Case Log")
    MACHINE = "MACHINE", gettext_lazy("Automatic mail, kept folded")
    NOTHING = "NOTHING", gettext_lazy("Automatic mail, nothing to do")


def handle(kept: InboundMail) -> None:
    """Everything that this mail causes has happened; must be called inside a transaction."""
    mail = parse(bytes(kept.raw))
    kind = classify.kind(
        mail, envelope_from=kept.envelope_from, own_domain=settings.CSBA_REPLY_DOMAIN
    )
    thread = match.thread(mail, kept)
    if kind != InboundMail.Kind.HUMAN:
        _machine(mail, kept, kind, thread)
    elif thread.case is not None:
        _to_case(mail, kept, thread)
    elif thread.inquiry is not None and (
        thread.proven or match.is_buyer(thread.inquiry, mail.sender)
    ):
        _to_inquiry(mail, kept, thread.inquiry)
    elif thread.letter:
        _put_aside(mail, kept, _("It answers a letter that takes no answers by mail."))
    else:
        _new(mail, kept, looks_like=thread.inquiry)


def _new(mail: ParsedMail, kept: InboundMail, *, looks_like: Inquiry | None) -> None:
    if limits.exceeded("new-inquiry-by-mail", mail.sender, most=_NEW_AN_HOUR, seconds=3600):
        _put_aside(mail, kept, _("Too many new inquiries from this address within an hour."))
        return
    named = match.order_of(mail)
    words = f"{mail.subject}\n{mail.visible}"[:_SAMPLE]
    spoken = language.detect(words)
    topic = topics.find(words, language=spoken, with_order=bool(named.number))
    signal = signals.find(words)
    body, fold_at = _body(mail, spoken)
    inquiry = intake.receive(
        intake.Incoming(
            channel=Channel.EMAIL,
            body=body,
            fold_at=fold_at,
            subject=mail.subject,
            buyer_email=mail.sender,
            buyer_name=mail.sender_name,
            language=spoken,
            order=named.order,
            order_number=named.number,
            topic=topic.topic,
            topic_words=topic.words,
            signal=signal.signal,
            inbound=kept,
            sender=mail.sender,
            received_at=kept.received_at,
        )
    )
    facts = {
        "also_named": list(named.others),
        "looks_like": looks_like.number if looks_like is not None else "",
        "signal_words": signal.words,
    }
    _done(mail, kept, Result.OPENED, inquiry=inquiry, **facts)


def _to_inquiry(mail: ParsedMail, kept: InboundMail, inquiry: Inquiry) -> None:
    body, fold_at = _body(mail, inquiry.language)
    said: dict[str, Any] = {
        "body": body,
        "fold_at": fold_at,
        "channel": Channel.EMAIL,
        "inbound": kept,
        "sender": mail.sender,
    }
    if not match.is_buyer(inquiry, mail.sender):
        conversation.someone_else_wrote(inquiry, **said)
        _done(mail, kept, Result.ASIDE, inquiry=inquiry)
        return
    # A buyer who was asked for the order may have named it now.
    named = match.order_of(mail) if inquiry.order_id is None else Named()
    signal = signals.find(mail.visible[:_SAMPLE])
    message = conversation.buyer_wrote(
        inquiry, order=named.order, signal=signal.signal, received_at=kept.received_at, **said
    )
    result = Result.ADDED if message.inquiry_id == inquiry.pk else Result.OPENED
    _done(
        mail,
        kept,
        result,
        inquiry=message.inquiry,
        also_named=list(named.others),
        signal=signal.signal,
        signal_words=signal.words,
    )


def _to_case(mail: ParsedMail, kept: InboundMail, thread: match.Thread) -> None:
    case = thread.case
    assert case is not None
    if not match.is_seller(case, mail.sender):
        why = _("unknown sender for a case")
        inbound.quarantine(kept, error=why, case=case, seen=_seen(mail))
        return
    questions.reply(
        case,
        body=mail.visible,
        by=None,
        via=Entry.Via.MAIL,
        sender=mail.sender,
        received_at=kept.received_at,
    )
    inbound.handled(kept, result=Result.ANSWERED, case=case, seen=_seen(mail))


def _machine(mail: ParsedMail, kept: InboundMail, kind: str, thread: match.Thread) -> None:
    """Kept, folded where it belongs; never an inquiry of its own, never an answer (helpdesk L2)."""
    if thread.inquiry is not None:
        body, _fold_at = _body(mail, thread.inquiry.language)
        conversation.machine_wrote(thread.inquiry, body=body, sender=mail.sender, inbound=kept)
    found = thread.inquiry is not None or thread.case is not None
    inbound.handled(
        kept,
        result=Result.MACHINE if found else Result.NOTHING,
        inquiry=thread.inquiry,
        case=thread.case,
        seen=_seen(mail, kind),
    )


def _body(mail: ParsedMail, spoken: str) -> tuple[str, int | None]:
    """The words as they are kept, and where they fold; what could not be read is said on top."""
    with translation.override(spoken):
        above = []
        if not mail.text.strip():
            above.append(_("(This mail holds no text.)"))
        if not mail.complete:
            above.append(_("(This mail could not be shown in full; it is kept as it came.)"))
    if not above:
        return mail.text, mail.fold_at
    head = "\n".join(above) + "\n\n"
    return head + mail.text, None if mail.fold_at is None else mail.fold_at + len(head)


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


def _seen(mail: ParsedMail, kind: str = InboundMail.Kind.HUMAN) -> Seen:
    return Seen(kind, mail.sender, mail.subject)
