"""Answers that are not sent yet: saved for later, shown again, thrown away (helpdesk C3).

A draft is one person's own scratch paper: nothing of it stands in the journal, nobody is told.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from caselog.models import Case, Draft, DraftFile
from caselog.operations import files as attachments
from caselog.operations.files import Upload
from csba.accounts.models import User


@transaction.atomic
def save(
    case: Case,
    *,
    by: User,
    body: str,
    answers: Mapping[str, str],
    uploads: Sequence[Upload] = (),
    drop: Collection[int] = (),
) -> Draft:
    """This person's draft for the case holds these words, typed values and, beside the files that
    wait already, these uploads; the files with the keys `drop` are gone. All or nothing: a file
    that cannot be kept is Refused.
    """
    at = timezone.now()
    draft = _held(case, by, at)
    draft.body, draft.answers, draft.saved_at = body, dict(answers), at
    draft.save(update_fields=["body", "answers", "saved_at"])
    if drop:
        attachments.drop(draft, drop)
    if uploads:
        attachments.add(draft, uploads, at)
    return draft


@transaction.atomic
def discard(case: Case, *, by: User) -> None:
    """This person has no draft for the case; nothing happens when there is none."""
    draft = of(case, by=by, lock=True)
    if draft is not None:
        attachments.drop(draft)
        draft.delete()


def of(case: Case, *, by: User, lock: bool = False) -> Draft | None:
    """This person's draft for the case; with `lock` nobody else changes it meanwhile."""
    rows = Draft.objects.filter(case=case, user=by)
    return (rows.select_for_update(no_key=True) if lock else rows).first()


def files(draft: Draft | None) -> list[DraftFile]:
    """The files that wait with a draft, oldest first."""
    return [] if draft is None else attachments.files_of(draft)


def _held(case: Case, by: User, at: datetime) -> Draft:
    """The draft, new or old, held by this transaction; two browsers of one person share it."""
    Draft.objects.bulk_create([Draft(case=case, user=by, saved_at=at)], ignore_conflicts=True)
    return Draft.objects.select_for_update(no_key=True).get(case=case, user=by)
