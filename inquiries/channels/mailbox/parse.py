"""Bytes to one plain, frozen structure: headers, text, where the quotation begins. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.parser import BytesHeaderParser
from typing import Final

from inquiries.channels.mailbox import headers, texts
from inquiries.channels.mailbox.parts import Attachment, Body, Part, report_type

__all__ = ["Attachment", "ParsedMail", "parse"]

_MOST_BOUNDARIES: Final = 5_000
# A mail of 25 MB in base64 has 350,000 lines; the library takes each in its hand.
_MOST_LINES: Final = 400_000
_LONGEST_HEAD: Final = 262_144
_DEEPEST_INNER: Final = 2


@dataclass(frozen=True)
class ParsedMail:
    """All that later steps may know of a mail. `headers` holds them raw, by lower-case name."""

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    fold_at: int | None = None
    html: str = field(default="", repr=False)
    content_type: str = "text/plain"
    report_type: str = ""
    reports: tuple[Mapping[str, str], ...] = ()
    reported_ids: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    inner: tuple["ParsedMail", ...] = ()
    """Mails that are attached to this one."""
    complete: bool = True
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def visible(self) -> str:
        """What the sender wrote, without the quotation."""
        return self.text if self.fold_at is None else self.text[: self.fold_at].rstrip()


def parse(raw: bytes) -> ParsedMail:
    """The mail as plain values. What is broken is read as well as can be; nothing is raised."""
    mail, whole = _taken_apart(raw)
    return _plain(mail, whole, 0)


def _plain(mail: Part, whole: bool, depth: int) -> ParsedMail:
    found = headers.all_of(mail)
    body = Body(complete=whole)
    body.read(mail)
    text = "\n\n".join(filter(None, (part.strip() for part in body.texts)))
    sender, name = headers.one_address(found.get("from", ""))
    shown = text[: texts.MAX_TEXT]
    return ParsedMail(
        message_id=next(iter(headers.ids(found.get("message-id", ""))), ""),
        in_reply_to=headers.ids(found.get("in-reply-to", "")),
        references=headers.ids(found.get("references", "")),
        sender=sender,
        sender_name=name,
        reply_to=headers.one_address(found.get("reply-to", ""))[0],
        recipients=tuple(found[name] for name in headers.RECIPIENTS if name in found),
        subject=headers.decoded(found.get("subject", "")),
        text=shown,
        fold_at=texts.fold_at(shown),
        html=body.html,
        content_type=mail.get_content_type(),
        report_type=report_type(mail),
        reports=tuple(body.reports),
        reported_ids=tuple(body.reported_ids),
        attachments=tuple(body.attachments),
        inner=tuple(_plain(one, True, depth + 1) for one in body.inner)
        if depth < _DEEPEST_INNER
        else (),
        complete=body.complete and len(shown) == len(text),
        headers=found,
    )


def _taken_apart(raw: bytes) -> tuple[Part, bool]:
    """The mail as a tree of parts, and whether it is whole; a hostile one is cut short."""
    cut = _shortened(raw)
    whole = len(cut) == len(raw)
    try:
        return message_from_bytes(cut, policy=headers.POLICY), whole
    except (RecursionError, TypeError, ValueError, LookupError):
        return BytesHeaderParser(policy=headers.POLICY).parsebytes(cut), False


def _shortened(raw: bytes) -> bytes:
    """The mail without what no honest one has: a flood of headers, of parts, of lines."""
    head = raw[: _LONGEST_HEAD + 1]
    if len(head) > _LONGEST_HEAD and b"\n\n" not in head and b"\r\n\r\n" not in head:
        body = max(raw.find(b"\r\n\r\n"), raw.find(b"\n\n"))
        raw = head[: head.rfind(b"\n") + 1] + (raw[body:] if body >= 0 else b"\n")
    if raw.count(b"\n--") > _MOST_BOUNDARIES:
        raw = b"\n--".join(raw.split(b"\n--", _MOST_BOUNDARIES)[:-1])
    if raw.count(b"\n") > _MOST_LINES:
        raw = b"\n".join(raw.split(b"\n", _MOST_LINES)[:-1])
    return raw
