"""What all operations on a case share: the lock, the next sequence number, the live hint."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from caselog.models import Case, Entry
from caselog.operations._search import with_words
from csba import live
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import write as journal
from csba.moves import move


def locked(case: Case) -> Case:
    """The case as it is now, with its seller, held by this transaction.

    The lock lets others refer to the case meanwhile; sweeps take questions only and never wait for
    it.
    """
    rows = Case.objects.select_for_update(of=("self",), no_key=True).select_related("seller")
    return rows.get(pk=case.pk)


def already(case: Case, client_id: UUID | None) -> Entry | None:
    """The entry that this form has made before, if it was sent twice; to be asked under the
    lock.
    """
    if client_id is None:
        return None
    first = Entry.objects.filter(client_id=client_id).first()
    if first is not None and first.case_id != case.pk:
        raise Conflict(_("This form was already used. Please reload the page and send again."))
    return first


def needs_words(body: str) -> None:
    """Refuses an entry without words."""
    if not body.strip():
        raise Refused(_("Please write something first."), code="empty")


def say(
    case: Case,
    at: datetime,
    *,
    author: Entry.Author,
    via: str,
    body: str,
    by: User | None,
    late: bool = False,
    client_id: UUID | None = None,
    answers: Mapping[str, Any] | None = None,
    also_found_by: str = "",
) -> Entry:
    """The next entry of the case, which is found by its words and by those of `also_found_by`; the
    row lock of the UPDATE keeps the numbers without gaps.
    """
    Case.objects.filter(pk=case.pk).update(
        last_seq=F("last_seq") + 1,
        last_entry_at=at,
        search=with_words(case.subject, f"{body}\n{also_found_by}"),
    )
    case.last_seq += 1
    case.last_entry_at = at
    return Entry.objects.create(
        case=case,
        seq=case.last_seq,
        author=author,
        via=via,
        user=by,
        body=body,
        answers_given=dict(answers or {}),
        late=late,
        created_at=at,
        client_id=client_id,
    )


def open_again(case: Case) -> None:
    """A closed case is open, which is counted."""
    move(case, Case.Status.OPEN, closed_at=None, reopened=case.reopened + 1)


def tell(*cases: Case) -> None:
    """Pages that show one of these cases, or its seller's list, hear of it after commit."""
    live.publish_many(
        event
        for case in cases
        for event in (
            (f"case:{case.number}", case.last_seq),
            (f"seller:{case.seller_id}", 0),
            ("cases", 0),
        )
    )


def actor(by: User | None) -> journal.Actor:
    """Who the journal names: nobody is the system, staff is the desk, others act for the seller."""
    if by is None:
        return journal.Actor.SYSTEM
    return journal.Actor.AGENT if by.is_staff else journal.Actor.SELLER
