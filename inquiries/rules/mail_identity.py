"""Is this the same mail again? Message-ID and a hash of the body (helpdesk D2, D3)."""

import hashlib
import re
from typing import Final

_HEAD: Final = 65_536
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_ID = re.compile(r"<[^<>\s]{1,480}>")


def header(raw: bytes, name: str) -> str:
    """One header of a mail, undecoded, without taking the mail apart; empty when there is none."""
    head = _BLANK_LINE.split(raw[:_HEAD], maxsplit=1)[0]
    pattern = rb"^" + re.escape(name.encode()) + rb":[ \t]*(.*(?:\n[ \t].*)*)"
    found = re.search(pattern, head, re.IGNORECASE | re.MULTILINE)
    return " ".join(found[1].decode("ascii", "replace").split()) if found else ""


def of(raw: bytes) -> tuple[str, str]:
    """Message-ID and hash of the body; line ends and blank lines at the end make no difference.

    A mail without an id gets one from sender, date, subject and body, so that it too is kept once.
    """
    head, _blank, body = _parted(raw)
    body_hash = hashlib.sha256(body.replace(b"\r\n", b"\n").rstrip()).hexdigest()
    found = _ID.search(header(head, "Message-ID"))
    if found:
        return found[0], body_hash
    said = "\n".join(header(head, name) for name in ("From", "Date", "Subject"))
    made = hashlib.sha256(f"{said}\n{body_hash}".encode()).hexdigest()[:32]
    return f"<no-id.{made}>", body_hash


def _parted(raw: bytes) -> tuple[bytes, bytes, bytes]:
    found = _BLANK_LINE.search(raw)
    if found is None:
        return raw, b"", b""
    return raw[: found.start()], found[0], raw[found.end() :]
