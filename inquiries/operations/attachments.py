"""The files of a mail: kept beside it once its words are handled, looked through, downloaded."""

import mimetypes
from collections.abc import Sequence
from typing import Final, Protocol

from django.utils.translation import gettext as _

from csba.errors import Refused
from csba.files import operations as files
from csba.files import scan
from csba.files.kinds import is_program
from csba.files.models import StoredFile
from inquiries.models import Attachment, InboundMail

MOST: Final = 50
"""So many files of one mail are kept beside it; the others stay in the mail, and a row says so."""

State = Attachment.State


class File(Protocol):
    """A file as a mail holds it."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def content(self) -> bytes: ...
    @property
    def content_id(self) -> str: ...


def keep(mail: InboundMail, found: Sequence[File]) -> list[Attachment]:
    """Each file has its row, and its bytes are stored where nothing speaks against it."""
    rows = [_row(mail, position, one) for position, one in enumerate(found[:MOST])]
    rows += [
        Attachment(
            inbound=mail,
            position=position,
            name=_name(one, position),
            media_type="",
            size=len(one.content),
            state=State.TOO_MANY,
        )
        for position, one in enumerate(found[MOST : 4 * MOST], start=MOST)
    ]
    return Attachment.objects.bulk_create(rows) if rows else []


def opened(attachment: Attachment) -> StoredFile:
    """The file, which may be downloaded; Refused where it may not, with the reason. What nobody has
    looked through so far is looked through now.
    """
    if attachment.state == State.UNSCANNED:
        _look_through(attachment)
    if attachment.state != State.KEPT or attachment.file is None:
        raise Refused(
            _("This file cannot be downloaded. %s.") % attachment.get_state_display(),
            code="file_blocked",
        )
    return attachment.file


def _look_through(attachment: Attachment) -> None:
    stored = attachment.file
    assert stored is not None
    with stored.content.open("rb") as opened_file:
        content = opened_file.read()
    try:
        virus = scan.virus_in(content) if scan.is_used() else ""
    except scan.ScannerAway as away:
        raise Refused(
            _("The virus scanner cannot be reached. Please try again in a few minutes."),
            code="scanner_away",
        ) from away
    if virus:
        attachment.state, attachment.file = State.INFECTED, None
        attachment.save(update_fields=["state", "file"])
        files.discard(stored)
        return
    attachment.state = State.KEPT
    attachment.save(update_fields=["state"])


def _row(mail: InboundMail, position: int, found: File) -> Attachment:
    name = _name(found, position)
    state = _state(found.content, name)
    stored = None
    if state in {State.KEPT, State.UNSCANNED} and found.content:
        stored = files.keep_as_came(found.content, name=name)
    return Attachment(
        inbound=mail,
        position=position,
        name=stored.name if stored is not None else name,
        media_type=stored.media_type if stored is not None else "",
        size=len(found.content),
        content_id=found.content_id[:200],
        state=state,
        file=stored,
    )


def _state(content: bytes, name: str) -> State:
    if is_program(content, name):
        return State.PROGRAM
    if not scan.is_used():
        return State.KEPT
    try:
        return State.INFECTED if scan.virus_in(content) else State.KEPT
    except scan.ScannerAway:
        # The mail itself must not wait for the scanner: the file does.
        return State.UNSCANNED


def _name(found: File, position: int) -> str:
    name = files.tidy_name(found.name) if found.name.strip() else ""
    if name:
        return name
    ending = mimetypes.guess_extension(found.kind or "") or ""
    return f"{position + 1}{ending}"
