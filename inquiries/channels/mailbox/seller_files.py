"""Which files of a seller's mail go along with the answer in the Case Log (P23)."""

from typing import Final

from django.utils import timezone

from caselog.operations.files import Upload
from csba import promises
from csba.files import kinds, scan
from inquiries.channels.mailbox.parse import ParsedMail

_UNNAMED: Final = {"image/png": "image.png", "image/jpeg": "image.jpg", "image/gif": "image.gif"}


def of(mail: ParsedMail) -> tuple[list[Upload], list[str]]:
    """The files that the Case Log takes, in their order, and the names of those it does not."""
    most, most_bytes = promises.files_of_a_message(timezone.now())
    taken: list[Upload] = []
    left: list[str] = []
    for one in mail.attachments:
        kind = kinds.media_type(one.content) if one.content else ""
        name = one.name or _UNNAMED.get(kind, kind or one.kind)
        size = sum(len(file.content) for file in taken) + len(one.content)
        fits = len(taken) < most and size <= most_bytes
        if kind in kinds.ATTACHMENTS and fits and not _infected(one.content):
            taken.append(Upload(name, one.content))
        else:
            left.append(name)
    return taken, left


def _infected(content: bytes) -> bool:
    """What cannot be looked through at the moment does not reach the Case Log: it stays with the
    mail.
    """
    if not scan.is_used():
        return False
    try:
        return bool(scan.virus_in(content))
    except scan.ScannerAway:
        return True
