"""All that was said and done about an inquiry, oldest first, as the page shows it.

Messages, notes, decisions, the thread with the seller and the journal lie in tables of their own;
here they are one story, by six statements whatever its length.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from caselog import threads
from caselog.models import Entry, Question
from caselog.models.template import in_language
from caselog.rules import answers
from csba.accounts.models import User
from csba.journal import read as journal
from csba.outbox.models import OutgoingMail
from inquiries.desk import events, judgement_cards, mail_items, moments
from inquiries.desk.mail_items import Extras
from inquiries.models import Decision, Inquiry, Message, Note

_KINDS: Final = {
    Message.Author.BUYER: "buyer",
    Message.Author.AGENT: "agent",
    Message.Author.SELLER: "other",
    Message.Author.OTHER: "other",
    Message.Author.MACHINE: "machine",
}
_SENT: Final = {
    OutgoingMail.Status.QUEUED: "quiet",
    OutgoingMail.Status.SENDING: "quiet",
    OutgoingMail.Status.SENT: "ok",
    OutgoingMail.Status.FAILED: "bad",
    OutgoingMail.Status.UNCERTAIN: "bad",
    OutgoingMail.Status.SUPPRESSED: "bad",
}


class Seen(NamedTuple):
    """How far a page has shown an inquiry and its case, a cursor of each (rulings 11); None when
    the page did not say.
    """

    seq: int | None = None
    case_seq: int | None = None

    def or_else(self, other: "Seen") -> "Seen":
        """As `other` says where this one says nothing."""
        return Seen(
            other.seq if self.seq is None else self.seq,
            other.case_seq if self.case_seq is None else self.case_seq,
        )


_ALL: Final = Seen()


def cursors(inquiry: Inquiry) -> Seen:
    """Everything there is now; of a case that is not there, nothing."""
    return Seen(inquiry.last_seq, inquiry.case.last_seq if inquiry.case is not None else 0)


@dataclass
class Item:
    """One thing in the story. `kind` chooses its look; everything else is ready to be shown."""

    kind: str
    at: datetime
    who: str = ""
    body: str = ""
    folded: str = ""
    channel: str = ""
    icon: str = ""
    state: str = ""
    level: str = "quiet"
    number: str = ""
    seq: int = 0
    new: bool = False
    due_at: str = ""
    due: str = ""
    left: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)
    """Name and address of what came along."""
    extras: Extras | None = None
    lines: list[tuple[str, str]] = field(default_factory=list)
    summary: str = ""
    day: str = ""
    time: str = ""
    full: str = ""
    iso: str = ""


@dataclass
class Timeline:
    """The story, and what the page needs from it besides."""

    items: list[Item]
    question: Question | None
    asked: str
    """What the buyer said last, for the search of the product page."""
    settled: int
    """Questions to the seller that are over."""


def load(
    inquiry: Inquiry, *, at: datetime, seen: Seen = _ALL, user: User | None = None
) -> Timeline:
    """The story of an inquiry with those merged into it; what came after `seen` is marked new.
    `user` is who looks: some things only the one who did them may undo.
    """
    merged = _merged(inquiry)
    whole = [inquiry.pk, *merged]
    said = list(
        Message.objects.filter(inquiry__in=whole)
        .select_related("user", "outgoing")
        .defer("outgoing__text", "outgoing__references")
        .order_by("created_at", "pk")
    )
    buyer = inquiry.buyer_name or pgettext("who wrote", "Buyer"), inquiry.buyer_email
    beside = mail_items.load(inquiry.number, said, at=at, user=user.pk if user else None)
    items = []
    for message in said:
        item = _message(message, merged.get(message.inquiry_id, ""), *buyer)
        item.extras = beside[message.pk]
        items.append(item)
    items += _notes(whole, merged)
    items += _decisions(whole, merged)
    for item in items:
        item.new = seen.seq is not None and not item.number and item.seq > seen.seq
    entries = threads.read(inquiry.case_id) if inquiry.case_id is not None else []
    number = inquiry.case.number if inquiry.case is not None else ""
    items += [_entry(one, number, at, seen.case_seq) for one in entries]
    items += [
        Item("event", line.at, who=str(line.user or ""), summary=words)
        for line in journal.of(inquiry)
        if (words := events.sentence(line.verb, line.facts))
    ]
    items.sort(key=lambda item: item.at)
    asked = [one.question for one in entries if one.question is not None]
    heard = [message.visible for message in said if message.author == Message.Author.BUYER]
    return Timeline(
        _dressed(items),
        asked[-1] if asked else None,
        "\n".join(heard[-2:]),
        sum(not question.waits(at) for question in asked),
    )


def _merged(inquiry: Inquiry) -> dict[int, str]:
    """Those merged into this one, and those merged into them before."""
    direct = Inquiry.objects.filter(merged_into=inquiry.pk).values_list("pk", "number")
    behind = Inquiry.objects.filter(merged_into__merged_into=inquiry.pk)
    return dict(direct.union(behind.values_list("pk", "number")))


def _message(message: Message, number: str, name: str, address: str) -> Item:
    item = Item(
        _KINDS[Message.Author(message.author)],
        message.created_at,
        seq=message.seq,
        body=message.visible,
        folded=message.folded.strip(),
        channel=message.get_channel_display(),
        icon=message.channel.lower(),
        number=number,
    )
    if message.user is not None:
        item.who = str(message.user)
    elif message.author == Message.Author.BUYER:
        item.who = name if name and message.sender in {"", address} else message.sender
    else:
        item.who = f"{message.get_author_display()} · {message.sender}".rstrip(" ·")
    mail = message.outgoing
    if mail is not None:
        item.state, item.level = mail.get_status_display(), _SENT[OutgoingMail.Status(mail.status)]
        if item.level == "bad":
            item.state = f"{item.state}: {mail.last_error}" if mail.last_error else item.state
    return item


def _notes(whole: list[int], merged: dict[int, str]) -> Iterator[Item]:
    for note in Note.objects.filter(inquiry__in=whole).select_related("user"):
        yield Item(
            "note",
            note.created_at,
            who=str(note.user),
            body=note.body,
            seq=note.seq,
            number=merged.get(note.inquiry_id, ""),
        )


def _decisions(whole: list[int], merged: dict[int, str]) -> Iterator[Item]:
    for decision in Decision.objects.filter(inquiry__in=whole).select_related("decided_by"):
        yield Item(
            "decision",
            decision.decided_at,
            who=str(decision.decided_by or _("The clock")),
            body=decision.reasoning,
            seq=decision.seq,
            number=merged.get(decision.inquiry_id, ""),
            facts=[
                (_("Outcome"), decision.get_outcome_display()),
                (_("Basis"), decision.get_basis_display()),
                *judgement_cards.kept(decision.facts),
            ],
        )


def files(number: str, along: list[threads.Along]) -> list[tuple[str, str]]:
    """Name and address of what came along in a case."""
    return [(one.name, reverse("admin:case-file", args=[number, one.pk])) for one in along]


def _entry(said: threads.Said, number: str, at: datetime, seen_case_seq: int | None) -> Item:
    """Words between desk and seller. Their numbers are the case's, which has its own cursor."""
    entry, question, given, along = said
    item = Item(
        "seller" if entry.author == Entry.Author.SELLER else "asked",
        entry.created_at,
        who=_who(entry.user) or entry.get_author_display(),
        body=entry.body,
        summary=_("To the seller") if entry.author == Entry.Author.DESK else _("From the seller"),
        new=seen_case_seq is not None and entry.seq > seen_case_seq,
        facts=given,
        files=files(number, along),
    )
    if entry.late:
        item.state, item.level = _("Late: the time to answer was over"), "bad"
    if question is not None:
        item.summary = _("Question to the seller")
        item.body = in_language(question.bodies) if question.bodies else entry.body
        item.facts = answers.facts_shown(question.facts)
        item.state, item.level = question_state(question, at)
        if question.waits(at):
            item.due_at = question.reply_due_at.isoformat()
            item.due = moments.full(question.reply_due_at)
            item.left = moments.span(question.reply_due_at - at)
    return item


