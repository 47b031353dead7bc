"""What all operations on an inquiry share: the lock, the next sequence number, one UPDATE, the
live hint.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from caselog.models import Entry, Question
from csba import live
from csba.errors import Conflict, Refused
from csba.moves import move
from inquiries.models import Inquiry, Message
from inquiries.rules.deadlines import Clocks

PREVIEW = 160


def locked(inquiry: Inquiry) -> Inquiry:
    """The inquiry as it is now, held by this transaction; merged ones lead to the one that goes on.

    First the lock, then the row with its neighbours: a locking select that had to wait would show
    the neighbours as they were before the wait.
    """
    pk: int | None = inquiry.pk
    found = inquiry.pk
    # A chain of merges is short; each hop is one row. Merging refuses circles.
    while pk is not None:
        found = pk
        held = Inquiry.objects.select_for_update(no_key=True).filter(pk=pk)
        pk = held.values_list("merged_into", flat=True).get()
    return Inquiry.objects.select_related("seller", "case", "order").get(pk=found)


def advance(inquiry: Inquiry, to: str | None = None, **stamps: Any) -> None:
    """One UPDATE writes the stamps and, if `to` is another status, moves there; open pages hear of
    it.
    """
    if to is not None and to != inquiry.status:
        move(inquiry, to, **stamps)
    else:
        Inquiry.objects.filter(pk=inquiry.pk).update(**stamps)
        for name, value in stamps.items():
            setattr(inquiry, name, value)
    live.publish_many([(f"inquiry:{inquiry.number}", inquiry.last_seq), ("queue", 0)])


def clock_stamps(clocks: Clocks) -> dict[str, datetime | None]:
    """The clocks as columns."""
    return {
        "waiting_since": clocks.waiting_since,
        "promise_due_at": clocks.promise_due_at,
        "next_due_at": clocks.next_due_at,
    }


def refuse_if_stale(
    inquiry: Inquiry, seen_seq: int | None, seen_case_seq: int | None = None
) -> None:
    """Conflict if something was said here or in the case since the page was drawn; the caller
    keeps the text (helpdesk C2, rulings 11).

    One cursor for each; a page that showed no case has seen 0 of it, None is not compared. The
    case's number came with the inquiry's row, so only a refusal costs a statement.
    """
    if seen_seq is not None and seen_seq < inquiry.last_seq:
        raise Conflict(
            _(
                "Something new has come in since you opened this page. Your text is kept; "
                "please read it and send again."
            ),
            code="stale",
        )
    case = inquiry.case
    if seen_case_seq is None or case is None or case.last_seq <= seen_case_seq:
        return
    unseen = Entry.objects.filter(case=case, seq__gt=seen_case_seq)
    if unseen.filter(author=Entry.Author.SELLER).exists():
        said = _(
            "The seller has answered since you opened this page. Your text is kept; please read "
            "the answer and send again."
        )
    else:
        said = _(
            "A colleague has written to the seller since you opened this page. Your text is kept; "
            "please read it and send again."
        )
    raise Conflict(said, code="stale")


def preview(body: str) -> str:
    """The first words on one line, for lists."""
    line = " ".join(body.split())
    return line if len(line) <= PREVIEW else line[: PREVIEW - 1] + "…"


def refuse_while_asked(inquiry: Inquiry) -> None:
    """Refused while a seller still has time to answer: the question must be answered, lapse or be
    withdrawn.
    """
    if (
        inquiry.case_id
        and Question.objects.running(timezone.now()).filter(case=inquiry.case_id).exists()
    ):
        raise Refused(
            _("A question to the seller is still open. Withdraw it first, or wait for the answer."),
            code="seller_may_answer",
        )


def already(client_id: UUID | None) -> Message | None:
    """The message that this form has made before, if it was sent twice; to be asked under the
    lock.
    """
    if client_id is None:
        return None
    return Message.objects.select_related("inquiry").filter(client_id=client_id).first()


def say(inquiry: Inquiry, author: str, at: datetime, **fields: Any) -> Message:
    """The next message of the inquiry; its number counts once `advance` has stored it."""
    return Message.objects.create(
        inquiry=inquiry, seq=inquiry.last_seq + 1, author=author, created_at=at, **fields
    )
