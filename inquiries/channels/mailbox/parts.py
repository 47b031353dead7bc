"""The parts of a mail, walked once: its texts in their order, its HTML, its files, its reports."""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import Compat32
from typing import Final, TypeAlias

from inquiries.channels.mailbox import headers, packed, texts
from inquiries.rules import mail_identity

Part: TypeAlias = "Message[str, str]"

# A mail has a handful of parts; a hostile one may have a hundred thousand.
_MOST_PARTS: Final = 200
_DEEPEST: Final = 20
_MOST_INNER: Final = 5
_LARGEST_INNER: Final = 5_000_000
_SHORTEST_BASE64: Final = 20
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/\r\n ]+={0,2}\s*")
_MOST_REPORTS: Final = 100
_REPORTS: Final = frozenset({"message/delivery-status", "message/feedback-report"})
_NESTED: Final = frozenset({"message/rfc822", "message/global", "text/rfc822-headers"})


@dataclass(frozen=True)
class Attachment:
    """A file of a mail, with what its sender calls it; `content_id` is how the HTML names it."""

    name: str
    kind: str
    content: bytes = field(default=b"", repr=False)
    content_id: str = ""


@dataclass
class Body:
    """What a mail holds. `complete` is False when not everything could be read."""

    texts: list[str] = field(default_factory=list)
    html: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[Mapping[str, str]] = field(default_factory=list)
    reported_ids: list[str] = field(default_factory=list)
    inner: list[Part] = field(default_factory=list)
    parts: int = 0
    complete: bool = True

    def read(self, part: Part, depth: int = 0) -> None:
        """The part and those below it are taken in, as deep and as many as a person would send."""
        self.parts += 1
        if self.parts > _MOST_PARTS or depth > _DEEPEST:
            self.complete = False
            return
        kind = part.get_content_type()
        if kind in _REPORTS:
            self._report(part)
        elif kind in _NESTED:
            self._nested(part, kind)
        elif part.is_multipart():
            self._several(part, kind, depth)
        elif _is_text(part, kind):
            self._text(part, kind)
        else:
            self._file(part, kind)

    def _text(self, part: Part, kind: str) -> None:
        said = texts.decode(payload(part), charset(part))
        if kind == "text/html":
            self.html = self.html or said[: texts.MAX_HTML]
            self.texts.append(texts.from_html(said))
            return
        said, files = packed.from_uuencode(said)
        self.texts.append(said)
        self.attachments += [Attachment(name, "", content) for name, content in files]

    def _file(self, part: Part, kind: str) -> None:
        name, content = filename(part), payload(part)
        if packed.is_tnef(kind, name) and (opened := packed.from_tnef(content)) is not None:
            said, files = opened
            if said.strip() and not any(text.strip() for text in self.texts):
                self.texts.append(said)
            self.attachments += [Attachment(one, "", held) for one, held in files]
            return
        if name.lower().endswith(".eml") and len(self.inner) < _MOST_INNER:
            # Outlook and some web mailers attach a mail as a plain file.
            self.inner.append(message_from_bytes(content[:_LARGEST_INNER], policy=headers.POLICY))
        content_id = headers.decoded(str(part.get("Content-ID") or ""))[:200].strip("<> ")
        self.attachments.append(Attachment(name, kind, content, content_id))

    def _several(self, part: Part, kind: str, depth: int) -> None:
        if kind != "multipart/alternative":
            for child in children(part):
                self.read(child, depth + 1)
            return
        # One thing said in several ways: plain text if it says anything, else HTML.
        ways: list[tuple[bool, Body]] = []
        for child in children(part):
            one = Body(parts=self.parts)
            one.read(child, depth + 1)
            self.parts = one.parts
            self.complete &= one.complete
            self.html = self.html or one.html
            self.attachments += one.attachments
            self.inner += one.inner
            ways.append((child.get_content_type() != "text/plain", one))
        for _not_plain, one in sorted(ways, key=lambda way: way[0]):
            if any(text.strip() for text in one.texts):
                self.texts += one.texts
                break

    def _nested(self, part: Part, kind: str) -> None:
        """The mail that a bounce hands back, or one that somebody attached."""
        inner = next(children(part), None)
        if inner is None:
            content = payload(part)
            self.reported_ids += headers.ids(mail_identity.header(content, "Message-ID"))
            self.attachments.append(Attachment(filename(part), kind, content))
            return
        self.reported_ids += headers.ids(str(inner.get("Message-ID") or ""))
        if len(self.inner) < _MOST_INNER:
            self.inner.append(inner)
        subject = headers.decoded(str(inner.get("Subject") or ""))[:100]
        name = filename(part) or (f"{subject}.eml" if subject else "")
        self.attachments.append(Attachment(name, kind, _written(inner)))

    def _report(self, part: Part) -> None:
        for block in children(part):
            if len(self.reports) < _MOST_REPORTS:
                self.reports.append(headers.all_of(block))


