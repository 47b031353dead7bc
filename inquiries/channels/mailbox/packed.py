"""Files that lie packed in a part: Outlook's winmail.dat (TNEF), and uuencode within a text.

Both come from strangers: nothing is unpacked that could grow, and what is broken stays as it is.
"""

import binascii
import logging
import re
from collections.abc import Iterator
from typing import Final

from tnefparse import TNEF

from inquiries.channels.mailbox import headers, texts

# The library says into the log what it does not know; what is in a mail does not belong there.
logging.getLogger("tnefparse").setLevel(logging.CRITICAL)

_MOST_FILES: Final = 50
_LARGEST_TNEF: Final = 26_000_000
_UU_BEGIN = re.compile(r"^begin(?:-base64)? [0-7]{3,4} (?P<name>[^\n]{1,200})\n", re.MULTILINE)

Packed = tuple[str, bytes]
"""Name and content of a file."""


def is_tnef(kind: str, name: str) -> bool:
    """Is this Outlook's parcel?"""
    return kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or (
        name.lower() == "winmail.dat"
    )


def from_tnef(content: bytes) -> tuple[str, list[Packed]] | None:
    """Text and files in a winmail.dat; None when it cannot be read, then it stays a file.

    The compressed RTF body is not opened: it says what the mail's own text says, or can grow a
    thousandfold.
    """
    if len(content) > _LARGEST_TNEF:
        return None
    try:
        parcel = TNEF(content, do_checksum=False)
        text = _first_text(parcel)
        files = [
            (texts.tidy(str(one.long_filename() or one.name or ""))[:200], bytes(one.data or b""))
            for one in parcel.attachments[:_MOST_FILES]
        ]
    # Whatever a stranger's bytes make the library raise, the file stays what it is.
    except Exception:
        return None
    files = [one for one in files if one[1]]
    return (text, files) if text.strip() or files else None


def _first_text(parcel: TNEF) -> str:
    if parcel.body:
        said = parcel.body
        return texts.decode(said) if isinstance(said, bytes) else texts.tidy(str(said))
    if parcel.htmlbody:
        said = parcel.htmlbody
        return texts.from_html(texts.decode(said) if isinstance(said, bytes) else str(said))
    return ""


def from_uuencode(text: str) -> tuple[str, list[Packed]]:
    """The text without its uuencoded blocks, and what they held; a block without a sound end stays
    text.
    """
    if "begin " not in text and "begin-base64 " not in text:
        return text, []
    kept: list[str] = []
    files: list[Packed] = []
    at = 0
    for _count in range(_MOST_FILES):
        found = _UU_BEGIN.search(text, at)
        if found is None:
            break
        ends = "\n====" if found[0].startswith("begin-base64") else "\nend"
        end = text.find(ends, found.end() - 1)
        content = _decoded(text[found.end() : end + 1], found[0]) if end >= 0 else None
        if content is None:
            kept.append(text[at : found.end()])
            at = found.end()
            continue
        kept.append(text[at : found.start()])
        files.append((headers.decoded(found["name"].strip()), content))
        at = end + len(ends)
    kept.append(text[at:])
    return "".join(kept), files


def _decoded(block: str, head: str) -> bytes | None:
    try:
        if head.startswith("begin-base64"):
            return binascii.a2b_base64(block.encode("ascii"))
        return b"".join(_lines(block))
    except (ValueError, IndexError):
        return None


def _lines(block: str) -> Iterator[bytes]:
    for line in block.splitlines():
        if line.strip("` "):
            yield _line(line.encode("ascii"))


def _line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Blanks at the end were lost, or some were added on the way: the first byte says how many.
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        return binascii.a2b_uu(line[:length])
