"""Headers of a mail: cut at a sane length, decoded once, addresses found before decoding."""

import binascii
import re
from collections.abc import Sequence
from contextlib import suppress
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from typing import Final

from inquiries.channels.mailbox import texts

RECIPIENTS: Final = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")

_LONGEST: Final = 20_000
_LONGEST_ADDRESS: Final = 1_000

_WITH_PARAMETERS: Final = frozenset({"content-type", "content-disposition"})
_NUMBERED = re.compile(r"\*\d+\*?\s*=")
_WHOLE = re.compile(r";\s*[\w-]+\*\s*=")
_ID = re.compile(r"<[^<>\s]+>")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')
_BRACKETED = re.compile(r"<\s*([^<>@\s]+@[^<>@\s]+)\s*>")
_BARE = re.compile(r"([^<>@\s,;:]+@[^<>@\s,;:]+)")
_REPLY = re.compile(r"^\s*(?:re|aw|antw|antwort|sv|回复|答复|回覆)\s*(?:\[\d+\])?\s*[:：]\s*", re.I)
_FORWARD = re.compile(r"^\s*(?:fwd?|wg|weitergeleitet|转发|轉發)\s*[:：]", re.I)


class ShortHeaders(Compat32):
    """Headers are cut where no honest one goes on: the library takes the square of their length.

    The old policy is used on purpose: the new one parses a header again at every access and costs
    two to three times as much for the same mail.
    """

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(list(sourcelines))
        value = value[:_LONGEST]
        if name.lower() in _WITH_PARAMETERS and _NUMBERED.search(value):
            # A parameter both in numbered pieces and whole: the library fails to sort the two.
            value = _WHOLE.sub("; x-left-out=", value)
        return name, value


POLICY: Final = ShortHeaders()


def all_of(mail: "Message[str, str]") -> dict[str, str]:
    """Every header once, undecoded, by lower-case name; those that may stand often are joined."""
    found: dict[str, str] = {}
    for name, value in mail.raw_items():
        key = name.lower()
        if key in RECIPIENTS and key in found:
            found[key] += f", {value}"
        else:
            found.setdefault(key, str(value))
    return found


def ids(value: str) -> tuple[str, ...]:
    """The Message-IDs of a header, in their order."""
    return tuple(_ID.findall(value))


def decoded(value: str) -> str:
    """A header's words: encoded words and raw 8-bit characters as they were meant, on one line."""
    if not value.isascii():
        value = texts.decode(value.encode("utf-8", "surrogateescape"))
    elif "=?" in value:
        with suppress(MessageError, ValueError, binascii.Error):
            value = "".join(
                piece if isinstance(piece, str) else texts.decode(piece, charset or "")
                for piece, charset in decode_header(" ".join(value.split()))
            )
    return " ".join(texts.tidy(value).split())


def one_address(value: str) -> tuple[str, str]:
    """The address of a header, in lower case, and the name beside it.

    The address is found before anything is decoded: what an encoded word or a quoted name pretends
    to be is a name, never an address.
    """
    value = value[:_LONGEST_ADDRESS]
    bare = _QUOTED.sub(" ", value)
    found = _BRACKETED.search(bare) or _BARE.search(bare)
    if found is None:
        return "", decoded(value)[:160]
    at = value.find(found[0])
    name = decoded(value[:at].strip().strip('"')) if at > 0 else ""
    return texts.tidy(found[1]).lower()[:320], name.replace('"', "")[:160]


def bare_subject(subject: str) -> str:
    """A subject without "Re:", "AW:" and the like, for comparing two."""
    while found := _REPLY.match(subject):
        subject = subject[found.end() :]
    return " ".join(subject.split()).lower()


def hands_on(subject: str) -> bool:
    """Does the subject say that a mail is forwarded, rather than answered (helpdesk T7)?"""
    return bool(_FORWARD.match(subject))
