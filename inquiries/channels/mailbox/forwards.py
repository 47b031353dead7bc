"""A forwarded mail within a mail: attached to it, or written into its text by the usual programs.

Outlook, Gmail, Apple Mail, Thunderbird, GMX, web.de, QQ Mail and NetEase, in German, English and
Chinese, all write a block of labelled lines above what they forward; some put `>` before each line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from inquiries.channels.mailbox import headers
from inquiries.channels.mailbox.parse import Attachment, ParsedMail

_LABELS: Final = {
    "from": "von|from|发件人|寄件人|寄件者|absender",
    "date": "gesendet(?: am)?|sent|datum|date|发送时间|发送日期|寄件日期|日期|时间|時間",
    "to": "an|to|收件人|kopie|cc|抄送|bcc|reply-to|antwort an",
    "subject": "betreff|subject|主题|主旨|主題",
}
_LABEL: Final = {
    name: re.compile(rf"[*\s]*(?:{words})\s*\*?\s*[:：]\*?[ \t\xa0]*(?P<value>.*)$", re.IGNORECASE)
    for name, words in _LABELS.items()
}
_MARK: Final = re.compile(r"^(?:>[ \t]?)+")
# The line above the block that says what comes.
_RULE: Final = re.compile(
    r"(?:-{2,}.{0,60}-{2,}|_{10,}|(?:anfang der weitergeleiteten|begin forwarded).{0,40}"
    r"|(?:下面是|以下是)?转发.{0,20}|-{3,})\s*$",
    re.IGNORECASE,
)
_MOST_BLOCKS: Final = 10
_MOST_LINES: Final = 4_000
_LONGEST_LINE: Final = 1_000
_MOST_GAP: Final = 3
_MAILTO: Final = re.compile(r"\[mailto:([^\]\s]+)\]|<mailto:([^>\s]+)>", re.IGNORECASE)


@dataclass(frozen=True)
class Forwarded:
    """What somebody passed on: whose words, under which subject; `note` is what was written above
    it.
    """

    sender: str
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    note: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    attached: bool = False


def all_in(mail: ParsedMail) -> list[Forwarded]:
    """The mails that lie in this one: those attached first, then those written into its text."""
    found = [
        Forwarded(
            one.sender,
            one.sender_name,
            one.subject,
            one.text,
            mail.visible,
            one.attachments,
            tuple(one.headers.items()),
            attached=True,
        )
        for one in mail.inner
        if one.sender or one.text
    ]
    return found + list(_written_in(mail))


def _written_in(mail: ParsedMail) -> Iterator[Forwarded]:
    lines = [line[:_LONGEST_LINE] for line in mail.text.split("\n")[:_MOST_LINES]]
    plain = [_MARK.sub("", line) for line in lines]
    at, blocks = 0, 0
    while at < len(plain) and blocks < _MOST_BLOCKS:
        block = _block(plain, at)
        if block is None:
            at += 1
            continue
        values, end = block
        blocks += 1
        marked = bool(_MARK.match(lines[at]))
        body = plain if marked else lines
        sender, name = _address(values["from"])
        yield Forwarded(
            sender,
            name,
            headers.decoded(values.get("subject", "")),
            "\n".join(body[end:]).strip(),
            _above(lines[:at]),
            mail.attachments,
        )
        at = end


def _block(lines: list[str], at: int) -> tuple[dict[str, str], int] | None:
    """The labelled lines that begin at `at`, and where they end; None if that is not a block.

    A value may run on over a line or two, but only if another label follows: otherwise what follows
    is the forwarded text itself, which GMX writes without an empty line between.
    """
    values: dict[str, str] = {}
    end, gap, last = at, 0, ""
    while end + gap < len(lines) and gap <= _MOST_GAP:
        label = _label_of(lines[end + gap], known=values)
        if label is None:
            if not values:
                return None
            gap += 1
            continue
        name, value = label
        if last and gap:
            more = [one.strip() for one in lines[end : end + gap] if one.strip()]
            values[last] = " ".join([values[last], *more])
        values.setdefault(name, value.strip())
        last = name
        end, gap = end + gap + 1, 0
    if "from" not in values or not {"date", "subject"} & values.keys():
        return None
    return values, end


def _label_of(line: str, *, known: dict[str, str]) -> tuple[str, str] | None:
    for name, pattern in _LABEL.items():
        found = pattern.match(line)
        # A label that stood already is the text's own, or the next mail's; copies may follow.
        if found and (name not in known or name == "to"):
            return name, found["value"]
    return None


def _address(value: str) -> tuple[str, str]:
    found = _MAILTO.search(value)
    if found:
        name = headers.decoded(value[: found.start()]).strip("\"' ")
        return (found[1] or found[2]).lower()[:320], name[:160]
    address, name = headers.one_address(value.rstrip("; "))
    return address, name.strip("\"'“” ")


def _above(lines: list[str]) -> str:
    """What stands above the block, without the line that announces it."""
    kept = [*lines]
    while kept and (not kept[-1].strip() or _RULE.match(_MARK.sub("", kept[-1]).strip())):
        kept.pop()
    return "\n".join(kept).strip()
