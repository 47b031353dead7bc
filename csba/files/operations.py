"""Keeping a file that a person has given us, and letting it go."""

import hashlib
import re
from collections.abc import Collection

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.errors import Refused
from csba.files.kinds import (
    ATTACHMENTS,
    PAPERS,
    PICTURES,
    is_markup,
    media_type,
    named,
    names,
)
from csba.files.models import StoredFile

__all__ = [
    "ATTACHMENTS",
    "PAPERS",
    "PICTURES",
    "check",
    "discard",
    "keep",
    "keep_as_came",
    "tidy_name",
]

UNKNOWN = "application/octet-stream"
OF_MARKUP = "text/plain"

_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


def check(content: bytes, *, types: Collection[str], limit: int) -> str:
    """What the file is; refused when it is empty, longer than `limit` bytes or none of `types`."""
    if not content:
        raise Refused(_("This file is empty. Please choose another one."), code="file_empty")
    if len(content) > limit:
        raise Refused(
            _("This file is too large: at most %s.") % filesizeformat(limit), code="file_too_large"
        )
    found = media_type(content)
    if found not in types:
        raise Refused(
            _("Please choose a file of one of these kinds: %s.") % names(types), code="file_type"
        )
    return found


def keep(content: bytes, *, name: str, types: Collection[str], limit: int) -> StoredFile:
    """The file is kept; refused as by `check`."""
    found = check(content, types=types, limit=limit)
    return _stored(content, named(tidy_name(name)[-150:], found), found)


def keep_as_came(content: bytes, *, name: str) -> StoredFile:
    """A stranger's file is kept whatever it is: as what its content says, else as bytes that no
    program opens by itself. Markup becomes a text, so that no browser runs it (helpdesk F2).
    """
    found = media_type(content) or (OF_MARKUP if is_markup(content) else UNKNOWN)
    called = tidy_name(name)[-150:]
    return _stored(content, called if found == UNKNOWN else named(called, found), found)


def discard(stored: StoredFile) -> None:
    """The file is gone, row and bytes; whoever pointed at it does so no more."""
    content = stored.content
    stored.delete()
    # Only once it is certain: a transaction that fails after all must find its bytes again.
    transaction.on_commit(lambda: content.storage.delete(str(content.name)), robust=True)


def tidy_name(name: str) -> str:
    """The last part of a file name without anything that a header or a disk may stumble over."""
    last = re.split(r"[/\\]", name)[-1]
    return " ".join(_UNFIT.sub(" ", last).split())[-160:] or "file"


def _stored(content: bytes, name: str, kind: str) -> StoredFile:
    sha256 = hashlib.sha256(content).hexdigest()
    stored = StoredFile(
        sha256=sha256,
        name=name,
        media_type=kind,
        size=len(content),
        created_at=timezone.now(),
    )
    stored.content.save(sha256, ContentFile(content), save=False)
    stored.save(force_insert=True)
    return stored
