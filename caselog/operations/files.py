"""Photos and papers that go along with an answer: all of them or none (P23, domain 5.5)."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caselog.models import Draft, DraftFile, Entry, EntryFile
from csba import promises
from csba.errors import Refused
from csba.files import operations as kept
from csba.files.models import StoredFile


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came, perhaps for one typed field."""

    name: str
    content: bytes
    field: str = ""

    @property
    def sha256(self) -> str:
        """Its content's name."""
        return hashlib.sha256(self.content).hexdigest()


def check(upload: Upload, at: datetime) -> None:
    """Refused with a sentence that names the file, when it is empty, too large or of no kind we
    take.
    """
    _count, most_bytes = promises.files_of_a_message(at)
    try:
        kept.check(upload.content, types=kept.ATTACHMENTS, limit=most_bytes)
    except Refused as refusal:
        sentence = _("“%(name)s”: %(why)s") % {
            "name": kept.tidy_name(upload.name),
            "why": str(refusal),
        }
        raise Refused(sentence, code=refusal.code) from refusal


def check_all(uploads: Sequence[Upload], there: Iterable[StoredFile], at: datetime) -> None:
    """Refused when one of them cannot be taken, or they are too many or too large together with
    those that are there already.
    """
    most, most_bytes = promises.files_of_a_message(at)
    for upload in uploads:
        check(upload, at)
    before = list(there)
    count = len(before) + len(uploads)
    if count > most:
        raise Refused(
            ngettext(
                "At most %(most)d file goes along with one answer; these are %(count)d.",
                "At most %(most)d files go along with one answer; these are %(count)d.",
                most,
            )
            % {"most": most, "count": count},
            code="too_many_files",
        )
    size = sum(stored.size for stored in before) + sum(len(one.content) for one in uploads)
    if size > most_bytes:
        raise Refused(
            _("Together the files may have %(most)s; these have %(size)s. Please leave some out.")
            % {"most": filesizeformat(most_bytes), "size": filesizeformat(size)},
            code="files_too_large",
        )


def attach(entry: Entry, uploads: Sequence[Upload], draft: Draft | None, at: datetime) -> list[str]:
    """The uploads and the files that waited in the draft belong to the entry; their names."""
    waiting = [] if draft is None else files_of(draft)
    uploads = _new(uploads, waiting)
    check_all(uploads, [one.file for one in waiting], at)
    rows = [EntryFile(entry=entry, file=one.file, field=one.field) for one in waiting]
    rows += [EntryFile(entry=entry, file=_kept(one, at), field=one.field) for one in uploads]
    if rows:
        EntryFile.objects.bulk_create(rows)
    return [row.file.name for row in rows]


def add(draft: Draft, uploads: Sequence[Upload], at: datetime) -> None:
    """The uploads wait in the draft; one that waits there already is not kept twice."""
    waiting = files_of(draft)
    uploads = _new(uploads, waiting)
    check_all(uploads, [one.file for one in waiting], at)
    DraftFile.objects.bulk_create(
        DraftFile(draft=draft, file=_kept(one, at), field=one.field) for one in uploads
    )


def drop(draft: Draft, keys: Iterable[int] | None = None) -> None:
    """The files of the draft with these keys, or all of them, are gone."""
    rows = DraftFile.objects.filter(draft=draft).select_related("file")
    for row in rows if keys is None else rows.filter(pk__in=list(keys)):
        row.delete()
        kept.discard(row.file)


def files_of(draft: Draft) -> list[DraftFile]:
    """What waits in the draft, oldest first; one statement."""
    return list(DraftFile.objects.filter(draft=draft).select_related("file").order_by("pk"))


def _new(uploads: Sequence[Upload], waiting: Iterable[DraftFile]) -> list[Upload]:
    """Each content once a field: who sends a page twice has not chosen more files."""
    seen = {(one.file.sha256, one.field) for one in waiting}
    found = []
    for upload in uploads:
        mark = (upload.sha256, upload.field)
        if mark not in seen:
            seen.add(mark)
            found.append(upload)
    return found


def _kept(upload: Upload, at: datetime) -> StoredFile:
    _count, most_bytes = promises.files_of_a_message(at)
    return kept.keep(upload.content, name=upload.name, types=kept.ATTACHMENTS, limit=most_bytes)
