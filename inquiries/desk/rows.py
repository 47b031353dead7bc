"""One inquiry as a row of a queue: every word is ready, and safe, before the template sees it.

A page holds fifty rows of eighteen words each. What the template would do for every one of them
(escape it, look it up, write its date) is done here once a word.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Final, NamedTuple, TypedDict

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from caselog.models import Question
from csba.accounts.models import User
from csba.topics import Signal, Topic
from inquiries.desk import moments
from inquiries.models import Inquiry
from inquiries.models.inquiry import Channel


class Cell(NamedTuple):
    """The columns of a row as the database gives them."""

    pk: int
    number: str
    status: str
    channel: str
    topic: str
    signal: str
    buyer_name: str
    buyer_email: str
    order__number: str | None
    seller__short_name: str | None
    preview: str
    preview_by: str
    waiting_since: datetime | None
    next_due_at: datetime | None
    sort_at: datetime
    assignee_id: int | None
    assignee__name: str | None
    assignee__email: str | None
    asked: str | None
    asked_due_at: datetime | None


COLUMNS: Final = Cell._fields


class Badge(TypedDict):
    """A due time: short words, how urgent, and all of it for a title."""

    text: str
    level: str
    full: str


class Row(TypedDict):
    """What a list shows of one inquiry. A dictionary, because a template looks there first; all
    text is escaped.
    """

    number: str
    url: str
    icon: str
    channel: str
    buyer: str
    topic: str
    about: str
    line: str
    who: str
    due: Badge | None
    when: str
    signal: str
    owner: str
    initials: str
    mine: bool
    seller: str
    seller_level: str
    strip: str


class _Words(NamedTuple):
    """What a reader reads again and again."""

    topics: dict[str, SafeString]
    channels: dict[str, SafeString]
    signals: dict[str, SafeString]
    spoke: dict[str, SafeString]
    no_order: str
    unknown: SafeString


_NONE: Final = SafeString("")
_PLACE: Final = "INQ-00000000"


def with_question(rows: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """The same rows, each with the state of its newest question to the seller."""
    newest = Question.objects.filter(case=OuterRef("case")).order_by("-pk")
    return rows.annotate(
        asked=Subquery(newest.values("status")[:1]),
        asked_due_at=Subquery(newest.values("reply_due_at")[:1]),
    )


def prepare(cells: Iterable[Cell], *, user: User, at: datetime) -> list[Row]:
    """Rows from the columns of COLUMNS, in the reader's language and zone."""
    words = _words(get_language() or "")
    before, _place, behind = reverse("admin:inquiry", args=[_PLACE]).partition(_PLACE)

    def row(cell: Cell) -> Row:
        owner = cell.assignee__name or cell.assignee__email or ""
        seller, level = _seller(cell.asked, cell.asked_due_at, at)
        buyer = cell.buyer_name or cell.buyer_email
        order, short_name = cell.order__number or words.no_order, cell.seller__short_name
        due = None
        if cell.next_due_at is not None:
            due = _badge(cell.next_due_at, cell.waiting_since, at)
        return {
            "number": SafeString(cell.number),
            "url": SafeString(f"{before}{cell.number}{behind}"),
            "icon": SafeString(cell.channel.lower()),
            "channel": words.channels[cell.channel],
            "buyer": _safe(buyer) if buyer else words.unknown,
            "topic": words.topics[cell.topic],
            "about": _safe(f"{order} · {short_name}" if short_name else order),
            "line": _safe(cell.preview),
            "who": words.spoke.get(cell.preview_by, _NONE),
            "due": due,
            "when": _safe(moments.short(cell.sort_at)) if due is None else _NONE,
            "signal": words.signals.get(cell.signal, _NONE),
            "owner": _safe(owner),
            "initials": _safe(initials(owner)) if owner else _NONE,
            "mine": cell.assignee_id == user.pk,
            "seller": _safe(seller),
            "seller_level": SafeString(level),
            "strip": SafeString(_strip(cell, level)),
        }

    return [row(cell) for cell in cells]


def initials(name: str) -> str:
    """Two letters for an avatar; one character where a name has no spaces."""
    parts = name.split("@")[0].split()
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper() if parts else "?"


def _safe(text: str) -> SafeString:
    return SafeString(escape(text))


@lru_cache(maxsize=32)
def _words(language: str) -> _Words:
    """The labels in the language that is active."""
    return _Words(
        topics={topic.value: _safe(str(topic.label)) for topic in Topic},
        channels={channel.value: _safe(str(channel.label)) for channel in Channel},
        signals={signal.value: _safe(str(signal.label)) for signal in Signal if signal.value},
        spoke={
            "B": _safe(pgettext("who wrote", "Buyer")),
            "A": _safe(pgettext("who wrote", "We")),
            "S": _safe(pgettext("who wrote", "Seller")),
        },
        no_order=_("no order"),
        unknown=_safe(_("Unknown buyer")),
    )


def _badge(moment: datetime, since: datetime | None, at: datetime) -> Badge:
    due = moments.due(moment, since, at)
    return {"text": _safe(due.text), "level": SafeString(due.level), "full": _safe(due.full)}


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


def _strip(cell: Cell, seller_level: str) -> str:
    """Who is waited for: the mark at the left edge of a row."""
    if seller_level == "asked":
        return "seller"
    return "us" if cell.status == Inquiry.Status.OPEN and cell.waiting_since else "none"
