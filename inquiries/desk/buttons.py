"""Which buttons an inquiry has now, for this person. What presses them decides again."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from caselog.models import Question
from csba import promises
from csba.accounts.models import User
from inquiries.desk import guard, moments
from inquiries.desk.timeline import Seen
from inquiries.models import Inquiry

Status = Inquiry.Status

_OF_WHAT_WAS_SEEN = frozenset({"decide-inquiry", "resolve-inquiry", "hand-to-seller"})
"""Dialogs that are told what the page had shown when they were opened."""


@dataclass(frozen=True)
class Button:
    """A button does its thing by POST; one with a dialog asks first, a link leads to a page of its
    own. `more` stands in the menu.
    """

    label: str
    url: str
    dialog: bool = False
    link: bool = False
    more: bool = False
    danger: bool = False
    key: str = ""


@dataclass(frozen=True)
class Lane:
    """Whom the words of one composer reach; `closed` is the reason why it cannot be used now."""

    to: str
    note: str = ""
    closed: str = ""


def buttons(
    inquiry: Inquiry, question: Question | None, *, user: User, seen: Seen, at: datetime
) -> list[Button]:
    """The buttons in the order they stand; a button without the permission is not there."""
    held = {
        permission
        for permission in (guard.ANSWER, guard.ASK, guard.DECIDE, guard.MERGE, guard.LEAD)
        if user.has_perm(permission)
    }
    found: list[Button] = []

    def add(needed: str, name: str, label: str, **look: str | bool) -> None:
        if needed in held:
            url = reverse(f"admin:{name}", args=[inquiry.number])
            if name in _OF_WHAT_WAS_SEEN:
                url = f"{url}?seen={seen.seq}&seen_case={seen.case_seq}"
            found.append(Button(label, url, **look))  # type: ignore[arg-type]

    waits = question is not None and question.waits(at)
    open_now = inquiry.status == Status.OPEN
    if inquiry.assignee_id is None and inquiry.status in {Status.OPEN, Status.RESOLVED}:
        add(guard.ANSWER, "take-inquiry", _("Take"), key="i")
    elif inquiry.assignee_id == user.pk or (inquiry.assignee_id and guard.LEAD in held):
        add(guard.ANSWER, "release-inquiry", _("Release"))
    if open_now:
        if not waits:
            if inquiry.order_id is not None and inquiry.covered:
                add(guard.DECIDE, "judge-inquiry", _("Our judgment"), link=True)
            add(guard.DECIDE, "decide-inquiry", _("Decide…"), dialog=True)
            add(guard.ANSWER, "resolve-inquiry", _("Resolve…"), dialog=True, key="e")
        else:
            add(guard.ASK, "withdraw-question", _("Withdraw the question…"), dialog=True)
        if not inquiry.covered and inquiry.seller_id and not waits:
            add(guard.ANSWER, "hand-to-seller", _("Hand to the seller…"), dialog=True, more=True)
    elif Status.OPEN in Inquiry.MOVES[Status(inquiry.status)] and inquiry.status != Status.MERGED:
        add(guard.ANSWER, "reopen-inquiry", _("Reopen"))
    if inquiry.status == Status.MERGED:
        add(guard.MERGE, "undo-merge", _("Undo the merge"))
    elif inquiry.status != Status.SPAM:
        add(guard.ANSWER, "correct-reason", _("Contact reason…"), dialog=True, more=True, key="t")
        add(guard.MERGE, "merge-inquiry", _("Merge…"), dialog=True, more=True)
    if open_now and not waits:
        add(guard.ANSWER, "spam-inquiry", _("Spam…"), dialog=True, more=True, danger=True)
    return found


def buyer_lane(inquiry: Inquiry) -> Lane:
    """Words to the buyer of record."""
    name, address = inquiry.buyer_name, inquiry.buyer_email
    to = f"{name} <{address}>" if name and address else address or name
    closed = ""
    if not address:
        closed = _("The buyer's e-mail address is not known.")
    elif inquiry.status not in {Status.OPEN, Status.RESOLVED}:
        closed = _("“%s”: reopen it to write to the buyer.") % inquiry.get_status_display()
    note = _("by e-mail, in %(language)s") % {"language": inquiry.get_language_display()}
    return Lane(to or _("Unknown buyer"), note, closed)


def seller_lane(
    inquiry: Inquiry, question: Question | None, at: datetime, *, rounds_over: str
) -> Lane:
    """A question by the Case Log; `rounds_over` says why this person may ask no more."""
    seller = inquiry.seller
    if seller is None or inquiry.order_id is None:
        return Lane("", closed=_("Without an order there is no seller to ask."))
    closed = ""
    if inquiry.status != Status.OPEN:
        closed = _("“%s”: reopen it to ask the seller.") % inquiry.get_status_display()
    elif question is not None and question.waits(at):
        closed = _("The seller is asked and has time until %s.") % moments.full(
            question.reply_due_at
        )
    else:
        closed = rounds_over
    due = moments.short(at + promises.seller_reply(at))
    note = _("in the Case Log; reads %(language)s; answer by %(due)s") % {
        "language": seller.get_language_display(),
        "due": due,
    }
    return Lane(seller.name, note, closed)
