"""What the desk shows beside the words of a mail: its files, what we know of its sender, what its
words tell, and what may be done with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from csba.outbox.models import OutgoingMail
from csba.topics import URGENT, Signal
from inquiries.models import Attachment, Message

_BLOCKED: Final = frozenset(
    {Attachment.State.INFECTED, Attachment.State.PROGRAM, Attachment.State.TOO_MANY}
)


@dataclass(frozen=True)
class File:
    """A file as the page shows it; one without address cannot be had, and `why` says so."""

    name: str
    url: str
    size: str
    why: str = ""


@dataclass(frozen=True)
class Extras:
    """What stands beside one message."""

    mail_url: str = ""
    files: list[File] = field(default_factory=list)
    flags: list[tuple[str, str]] = field(default_factory=list)
    """Level and words."""
    deeds: list[tuple[str, str, str]] = field(default_factory=list)
    """What may be done: label, address, and a class for its look."""


def load(
    number: str, messages: Iterable[Message], *, at: datetime, user: int | None
) -> dict[int, Extras]:
    """By the key of each message; one statement for all their files."""
    all_of = list(messages)
    inbound = [one.inbound_id for one in all_of if one.reading.get("files")]
    rows: dict[int, list[Attachment]] = {}
    if inbound:
        for row in Attachment.objects.filter(inbound__in=inbound):
            rows.setdefault(row.inbound_id, []).append(row)
    return {
        one.pk: Extras(
            mail_url=_url("mail", number, one.pk) if one.reading.get("html") else "",
            files=[_file(number, row) for row in rows.get(one.inbound_id or 0, [])],
            flags=flags(one),
            deeds=_deeds(number, one, at, user),
        )
        for one in all_of
    }


def files(number: str, inbound: int | None) -> list[File]:
    """The files of one mail, in their order."""
    rows = Attachment.objects.filter(inbound=inbound) if inbound is not None else []
    return [_file(number, row) for row in rows]


def flags(message: Message) -> list[tuple[str, str]]:
    """What an agent should know before answering (helpdesk F4)."""
    read = message.reading
    found: list[tuple[str, str]] = []
    if imitated := read.get("imitates"):
        found.append(("bad", _("The sender imitates %s. Trust nothing.") % imitated))
    if read.get("sender") == "fail":
        how = read.get("how", "")
        found.append(("bad", _("Not proven to be from this sender (%s).") % how))
    if elsewhere := read.get("reply_to"):
        found.append(("warn", _("Answers were to go to %s.") % elsewhere))
    for one in read.get("signals", []):
        code = one["signal"]
        level = "bad" if code in URGENT else "warn"
        label = Signal(code).label if code in Signal.values else code
        words = {"signal": label, "words": one["words"]}
        found.append((level, _("%(signal)s: “%(words)s”") % words))
    named = [*read.get("asins", []), *read.get("tracking", [])]
    if named:
        found.append(("quiet", " · ".join(named)))
    return found


def _deeds(
    number: str, message: Message, at: datetime, user: int | None
) -> list[tuple[str, str, str]]:
    if message.author == Message.Author.OTHER and message.sender:
        deeds = [
            (_("Accept this sender"), _url("accept-sender", number, message.pk), ""),
            (_("Make a new inquiry"), _url("separate-message", number, message.pk), ""),
        ]
        return deeds[:1] if message.reading.get("became") else deeds
    mail = message.outgoing
    if (
        mail is not None
        and mail.status == OutgoingMail.Status.QUEUED
        and mail.send_after > at
        and message.user_id == user
        and message.author == Message.Author.AGENT
    ):
        return [(_("Undo"), _url("take-back", number, message.pk), "undo")]
    return []


def _file(number: str, row: Attachment) -> File:
    blocked = row.state in _BLOCKED or row.file_id is None
    return File(
        row.name,
        "" if blocked else _url("mail-file", number, row.pk),
        filesizeformat(row.size),
        str(row.get_state_display()) if blocked else "",
    )


def _url(name: str, number: str, key: int) -> str:
    return reverse(f"admin:{name}", args=[number, key])
