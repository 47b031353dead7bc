"""What all operations on an inquiry share: the lock, the next sequence number, one UPDATE, the
live hint.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from csba import live
from csba.errors import Conflict
from csba.moves import move
from inquiries.models import Inquiry
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


def refuse_if_stale(inquiry: Inquiry, seen_seq: int | None) -> None:
    """Conflict if something was said since the page was drawn; the caller keeps the text (helpdesk
    C2).
    """
    if seen_seq is not None and seen_seq < inquiry.last_seq:
        raise Conflict(
            _(
                "Something new has come in since you opened this page. Your text is kept; "
                "please read it and send again."
            ),
            code="stale",
        )


def preview(body: str) -> str:
    """The first words on one line, for lists."""
    line = " ".join(body.split())
    return line if len(line) <= PREVIEW else line[: PREVIEW - 1] + "…"
