"""One inquiry as a row of a queue: every word is ready before the template sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from caselog.models import Question
from csba.accounts.models import User
from csba.topics import Signal, Topic
from inquiries.desk import moments
from inquiries.desk.moments import Due
from inquiries.models import Inquiry
from inquiries.models.inquiry import Channel

COLUMNS: Final = (
    "pk",
    "number",
    "status",
    "channel",
    "topic",
    "signal",
    "buyer_name",
    "buyer_email",
    "order__number",
    "seller__short_name",
    "preview",
    "preview_by",
    "waiting_since",
    "next_due_at",
    "sort_at",
    "assignee_id",
    "assignee__name",
    "assignee__email",
    "asked",
    "asked_due_at",
)


@dataclass(frozen=True, slots=True)
class Row:
    """What a list shows of one inquiry."""

    number: str
    url: str
    icon: str
    channel: str
    buyer: str
    topic: str
    about: str
    line: str
    who: str
    due: Due | None
    when: str
    signal: str
    owner: str
    initials: str
    mine: bool
    seller: str
    seller_level: str
    strip: str


@dataclass(frozen=True)
class _Words:
    """Labels in the reader's language, looked up once a page and not once a row."""

    topics: dict[str, str]
    channels: dict[str, str]
    signals: dict[str, str]
    spoke: dict[str, str]


def with_question(rows: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """The same rows, each with the state of its newest question to the seller."""
    newest = Question.objects.filter(case=OuterRef("case")).order_by("-pk")
    return rows.annotate(
        asked=Subquery(newest.values("status")[:1]),
        asked_due_at=Subquery(newest.values("reply_due_at")[:1]),
    )


def prepare(cells: Iterable[Any], *, user: User, at: datetime) -> list[Row]:
    """Rows from the columns of COLUMNS, in the reader's language and zone."""
    words = _Words(
        topics={topic.value: str(topic.label) for topic in Topic},
        channels={channel.value: str(channel.label) for channel in Channel},
        signals={signal.value: str(signal.label) for signal in Signal if signal.value},
        spoke={
            "B": pgettext("who wrote", "Buyer"),
            "A": pgettext("who wrote", "We"),
            "S": pgettext("who wrote", "Seller"),
        },
    )
    return [_row(cell, user, at, words) for cell in cells]


def initials(name: str) -> str:
    """Two letters for an avatar; one character where a name has no spaces."""
    parts = name.split("@")[0].split()
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper() if parts else "?"


def _row(cell: Any, user: User, at: datetime, words: _Words) -> Row:
    owner = cell.assignee__name or cell.assignee__email or ""
    seller, level = _seller(cell.asked, cell.asked_due_at, at)
    due = None
    if cell.next_due_at is not None:
        due = moments.due(cell.next_due_at, cell.waiting_since, at)
    about = (cell.order__number or _("no order"), cell.seller__short_name)
    return Row(
        number=cell.number,
        url=reverse("admin:inquiry", args=[cell.number]),
        icon=cell.channel.lower(),
        channel=words.channels[cell.channel],
        buyer=cell.buyer_name or cell.buyer_email or _("Unknown buyer"),
        topic=words.topics[cell.topic],
        about=" · ".join(part for part in about if part),
        line=cell.preview,
        who=words.spoke.get(cell.preview_by, ""),
        due=due,
        when=moments.short(cell.sort_at) if due is None and cell.sort_at is not None else "",
        signal=words.signals.get(cell.signal, ""),
        owner=owner,
        initials=initials(owner) if owner else "",
        mine=cell.assignee_id == user.pk,
        seller=seller,
        seller_level=level,
        strip=_strip(cell, level),
    )


def _seller(asked: str | None, due_at: datetime | None, at: datetime) -> tuple[str, str]:
    """How it stands with the seller, in words, and how loud."""
    if asked is None or due_at is None or asked == Question.Status.WITHDRAWN:
        return "", ""
    if asked == Question.Status.ANSWERED:
        return _("Seller answered"), "ok"
    if asked == Question.Status.WAIVED:
        return _("Seller left it to us"), "ok"
    if asked == Question.Status.LAPSED or due_at <= at:
        return _("Seller silent"), "bad"
    return _("Seller asked, %(left)s left") % {"left": moments.span(due_at - at)}, "asked"


def _strip(cell: Any, seller_level: str) -> str:
    """Who is waited for: the mark at the left edge of a row."""
    if seller_level == "asked":
        return "seller"
    return "us" if cell.status == Inquiry.Status.OPEN and cell.waiting_since else "none"