def question_state(question: Question, at: datetime) -> tuple[str, str]:
    """A question as the desk says it; what is over its time is lapsed, swept or not."""
    match Question.Status(question.status):
        case Question.Status.OPEN if question.waits(at):
            return _("The seller has time until %s") % moments.full(question.reply_due_at), "warn"
        case Question.Status.ANSWERED:
            return _("Answered"), "ok"
        case Question.Status.WAIVED:
            return _("The seller left it to us"), "ok"
        case Question.Status.WITHDRAWN:
            return _("Withdrawn"), "quiet"
    return _("Not answered in time: we may decide"), "bad"


def _who(user: User | None) -> str:
    return str(user) if user is not None else ""


def _dressed(items: list[Item]) -> list[Item]:
    """Times in words, the day where it changes, neighbouring events as one folded line."""
    shown: list[Item] = []
    today = ""
    for item in items:
        item.time, item.full = moments.clock(item.at), moments.full(item.at)
        item.iso = item.at.isoformat()
        day = timezone.localtime(item.at).date().isoformat()
        if day != today:
            today, item.day = day, moments.day(item.at)
        if item.kind == "event":
            words = f"{item.summary} · {item.who}" if item.who else item.summary
            if shown and shown[-1].kind == "event" and not item.day:
                shown[-1].lines.append((item.time, words))
                continue
            item.lines = [(item.time, words)]
        shown.append(item)
    for item in shown:
        if item.kind == "event" and len(item.lines) > 1:
            count = len(item.lines)
            item.summary = ngettext("%(count)d event", "%(count)d events", count) % {"count": count}
    return shown
