"""Bytes to one plain, frozen structure: headers, text, where the quotation begins. Pure."""

import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Final

from inquiries.channels.mailbox import headers, texts
from inquiries.rules import mail_identity

# A mail has a handful of parts; a hostile one may have a hundred thousand.
_MOST_PARTS: Final = 200
_DEEPEST: Final = 20
_MOST_BOUNDARIES: Final = 5_000


@dataclass(frozen=True)
class Attachment:
    """What a part calls itself; its content stays in the raw mail."""

    name: str
    kind: str


@dataclass(frozen=True)
class ParsedMail:
    """All that later steps may know of a mail. `headers` holds them raw, by lower-case name."""

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: str = ""
    sender_name: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    fold_at: int | None = None
    content_type: str = "text/plain"
    report_type: str = ""
    reported_ids: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    complete: bool = True
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def visible(self) -> str:
        """What the sender wrote, without the quotation."""
        return self.text if self.fold_at is None else self.text[: self.fold_at].rstrip()


def parse(raw: bytes) -> ParsedMail:
    """The mail as plain values. What is broken is read as well as can be; nothing is raised."""
    mail, whole = _taken_apart(raw)
    found = headers.all_of(mail)
    body = _Body()
    body.complete = whole
    body.read(mail, 0)
    text = "\n\n".join(filter(None, (part.strip() for part in body.texts)))
    sender, name = headers.one_address(found.get("from", ""))
    shown = text[: texts.MAX_TEXT]
    return ParsedMail(
        message_id=next(iter(headers.ids(found.get("message-id", ""))), ""),
        in_reply_to=headers.ids(found.get("in-reply-to", "")),
        references=headers.ids(found.get("references", "")),
        sender=sender,
        sender_name=name,
        recipients=tuple(found[name] for name in headers.RECIPIENTS if name in found),
        subject=headers.decoded(found.get("subject", "")),
        text=shown,
        fold_at=texts.fold_at(shown),
        content_type=mail.get_content_type(),
        report_type=str(mail.get_param("report-type", "") or "").lower(),
        reported_ids=tuple(body.reported_ids),
        attachments=tuple(body.attachments),
        complete=body.complete and len(shown) == len(text),
        headers=found,
    )


def _taken_apart(raw: bytes) -> "tuple[Message[str, str], bool]":
    """The mail as a tree of parts, and whether it is whole; a hostile one is cut short."""
    whole = True
    if raw.count(b"\n--") > _MOST_BOUNDARIES:
        pieces = raw.split(b"\n--", _MOST_BOUNDARIES)
        raw, whole = b"\n--".join(pieces[:-1]), False
    try:
        return message_from_bytes(raw, policy=headers.POLICY), whole
    except RecursionError:
        return BytesHeaderParser(policy=headers.POLICY).parsebytes(raw), False


class _Body:
    """Walks the parts once: texts in their order, attachments by name, reported Message-IDs."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.attachments: list[Attachment] = []
        self.reported_ids: list[str] = []
        self.parts = 0
        self.complete = True

    def read(self, part: "Message[str, str]", depth: int) -> None:
        self.parts += 1
        if self.parts > _MOST_PARTS or depth > _DEEPEST:
            self.complete = False
            return
        kind = part.get_content_type()
        if kind in {"message/rfc822", "text/rfc822-headers"}:
            self._reported(part)
        elif part.is_multipart():
            self._several(part, kind, depth)
        elif _is_text(part, kind):
            said = texts.decode(_payload(part), part.get_content_charset() or "")
            self.texts.append(texts.from_html(said) if kind == "text/html" else said)
        elif kind != "message/delivery-status":
            self.attachments.append(Attachment(_filename(part), kind))

    def _several(self, part: "Message[str, str]", kind: str, depth: int) -> None:
        if kind != "multipart/alternative":
            for child in _children(part):
                self.read(child, depth + 1)
            return
        # One thing said in several ways: plain text if it says anything, else HTML.
        ways: list[tuple[bool, _Body]] = []
        for child in _children(part):
            one = _Body()
            one.parts = self.parts
            one.read(child, depth + 1)
            self.parts = one.parts
            self.complete &= one.complete
            self.attachments += one.attachments
            ways.append((child.get_content_type() != "text/plain", one))
        for _not_plain, one in sorted(ways, key=lambda way: way[0]):
            if any(text.strip() for text in one.texts):
                self.texts += one.texts
                break

    def _reported(self, part: "Message[str, str]") -> None:
        """The mail that a bounce hands back, or one that somebody attached."""
        inner = next(_children(part), None)
        if inner is not None:
            head = str(inner.get("Message-ID") or "")
        else:
            head = mail_identity.header(_payload(part), "Message-ID")
        self.reported_ids += headers.ids(head)
        self.attachments.append(Attachment(_filename(part), part.get_content_type()))


def _children(part: "Message[str, str]") -> Iterator["Message[str, str]"]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (child for child in payload if isinstance(child, Message))


def _payload(part: "Message[str, str]") -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, binascii.Error):
        content = part.get_payload()
    return content if isinstance(content, bytes) else str(content).encode("utf-8", "replace")


def _is_text(part: "Message[str, str]", kind: str) -> bool:
    return kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment"


def _filename(part: "Message[str, str]") -> str:
    try:
        return headers.decoded(part.get_filename() or "")[:200]
    except (ValueError, LookupError, TypeError):
        return ""
