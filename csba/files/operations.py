"""Keeping a file that a person has given us."""

import hashlib
import re
from collections.abc import Collection
from typing import Final

from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.errors import Refused
from csba.files.models import StoredFile

# What a file begins with decides what it is; what its sender calls it decides nothing.
_BEGINNINGS: Final = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
PICTURES: Final = frozenset({"image/png", "image/jpeg"})
PAPERS: Final = PICTURES | {"application/pdf"}

_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


def keep(content: bytes, *, name: str, types: Collection[str], limit: int) -> StoredFile:
    """The file is kept; refused when it is empty, longer than `limit` bytes or none of `types`."""
    if not content:
        raise Refused(_("This file is empty. Please choose another one."), code="file_empty")
    if len(content) > limit:
        raise Refused(
            _("This file is too large: at most %s.") % filesizeformat(limit), code="file_too_large"
        )
    found = media_type(content)
    if found not in types:
        raise Refused(
            _("Please choose a file of one of these kinds: %s.")
            % ", ".join(sorted(kind.partition("/")[2].upper() for kind in types)),
            code="file_type",
        )
    sha256 = hashlib.sha256(content).hexdigest()
    stored = StoredFile(
        sha256=sha256,
        name=tidy_name(name),
        media_type=found,
        size=len(content),
        created_at=timezone.now(),
    )
    stored.content.save(sha256, ContentFile(content), save=False)
    stored.save(force_insert=True)
    return stored


def media_type(content: bytes) -> str:
    """What the bytes are, "" when we do not take such files."""
    for beginning, found in _BEGINNINGS.items():
        if content.startswith(beginning):
            return found
    return ""


def tidy_name(name: str) -> str:
    """The last part of a file name without anything that a header or a disk may stumble over."""
    last = re.split(r"[/\\]", name)[-1]
    return " ".join(_UNFIT.sub(" ", last).split())[-160:] or "file"
