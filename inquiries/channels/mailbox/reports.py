"""What a bounce says: who did not get the mail, for good or for now, and why (RFC 3464).

Many servers, those of QQ and NetEase among them, send no standard report but a letter; then their
words are read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from inquiries.channels.mailbox import headers
from inquiries.channels.mailbox.parse import ParsedMail

_MOST: Final = 20
_SAMPLE: Final = 10_000

# The address itself is wrong: no other mail will arrive there either. A full mailbox is not that.
_DEAD: Final = re.compile(r"\b5\.(?:1\.(?:0|1|2|3|6|10)|2\.1)\b")
_STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE: Final = re.compile(r"(?<![\d.])([45])[0-5]\d[ -]")
_ADDRESS: Final = re.compile(r"[\w.+=-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_UNKNOWN: Final = re.compile(
    r"user unknown|no such user|unknown user|does not exist|mailbox unavailable|mailbox not found"
    r"|unbekannte[rn]? (?:empfänger|benutzer)|existiert nicht|用户不存在|地址不存在|收件人不存在"
    r"|邮箱不存在|查无此人",
    re.IGNORECASE,
)
_FOR_NOW: Final = re.compile(
    r"delayed|delay\)|verzögert|noch nicht zugestellt|still (?:be )?(?:trying|retried)|will retry"
    r"|延迟|暂时",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Failure:
    """One receiver whom a mail did not reach. `dead`: this address takes no mail at all."""

    recipient: str
    permanent: bool
    dead: bool
    why: str


def failures(mail: ParsedMail) -> tuple[Failure, ...]:
    """Who did not get it; empty when the report is of a delivery, or says nothing."""
    found = [one for block in mail.reports if (one := _of(block)) is not None]
    if not found and not any("action" in block for block in mail.reports):
        found = _said(mail)
    return tuple(dict.fromkeys(found))[:_MOST]


def complaint_of(mail: ParsedMail) -> Mapping[str, str] | None:
    """The fields of a complaint (RFC 5965), if that is what it is."""
    return next((block for block in mail.reports if "feedback-type" in block), None)


def _of(block: Mapping[str, str]) -> Failure | None:
    action = headers.decoded(block.get("action", "")).lower()
    if action not in {"failed", "delayed"}:
        return None
    receiver = block.get("original-recipient") or block.get("final-recipient", "")
    recipient = headers.one_address(receiver.rpartition(";")[2])[0]
    status = headers.decoded(block.get("status", ""))
    why = headers.decoded(block.get("diagnostic-code", "")).partition(";")[2].strip() or status
    return Failure(
        recipient,
        permanent=action == "failed",
        dead=action == "failed" and bool(_DEAD.search(f"{status} {why[:200]}")),
        why=why[:300],
    )


def _said(mail: ParsedMail) -> list[Failure]:
    """From the words of a letter: the addresses named above the mail that it hands back."""
    named = headers.decoded(mail.headers.get("x-failed-recipients", ""))
    words = f"{mail.subject}\n{mail.text[:_SAMPLE]}"
    above = re.split(r"(?im)^-{3,}.*(?:original|ursprüng|copy|原).*$", words, maxsplit=1)[0]
    addresses = [one.lower() for one in _ADDRESS.findall(named or above)]
    others = [one for one in dict.fromkeys(addresses) if not _is_servers(one, mail.sender)]
    permanent = not _FOR_NOW.search(words)
    said = _STATUS.search(above) or _CODE.search(above)
    if said is not None:
        permanent = said[1] == "5"
    dead = permanent and bool(_DEAD.search(above) or _UNKNOWN.search(above))
    why = _line_of(above, said.start() if said else 0)
    return [Failure(one, permanent, dead, why) for one in others[:_MOST]]


def _is_servers(address: str, sender: str) -> bool:
    return address == sender or address.startswith(("mailer-daemon@", "postmaster@"))


def _line_of(text: str, at: int) -> str:
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return " ".join(text[start : end if end >= 0 else None].split())[:300]
