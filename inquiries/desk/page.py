"""What the pages of the desk are made of: the rail, and for an inquiry its head, its ways to write
and all the rest.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from csba.staff import groups
from inquiries.desk import buttons, guard, moments, panels, queue, timeline
from inquiries.desk.guard import DeskRequest
from inquiries.models import Inquiry
from inquiries.operations import seller_input
from inquiries.rules import coverage


@dataclass
class Draft:
    """What a person had typed when it could not be sent, and why it could not."""

    lane: str = "buyer"
    form: django_forms.Form | None = None
    refusal: str = ""
    stale: bool = False
    seen: timeline.Seen = field(default_factory=timeline.Seen)


def show(
    request: DeskRequest, inquiry: Inquiry, draft: Draft | None = None, status: int = 200
) -> HttpResponse:
    """The page of an inquiry, with the draft that has just been refused."""
    at = timezone.now()
    draft = draft or Draft()
    story = timeline.load(inquiry, at=at, seen=draft.seen, user=request.user)
    user, seen = request.user, timeline.cursors(inquiry)
    context: dict[str, Any] = {
        "inquiry": inquiry,
        "story": story,
        "seen": seen,
        "head": head(inquiry, at),
        "buttons": buttons.buttons(inquiry, story.question, user=user, seen=seen, at=at),
        "panels": panels.load(inquiry, question=story.asked, at=at),
        "draft": draft,
        "lanes": lanes(request, inquiry, story, draft, at),
        "may_merge": user.has_perm(guard.MERGE),
        "topics": topics(inquiry),
        "section": "queue",
    }
    context |= rail(request, at, here="")
    return render(request, "inquiries/desk/inquiry.html", context, status=status)


@dataclass(frozen=True)
class Head:
    """The head of an inquiry's page in words."""

    state: str
    level: str
    owner: str
    due_name: str
    due: moments.Due | None
    verdict: str


def head(inquiry: Inquiry, at: datetime) -> Head:
    """State, owner, the one next deadline with its name, and whose inquiry it is and why."""
    status = Inquiry.Status(inquiry.status)
    state, level = str(status.label), "quiet"
    if status == Inquiry.Status.OPEN:
        waits = inquiry.waiting_since is not None
        state, level = (_("Buyer waits"), "warn") if waits else (_("Open, answered"), "ok")
    elif status == Inquiry.Status.RESOLVED and inquiry.outcome:
        state = f"{state}: {inquiry.get_outcome_display()}"
    due, name = None, ""
    if inquiry.next_due_at is not None:
        due = moments.due(inquiry.next_due_at, inquiry.waiting_since, at)
        first = inquiry.next_due_at == inquiry.first_response_due_at
        name = _("First answer due") if first else _("Answer promised")
    return Head(
        state=state,
        level=level,
        owner=str(inquiry.assignee) if inquiry.assignee is not None else "",
        due_name=name,
        due=due,
        verdict=coverage.sentence(inquiry.verdict, inquiry.verdict_facts, short=True),
    )


def lanes(
    request: DeskRequest,
    inquiry: Inquiry,
    story: timeline.Timeline,
    draft: Draft,
    at: datetime,
) -> list[dict[str, Any]]:
    """The three ways to write; who may not write has none."""
    found: list[dict[str, Any]] = []

    def add(name: str, label: str, key: str, url: str, lane: buttons.Lane, **more: Any) -> None:
        mine = draft.lane == name
        form = draft.form if mine else None
        kept = form.data if form is not None else {}
        found.append(
            {
                "name": name,
                "label": label,
                "key": key,
                "url": reverse(f"admin:{url}", args=[inquiry.number]),
                "lane": lane,
                "chosen": mine,
                "body": kept.get("body", ""),
                # A refused form keeps its id: sent again it is still the same message.
                "client_id": kept.get("client_id") or uuid.uuid4(),
                "errors": [
                    error for errors in (form.errors.values() if form else ()) for error in errors
                ],
                **more,
            }
        )

    user = request.user
    if user.has_perm(guard.ANSWER):
        add("buyer", _("Buyer"), "r", "reply-inquiry", buttons.buyer_lane(inquiry))
    if user.has_perm(guard.ASK):
        over = seller_input.rounds_over(story.settled, at=at, by=user)
        lane = buttons.seller_lane(inquiry, story.question, at, rounds_over=over)
        add("seller", _("Ask the seller"), "q", "ask-seller", lane)
    if user.has_perm(guard.ANSWER):
        add(
            "note",
            pgettext("words for staff", "Note"),
            "n",
            "note-inquiry",
            buttons.Lane(_("Only staff see this.")),
        )
    return found


def shown_before(asked: QueryDict) -> timeline.Seen:
    """How far the page that asks had shown the inquiry and its case, from its address."""

    def number(name: str) -> int | None:
        found = asked.get(name, "")
        return int(found) if found.isdecimal() and len(found) < 10 else None

    return timeline.Seen(number("seen"), number("seen_case"))


def topics(inquiry: Inquiry) -> str:
    """The live topics of an inquiry's page: its own, its case's, and the queue for the counts."""
    case = f" case:{inquiry.case.number}" if inquiry.case is not None else ""
    return f"queue inquiry:{inquiry.number}{case}"


def rail(request: DeskRequest, at: datetime, *, here: str) -> dict[str, Any]:
    """The queues at the left, each with its count."""
    found = queue.counts(request.user, at)
    entries = [
        {
            "label": view.label,
            "url": reverse("admin:queue", args=[view.slug]),
            "count": queue.shown(found.get(view.slug, 0)),
            "here": view.slug == here,
            "loud": view.loud,
        }
        for view in queue.VIEWS.values()
    ]
    also = [
        {
            "label": _("Case Log, our turn"),
            "url": reverse("admin:cases"),
            "count": queue.shown(found["cases"]),
            "here": here == "cases",
        },
        {
            "label": _("Mail not understood"),
            "url": reverse("admin:inquiries_inboundmail_changelist") + "?status__exact=FAILED",
            "count": queue.shown(found["quarantine"]),
            "loud": True,
        },
        {
            "label": _("Mail not sent"),
            "url": reverse("admin:outbox_outgoingmail_changelist")
            + "?status__in=FAILED%2CUNCERTAIN",
            "count": queue.shown(found["unsent"]),
            "loud": True,
        },
    ]
    return {
        "rail": entries,
        "rail_also": also,
        "rail_groups": groups(request.user, at, here),
        "rail_here": here,
    }
