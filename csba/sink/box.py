"""The folder of mails: one .eml file each, newest first, no more than the last 2,000."""

import email
import html
import itertools
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from threading import Lock

LIMIT = 2000
# In escaped text: up to white space, a quote or a bracket, without a full stop at its end.
_NO_BRACKET = r"(?!&(?:lt|gt|quot|#x27);)"
ADDRESS = re.compile(rf"https?://(?:{_NO_BRACKET}[^\s<>\"'])*(?:{_NO_BRACKET}[^\s<>\"'.,;:!?)\]])")
NAME = re.compile(r"^\d{8}T\d{6}\.\d{6}-\d{4}$")


@dataclass(frozen=True)
class Summary:
    """What the list shows of a mail."""

    id: str
    at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str

    def is_for(self, wanted: str) -> bool:
        """The wanted letters stand in one of the recipients; none wanted means every mail."""
        return any(wanted.lower() in address.lower() for address in self.to) or not wanted


class Box:
    """All mails that came in, in a folder that outlives the process."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit
        self._lock = Lock()
        self._count = itertools.count()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        known = sorted(path for path in folder.glob("*.eml") if NAME.match(path.stem))
        self._summaries = deque(_summary(path) for path in known)
        self._drop()

    def keep(self, raw: bytes, *, sender: str, to: list[str]) -> str:
        """The mail lies in the folder, with its envelope as headers on top; returns its id."""
        at = datetime.now(UTC)
        mail_id = f"{at:%Y%m%dT%H%M%S.%f}-{next(self._count) % 10_000:04}"
        delivered = ", ".join(map(_line, to))
        envelope = f"Return-Path: <{_line(sender)}>\r\nDelivered-To: {delivered}\r\n".encode()
        path = self.folder / f"{mail_id}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(envelope + raw)
        part.rename(path)
        with self._lock:
            self._summaries.append(_summary(path))
            self._drop()
        return mail_id

    def list(self, wanted: str = "", limit: int = 200) -> list[Summary]:
        """The newest mails first; only those to a recipient that contains `wanted`."""
        with self._lock:
            found = [summary for summary in reversed(self._summaries) if summary.is_for(wanted)]
        return found[:limit]

    def raw(self, mail_id: str) -> bytes | None:
        """The mail as it came, or None when there is none of that id."""
        if not NAME.match(mail_id):
            return None
        try:
            return (self.folder / f"{mail_id}.eml").read_bytes()
        except FileNotFoundError:
            return None

    def _drop(self) -> None:
        while len(self._summaries) > self.limit:
            oldest = self._summaries.popleft()
            (self.folder / f"{oldest.id}.eml").unlink(missing_ok=True)


def read(raw: bytes) -> EmailMessage:
    """The mail, taken apart."""
    return email.message_from_bytes(raw, policy=policy.default)


def body(mail: EmailMessage, kind: str) -> str:
    """The text of this kind ("plain" or "html"); empty when the mail has none."""
    part = mail.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a charset that nobody knows
        content = part.get_payload(decode=True)
        return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def attachments(mail: EmailMessage) -> Iterator[tuple[str, str, bytes]]:
    """Name, type and content of each attachment."""
    for number, part in enumerate(mail.iter_attachments()):
        content = part.get_payload(decode=True)
        name = re.sub(r"[^\w. -]", "_", part.get_filename() or f"part-{number}")
        yield (
            name,
            part.get_content_type(),
            content if isinstance(content, bytes) else part.as_bytes(),
        )


def links(page: str) -> list[str]:
    """The web addresses that a mail's HTML points to, each once."""
    found: dict[str, None] = {}

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            for name, value in attrs:
                if (
                    tag == "a"
                    and name == "href"
                    and value
                    and value.startswith(("http://", "https://"))
                ):
                    found[value] = None

    Links().feed(page)
    return list(found)


def linked(text: str) -> str:
    """The text as HTML, with its web addresses to click on and everything else harmless."""
    return ADDRESS.sub(
        lambda found: (
            f'<a href="{found[0]}" target="_blank" rel="noreferrer noopener">{found[0]}</a>'
        ),
        html.escape(text),
    )


def _summary(path: Path) -> Summary:
    with path.open("rb") as stream:
        head = b"".join(itertools.takewhile(lambda line: line not in {b"\n", b"\r\n"}, stream))
    mail = email.message_from_bytes(head, policy=policy.default)
    return Summary(
        id=path.stem,
        at=datetime.strptime(path.stem[:22], "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC),
        sender=_header(mail, "From"),
        to=tuple(part.strip() for part in _header(mail, "Delivered-To").split(",")),
        subject=_header(mail, "Subject"),
    )


def headers(mail: EmailMessage) -> list[tuple[str, str]]:
    """The mail's headers in their order, decoded; broken ones do not stop the others."""
    return [(name, _decoded(name, value)) for name, value in mail.raw_items()]


def _header(mail: EmailMessage, name: str) -> str:
    return next((value for found, value in headers(mail) if found.lower() == name.lower()), "")


def _decoded(name: str, value: str) -> str:
    try:
        return str(policy.default.header_fetch_parse(name, value))
    except (
        ValueError,
        IndexError,
        AttributeError,
        TypeError,
    ):  # the library's parser fails on some broken ones
        return value


def _line(text: str) -> str:
    return re.sub(r"[\r\n]", "", text)