def children(part: Part) -> Iterator[Part]:
    """The parts below this one."""
    below = part.get_payload()
    if isinstance(below, list):
        yield from (child for child in below if isinstance(child, Message))


def payload(part: Part) -> bytes:
    """The bytes of a part; as they came, where their encoding is broken."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, binascii.Error):
        content = part.get_payload()
    if isinstance(content, bytes) and _is_base64(part) and content == _undecoded(part):
        content = _as_far_as_it_goes(content)
    return content if isinstance(content, bytes) else str(content).encode("utf-8", "replace")


def _is_base64(part: Part) -> bool:
    return str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64"


def _undecoded(part: Part) -> bytes:
    """What the library gives back where it could not decode: the lines, joined."""
    return b"".join(str(part.get_payload()).encode("utf-8", "surrogateescape").splitlines())


def _as_far_as_it_goes(content: bytes) -> bytes:
    """The library gives base64 back as it came when its end is missing; most of it can be read."""
    if len(content) < _SHORTEST_BASE64 or not _BASE64.fullmatch(content):
        return content
    packed_only = b"".join(content.rstrip(b"= \r\n").split())
    try:
        return binascii.a2b_base64(packed_only[: len(packed_only) // 4 * 4])
    except binascii.Error:
        return content


def charset(part: Part) -> str:
    """The charset that the part names; empty when it names none, or not so that it can be read."""
    try:
        return part.get_content_charset() or ""
    except (ValueError, LookupError, TypeError):
        return ""


def disposition(part: Part) -> str:
    """Shown within, or an attachment; empty when the part does not say so that it can be read."""
    try:
        return part.get_content_disposition() or ""
    except (ValueError, LookupError, TypeError):
        return ""


def report_type(part: Part) -> str:
    """What kind of report the mail is, in lower case; empty for all others."""
    try:
        return str(part.get_param("report-type", "") or "").lower()
    except (ValueError, LookupError, TypeError):
        return ""


def filename(part: Part) -> str:
    """What the sender calls the file; empty when it says nothing that can be read."""
    try:
        return headers.decoded(part.get_filename() or "")[:200]
    except (ValueError, LookupError, TypeError):
        return ""


def _is_text(part: Part, kind: str) -> bool:
    if kind not in {"text/plain", "text/html"} or disposition(part) == "attachment":
        return False
    # A text with a file's name is a file, even where its sender asks to show it.
    return not filename(part)


class _AsItCame(Compat32):
    """Writes each header as it was read: the library refuses broken ones, and folds others."""

    verify_generated_headers = False

    def fold_binary(self, name: str, value: object) -> bytes:
        """The line that `name` and `value` came from."""
        return f"{name}: {value}{self.linesep}".encode("utf-8", "surrogateescape")


def _written(mail: Part) -> bytes:
    try:
        return mail.as_bytes(policy=_AsItCame())
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, KeyError):
        return b""
