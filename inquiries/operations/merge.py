"""Two inquiries about one thing become one; for ten minutes it can be undone (helpdesk D7)."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from caselog.models import Case
from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import read
from csba.journal import write as journal
from inquiries.models import Inquiry
from inquiries.operations._thread import advance, clock_stamps, locked
from inquiries.rules import deadlines
from inquiries.rules.deadlines import Clocks

UNDO_WITHIN = timedelta(minutes=10)


@transaction.atomic
def merge(inquiry: Inquiry, into: Inquiry, *, by: User) -> Inquiry:
    """`inquiry` points to the other, which keeps the earlier of both promises and is returned.

    Its messages stay where they are and are shown in the other's timeline. Only inquiries of one
    buyer merge.
    """
    at = timezone.now()
    # Always locked in the order of their keys, so that two merges never wait for each other.
    now = {one.pk: locked(one) for one in sorted([inquiry, into], key=lambda one: one.pk)}
    source, target = now[inquiry.pk], now[into.pk]
    _may_merge(inquiry, source, target)
    moved = _hand_over_case(source, target)
    before = {
        "status": source.status,
        "case": moved.pk if moved else None,
        "resolved_at": source.resolved_at,
        "waiting_since": source.waiting_since,
        "promise_due_at": source.promise_due_at,
        "next_due_at": source.next_due_at,
    }
    kept = deadlines.earlier(_clocks(source), _clocks(target))
    advance(source, Inquiry.Status.MERGED, merged_into=target, **clock_stamps(deadlines.STOPPED))
    stamps: dict[str, Any] = {"last_buyer_at": max(source.last_buyer_at, target.last_buyer_at)}
    if kept.waiting_since is not None:
        stamps |= clock_stamps(kept)
    if moved is not None:
        stamps["case"] = moved
    reopens = kept.waiting_since is not None and target.status == Inquiry.Status.RESOLVED
    if reopens:
        stamps |= {"resolved_at": None, "outcome": ""}
    advance(target, Inquiry.Status.OPEN if reopens else None, **stamps)
    journal.write_many(
        [
            journal.line(
                source,
                "merged_away",
                at=at,
                actor=journal.Actor.AGENT,
                user=by,
                into=target,
                before=before,
            ),
            journal.line(
                target, "merged_in", at=at, actor=journal.Actor.AGENT, user=by, source=source
            ),
        ]
    )
    return target


@transaction.atomic
def undo(inquiry: Inquiry, *, by: User) -> None:
    """The merged inquiry stands alone again, with the clocks it had; the other keeps its own."""
    at = timezone.now()
    source = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    line = read.of(source).filter(verb="merged_away").last()
    if source.status != Inquiry.Status.MERGED or line is None:
        raise Refused(_("This inquiry is not merged."))
    if at - line.at > UNDO_WITHIN:
        raise Refused(_("A merge can be undone for ten minutes; this one is older."))
    before = line.facts["before"]
    target = Inquiry.objects.select_for_update(of=("self",)).get(merged=source)
    stamps: dict[str, Any] = {
        name: parse_datetime(before[name]) if before[name] else None
        for name in ("waiting_since", "promise_due_at", "next_due_at", "resolved_at")
    }
    if before["case"] and target.case_id == before["case"]:
        advance(target, case=None)
        stamps["case"] = Case.objects.get(pk=before["case"])
    advance(source, before["status"], merged_into=None, **stamps)
    journal.write(source, "merge_undone", at=at, actor=journal.Actor.AGENT, user=by, was_in=target)


def _may_merge(asked: Inquiry, source: Inquiry, target: Inquiry) -> None:
    if source.pk != asked.pk:
        raise Refused(_("This inquiry is already merged."))
    if source.pk == target.pk:
        raise Refused(_("An inquiry cannot be merged into itself."))
    if target.status not in {Inquiry.Status.OPEN, Inquiry.Status.RESOLVED}:
        raise Refused(
            _("The other inquiry is “%s”: merge into an open one.") % target.get_status_display()
        )
    if not source.buyer_email or source.buyer_email != target.buyer_email:
        raise Refused(
            _(
                "These inquiries are from different buyers: merging would show one the other's "
                "words."
            )
        )
    if source.order_id and target.order_id and source.seller_id != target.seller_id:
        raise Refused(_("These inquiries concern different sellers and cannot be merged."))


def _hand_over_case(source: Inquiry, target: Inquiry) -> Case | None:
    """The case of the source goes with it, if the target has none of its own."""
    if source.case is None:
        return None
    if target.case is not None:
        raise Refused(_("Both have a case with the seller: close one of them first."))
    moved = source.case
    advance(source, case=None)
    return moved


def _clocks(inquiry: Inquiry) -> Clocks:
    return Clocks(inquiry.waiting_since, inquiry.promise_due_at, inquiry.next_due_at)
