"""The queues: which inquiries, in which order, fifty at a time, and how many there are.

A page ends at a place (due time and key) that stands in the address of the next one: the page
after the hundredth costs what the first costs, and no row is shown twice or left out. Counts stop
at MOST: beyond it a number says nothing and costs time.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from caselog.models import Case, Entry
from csba.accounts.models import User
from csba.outbox.models import OutgoingMail
from inquiries.desk import rows
from inquiries.desk.rows import Cell, Row
from inquiries.desk.statements import NOW, PERSON, PLACE_AT, PLACE_PK, Statement, built
from inquiries.models import InboundMail, Inquiry

PAGE: Final = 50
MOST: Final = 99
LATELY: Final = timedelta(days=7)

_PLACE = re.compile(r"(\d{1,11})(?:\.(\d{1,9}))?-(\d{1,18})")
_EPOCH = datetime.fromtimestamp(0, UTC)

Rows = Callable[[datetime, User], QuerySet[Inquiry]]


@dataclass(frozen=True)
class View:
    """One queue. Its rows carry `sort_at`, the moment they are ordered by; `sorted_by` is the same
    moment among the columns of a row.
    """

    slug: str
    label: str | Promise
    rows: Rows
    empty: str | Promise
    sorted_by: str = "next_due_at"
    newest_first: bool = False
    counted: bool = True
    loud: bool = False


@dataclass(frozen=True)
class Page:
    """Up to PAGE rows; `after` is where the next page begins, empty on the last."""

    rows: list[Row]
    after: str


def _turn(at: datetime, user: User) -> QuerySet[Inquiry]:
    return Inquiry.objects.agents_turn(at).annotate(sort_at=F("next_due_at"))


def _mine(at: datetime, user: User) -> QuerySet[Inquiry]:
    return Inquiry.objects.waiting().filter(assignee=user).annotate(sort_at=F("next_due_at"))


def _overdue(at: datetime, user: User) -> QuerySet[Inquiry]:
    return Inquiry.objects.overdue(at).annotate(sort_at=F("next_due_at"))


def _seller(at: datetime, user: User) -> QuerySet[Inquiry]:
    return Inquiry.objects.waiting_for_seller(at).annotate(
        sort_at=F("case__questions__reply_due_at")
    )


def _routed(at: datetime, user: User) -> QuerySet[Inquiry]:
    return Inquiry.objects.filter(status=Inquiry.Status.ROUTED).annotate(sort_at=F("last_buyer_at"))


def _resolved(at: datetime, user: User) -> QuerySet[Inquiry]:
    lately = Inquiry.objects.filter(status=Inquiry.Status.RESOLVED, resolved_at__gte=at - LATELY)
    return lately.annotate(sort_at=F("resolved_at"))


VIEWS: Final[dict[str, View]] = {
    view.slug: view
    for view in (
        View("turn", _("Our turn"), _turn, _("Every buyer has an answer, or a seller is asked.")),
        View("mine", _("Mine"), _mine, _("You have taken nothing that waits for an answer.")),
        View(
            "overdue",
            _("Overdue"),
            _overdue,
            _("Every promise to a buyer is still being kept."),
            loud=True,
        ),
        View(
            "seller",
            _("Waiting for a seller"),
            _seller,
            _("No question to a seller is open."),
            sorted_by="asked_due_at",
        ),
        View(
            "routed",
            _("With the sellers"),
            _routed,
            _("No inquiry outside the service was handed to a seller."),
            sorted_by="last_buyer_at",
            newest_first=True,
        ),
        View(
            "resolved",
            _("Resolved lately"),
            _resolved,
            _("Nothing was resolved in the last seven days."),
            sorted_by="resolved_at",
            newest_first=True,
            counted=False,
        ),
    )
}
DEFAULT: Final = "turn"


class _Capped(Subquery):
    """How many rows a limited query has."""

    template = "(SELECT count(*) FROM (%(subquery)s) capped)"
    output_field = IntegerField()


def page(view: View, *, user: User, at: datetime, after: str = "") -> Page:
    """The page that begins at `after`; anything that is no place is the beginning. One
    statement.
    """
    given: dict[Any, Any] = {PERSON: user.pk}
    if (place := read_place(after)) is not None:
        given[PLACE_AT], given[PLACE_PK] = place
    cells: list[Cell] = _page_statement(view.slug, place is not None).ask(given, at)
    following = ""
    if len(cells) > PAGE:
        cells.pop()
        following = write_place(cells[-1].sort_at, cells[-1].pk)
    return Page(rows.prepare(cells, user=user, at=at), following)


@cache
def _page_statement(slug: str, behind: bool) -> Statement:
    """First the keys of one page by the queue's index, then all else for these fifty alone: joined
    beforehand, the planner would rather fetch and sort the whole queue.
    """
    view = VIEWS[slug]
    order = ("-sort_at", "-pk") if view.newest_first else ("sort_at", "pk")
    keys = view.rows(NOW, User(pk=PERSON))
    if behind:
        keys = _behind(keys, view, PLACE_AT, PLACE_PK)
    keys = keys.order_by(*order)
    of_page = Inquiry.objects.filter(pk__in=keys.values("pk")[: PAGE + 1])
    found = rows.with_question(of_page).annotate(sort_at=F(view.sorted_by)).order_by(*order)
    return built(found.values_list(*rows.COLUMNS))


def counts(user: User, at: datetime) -> dict[str, int]:
    """How many rows each counted queue has, at most MOST + 1; with them mail not understood, mail
    not sent and threads without an inquiry. One statement.
    """
    (found,) = _counts_statement().ask({PERSON: user.pk}, at)
    counted: dict[str, int] = found._asdict()
    return counted


@cache
def _counts_statement() -> Statement:
    person = User(pk=PERSON)
    queries: dict[str, QuerySet[Any]] = {
        view.slug: view.rows(NOW, person).order_by() for view in VIEWS.values() if view.counted
    }
    queries["quarantine"] = InboundMail.objects.quarantine()
    queries["unsent"] = OutgoingMail.objects.troubled()
    queries["cases"] = threads_our_turn()
    capped = {name: _Capped(found.values("pk")[: MOST + 1]) for name, found in queries.items()}
    return built(User.objects.filter(pk=PERSON).annotate(**capped).values(*capped))


def threads() -> QuerySet[Case]:
    """Open threads with sellers that belong to no inquiry (rulings 16).

    A question about an inquiry opens its case under this kind, so the index leaves them out.
    """
    return Case.objects.filter(
        ~Q(kind=Case.Kind.INQUIRY),
        ~Exists(Inquiry.objects.filter(case=OuterRef("pk"))),
        status=Case.Status.OPEN,
    )


def threads_our_turn() -> QuerySet[Case]:
    """Those of them in which the seller spoke last."""
    newest = Entry.objects.filter(
        case=OuterRef("pk"), seq=OuterRef("last_seq"), author=Entry.Author.SELLER
    )
    return threads().filter(Exists(newest))


def shown(count: int) -> str:
    """A count as a badge says it; nothing for none."""
    if count > MOST:
        return f"{MOST}+"
    return str(count) if count else ""


def write_place(moment: datetime, pk: int) -> str:
    """The place of a row, to the microsecond."""
    seconds, micros = divmod((moment - _EPOCH) // timedelta(microseconds=1), 1_000_000)
    return f"{seconds}.{micros:06d}-{pk}"


def read_place(text: str) -> tuple[datetime, int] | None:
    """The moment and key of a place; None for anything that is none."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    micros = int((found[2] or "").ljust(6, "0")[:6])
    return _EPOCH + timedelta(seconds=int(found[1]), microseconds=micros), int(found[3])


def _behind(found: QuerySet[Any], view: View, moment: datetime, pk: int) -> QuerySet[Any]:
    """The first condition alone bounds the index; the second drops the rest of its moment."""
    if view.newest_first:
        return found.filter(sort_at__lte=moment).filter(Q(sort_at__lt=moment) | Q(pk__lt=pk))
    return found.filter(sort_at__gte=moment).filter(Q(sort_at__gt=moment) | Q(pk__gt=pk))
