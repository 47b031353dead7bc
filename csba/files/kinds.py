"""What a file is: told by its content. What its sender calls it decides nothing."""

import io
import re
import zipfile
from collections.abc import Collection
from typing import Final

PICTURES: Final = frozenset({"image/png", "image/jpeg"})
PAPERS: Final = PICTURES | {"application/pdf"}
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ATTACHMENTS: Final = PAPERS | {"image/gif", "text/plain", DOCX}
"""What goes along with a message (domain 5.5). The old .doc is not taken: it may hold programs, and
its beginning is that of many other things.
"""

_BEGINNINGS: Final = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_ENDINGS: Final = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "text/plain": (".txt",),
    DOCX: (".docx",),
}
_PROGRAM_BEGINNINGS: Final = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02",
)
_PROGRAM_ENDINGS: Final = (
    *(".exe", ".com", ".scr", ".pif", ".bat", ".cmd", ".msi", ".msp", ".cpl", ".dll", ".jar"),
    *(".vbs", ".vbe", ".js", ".jse", ".ws", ".wsf", ".wsh", ".hta", ".ps1", ".lnk", ".reg"),
    *(".apk", ".app", ".iso", ".img", ".vhd", ".chm", ".docm", ".xlsm", ".pptm"),
)
# A text is what a person can read: no control characters but blanks and ends of lines.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_PARTS: Final = ("[Content_Types].xml", "word/document.xml")
_PROGRAMS: Final = "vbaproject.bin"
# A document has some dozens of files within; a hostile one has a list that takes seconds to read.
_MOST_INSIDE: Final = 5_000


def media_type(content: bytes) -> str:
    """What the bytes are, "" when we do not take such files."""
    for beginning, found in _BEGINNINGS.items():
        if content.startswith(beginning):
            return found
    if content.startswith(b"PK\x03\x04"):
        return DOCX if _is_document(content) else ""
    return "text/plain" if _is_text(content) else ""


def is_program(content: bytes, name: str) -> bool:
    """May this run when a person opens it? Told by its beginning, or by an ending that systems
    start.
    """
    if content.startswith(_PROGRAM_BEGINNINGS):
        return True
    return name.lower().rstrip(". ").endswith(_PROGRAM_ENDINGS)


def is_markup(content: bytes) -> bool:
    """May a browser run this as a page or a picture with a program in it (HTML, SVG, XML)?"""
    return content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\x00").startswith(b"<")


def names(types: Collection[str]) -> str:
    """The kinds as people call them, such as «JPEG, PDF, PNG»."""
    return ", ".join(sorted(_ENDINGS[kind][-1][1:].upper() for kind in types))


def endings(types: Collection[str]) -> str:
    """The kinds as a file field names them, such as «.jpeg,.jpg,.pdf,.png»."""
    return ",".join(sorted(ending for kind in types for ending in _ENDINGS[kind]))


def named(name: str, kind: str) -> str:
    """The name with an ending of its kind: whoever saves a text that calls itself a program must
    not start it by a click.
    """
    fitting = _ENDINGS[kind]
    return name if name.lower().endswith(fitting) else f"{name}{fitting[0]}"


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    # Markup may run where it is opened; a text that begins like some is none.
    return not _CONTROL.search(text) and not text.lstrip().startswith("<")


def _is_document(content: bytes) -> bool:
    """A zip that holds a text document and no programs; only its list is read, nothing unpacked."""
    if content.count(b"PK\x01\x02") > _MOST_INSIDE:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = packed.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return all(part in inside for part in _PARTS) and not any(
        name.lower().endswith(_PROGRAMS) for name in inside
    )
