"""A seller's cases, fifty at a time: those that need an answer first, nearest deadline first, then
what is open or moved lately, newest first.

The place where a page ends is kept in the address of the next one, so that page 40 costs what page
1 costs and no row is counted.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from caselog.models import Case, Question
from caselog.rules import deadlines
from sellers.models import Seller

PAGE = 50
LATELY = timedelta(days=30)
"""How long a closed case stays in the list without being asked for; older ones are behind «Show
all».
"""

_PLACE = re.compile(r"(?P<part>[nr])(?:(?P<micros>\d{1,18})-(?P<pk>\d{1,18}))?")
_BADGES = {
    Question.Status.ANSWERED: "ok",
    Question.Status.LAPSED: "bad",
    Question.Status.OPEN: "warn",
}


@dataclass(frozen=True)
class Row:
    """One case as the list shows it, all in words."""

    number: str
    subject: str
    about: str
    state: str
    badge: str
    moved: str
    due: "Due | None" = None


@dataclass(frozen=True)
class Due:
    """A deadline in words: in the seller's zone and, where that differs, in the marketplace's."""

    at: datetime
    here: str
    there: str


@dataclass(frozen=True)
class Listing:
    """One page; `after` is the place where the next one begins, empty on the last."""

    waiting: list[Row]
    others: list[Row]
    after: str


def due(moment: datetime, seller: Seller) -> Due:
    """The deadline as this seller reads it."""
    here = deadlines.in_zone(moment, seller.time_zone)
    there = deadlines.in_zone(moment, settings.CSBA_MARKETPLACE_ZONE)
    return Due(moment, here, there if there != here else "")


def state(status: str, waits: bool) -> tuple[str, str]:
    """The question's state in words, and its badge; what is over its time is lapsed, swept or
    not.
    """
    shown = Question.Status(status)
    if shown == Question.Status.OPEN and not waits:
        shown = Question.Status.LAPSED
    return str(shown.label), _BADGES.get(shown, "quiet")


def page(seller: Seller, *, at: datetime, after: str, everything: bool) -> Listing:
    """The page that begins at `after`; two statements at most, however many cases there are."""
    part, moment, pk = _place(after)
    waiting: list[Question] = []
    if part == "n":
        waiting = list(_waiting(seller, at, moment, pk)[: PAGE + 1])
        moment = pk = None
        if len(waiting) > PAGE:
            last = waiting[PAGE - 1]
            rows = [_waiting_row(question, seller) for question in waiting[:PAGE]]
            return Listing(rows, [], _place_after("n", last.reply_due_at, last.pk))
    room = PAGE - len(waiting)
    others = list(_others(seller, at, moment, pk, everything)[: room + 1])
    following = ""
    if len(others) > room:
        others = others[:room]
        last_case = others[-1] if others else None
        following = (
            _place_after("r", last_case.last_entry_at, last_case.pk)
            if last_case is not None and last_case.last_entry_at is not None
            else "r"
        )
    return Listing(
        [_waiting_row(question, seller) for question in waiting],
        [_other_row(case) for case in others],
        following,
    )


def _waiting(
    seller: Seller, at: datetime, moment: datetime | None, pk: int | None
) -> QuerySet[Question]:
    rows = Question.objects.running(at).filter(case__seller=seller).select_related("case")
    if moment is not None:
        rows = rows.filter(Q(reply_due_at__gt=moment) | Q(reply_due_at=moment, pk__gt=pk))
    return rows.order_by("reply_due_at", "pk")


def _others(
    seller: Seller, at: datetime, moment: datetime | None, pk: int | None, everything: bool
) -> QuerySet[Case]:
    rows = Case.objects.for_seller(seller).filter(last_entry_at__isnull=False)
    if not everything:
        rows = rows.filter(Q(status=Case.Status.OPEN) | Q(last_entry_at__gte=at - LATELY))
    if moment is not None:
        rows = rows.filter(last_entry_at__lte=moment)
        rows = rows.exclude(last_entry_at=moment, pk__gte=pk)
    newest = Question.objects.filter(case=OuterRef("pk")).order_by("-pk").values("status")
    return (
        rows.exclude(Exists(Question.objects.running(at).filter(case=OuterRef("pk"))))
        .annotate(asked=Subquery(newest[:1]))
        .order_by("-last_entry_at", "-pk")
    )


def _waiting_row(question: Question, seller: Seller) -> Row:
    words, badge = state(question.status, waits=True)
    return _row(question.case, words, badge, due(question.reply_due_at, seller))


def _other_row(case: Case) -> Row:
    asked = getattr(case, "asked", None)
    if case.status == Case.Status.CLOSED:
        return _row(case, case.get_status_display(), "quiet")
    if asked is None:
        return _row(case, _("To be read"), "quiet")
    return _row(case, *state(asked, waits=False))


def _row(case: Case, words: str, badge: str, deadline: Due | None = None) -> Row:
    moved = timezone.localtime(case.last_entry_at) if case.last_entry_at else None
    return Row(
        number=str(case.number),
        subject=case.subject,
        about=case.get_kind_display(),
        state=words,
        badge=badge,
        moved=formats.date_format(moved, "SHORT_DATETIME_FORMAT") if moved else "",
        due=deadline,
    )


def _place(text: str) -> tuple[str, datetime | None, int | None]:
    """Where a page begins; anything that is no place is the beginning."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return "n", None, None
    if found["micros"] is None:
        return found["part"], None, None
    moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(found["micros"]))
    return found["part"], moment, int(found["pk"])


def _place_after(part: str, moment: datetime, pk: int) -> str:
    micros = (moment - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
    return f"{part}{micros}-{pk}"
