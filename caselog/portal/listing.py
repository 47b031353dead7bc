"""A seller's cases, fifty at a time: those that need an answer first, nearest deadline first, then
what is open or moved lately, newest first.

The place where a page ends is kept in the address of the next one, so that page 40 costs what page
1 costs and no row is counted.
"""

import functools
import operator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from caselog.models import Case, Question
from caselog.rules import deadlines
from csba import places
from csba.numbers import tidy
from sellers.models import Seller
from sellers.rules.product_search import words_asked

PAGE = 50
LATELY = timedelta(days=30)
"""How long a closed case stays in the list without being asked for; older ones are behind «Show
all».
"""

LONGEST_SEARCH = 200
"""Characters of a search; what follows is left out."""


class Show(models.TextChoices):
    """Which cases the list holds; DEFAULT is what needs an answer, is open or moved lately."""

    DEFAULT = "", pgettext_lazy("cases", "Lately")
    ATTENTION = "attention", gettext_lazy("Needs your answer")
    OPEN = "open", pgettext_lazy("cases", "Open")
    ANSWERED = "answered", pgettext_lazy("cases", "Answered")
    REOPENED = "reopened", pgettext_lazy("cases", "Reopened")
    ALL = "all", pgettext_lazy("cases", "All")


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
    reopened: str = ""
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
    show: Show = Show.DEFAULT
    words: str = ""

    @property
    def shows(self) -> list[Show]:
        """The filters in the order of the page."""
        return list(Show)


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


def page(
    seller: Seller, *, at: datetime, after: str = "", show: str = "", words: str = ""
) -> Listing:
    """The page that begins at `after`, of the cases that `show` names and that are found by
    `words`; two statements at most, however many cases there are.
    """
    chosen = Show(show) if show in Show.values else Show.DEFAULT
    words = " ".join(words.replace("\x00", " ").split())[:LONGEST_SEARCH]
    part, moment, pk = _place(after)
    waiting: list[Question] = []
    if part == "n" and chosen != Show.ANSWERED:
        waiting = list(_waiting(seller, at, moment, pk, chosen, words)[: PAGE + 1])
        moment = pk = None
        if len(waiting) > PAGE:
            last = waiting[PAGE - 1]
            rows = [_waiting_row(question, seller) for question in waiting[:PAGE]]
            following = "n" + places.written(last.reply_due_at, last.pk)
            return Listing(rows, [], following, chosen, words)
    others: list[Case] = []
    following = ""
    if chosen != Show.ATTENTION:
        room = PAGE - len(waiting)
        others = list(_others(seller, at, moment, pk, chosen, words)[: room + 1])
        if len(others) > room:
            others = others[:room]
            following = "r"
            if others and others[-1].last_entry_at is not None:
                following += places.written(others[-1].last_entry_at, others[-1].pk)
    return Listing(
        [_waiting_row(question, seller) for question in waiting],
        [_other_row(case) for case in others],
        following,
        chosen,
        words,
    )


def _waiting(
    seller: Seller, at: datetime, moment: datetime | None, pk: int | None, show: Show, words: str
) -> QuerySet[Question]:
    rows = Question.objects.running(at).filter(case__seller=seller).select_related("case")
    if show == Show.REOPENED:
        rows = rows.filter(case__reopened__gt=0)
    if words:
        rows = rows.filter(_found_by(words, "case__"))
    if moment is not None:
        rows = rows.filter(Q(reply_due_at__gt=moment) | Q(reply_due_at=moment, pk__gt=pk))
    return rows.order_by("reply_due_at", "pk")


def _others(
    seller: Seller, at: datetime, moment: datetime | None, pk: int | None, show: Show, words: str
) -> QuerySet[Case]:
    newest = Question.objects.filter(case=OuterRef("pk")).order_by("-pk").values("status")
    rows = Case.objects.for_seller(seller).filter(last_entry_at__isnull=False)
    rows = rows.annotate(asked=Subquery(newest[:1]))
    match show:
        case Show.DEFAULT:
            # Who searches, searches in all of them.
            if not words:
                lately = Q(last_entry_at__gte=at - LATELY)
                rows = rows.filter(Q(status=Case.Status.OPEN) | lately)
        case Show.OPEN:
            rows = rows.filter(status=Case.Status.OPEN)
        case Show.ANSWERED:
            rows = rows.filter(asked=Question.Status.ANSWERED)
        case Show.REOPENED:
            rows = rows.filter(reopened__gt=0)
    if words:
        rows = rows.filter(_found_by(words))
    if moment is not None:
        rows = rows.filter(last_entry_at__lte=moment)
        rows = rows.exclude(last_entry_at=moment, pk__gte=pk)
    running = Question.objects.running(at).filter(case=OuterRef("pk"))
    return rows.exclude(Exists(running)).order_by("-last_entry_at", "-pk")


def _found_by(words: str, case: str = "") -> Q:
    """Cases with these words in subject or text, as they are or by their stem, or with this
    number.
    """
    stems = [
        SearchQuery(words_asked(words), config="simple", search_type="websearch"),
        SearchQuery(words, config="german", search_type="websearch"),
        SearchQuery(words, config="english", search_type="websearch"),
    ]
    found = Q(**{f"{case}search": functools.reduce(operator.or_, stems)})
    found |= Q(**{f"{case}number": tidy(words)})
    found |= Q(**{f"{case}order__number": words})
    return found


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
        reopened=ngettext("Reopened once", "Reopened %(count)d times", case.reopened)
        % {"count": case.reopened}
        if case.reopened
        else "",
        moved=formats.date_format(moved, "SHORT_DATETIME_FORMAT") if moved else "",
        due=deadline,
    )


def _place(text: str) -> tuple[str, datetime | None, int | None]:
    """Where a page begins; anything that is no place is the beginning."""
    part, place = text[:1], text[1:]
    if part == "r" and not place:
        return "r", None, None
    found = places.read(place) if part in ("n", "r") else None
    return ("n", None, None) if found is None else (part, *found)
