"""The list of threads with sellers that belong to no inquiry: by kind, fifty at a time.

Selling Partner Support is the kind with a queue of its own, sorted by who waits longest: since the
first words of the seller that nobody has answered, so that asking again moves nobody back. The
other lists run along the index of the last entry.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, NullIf
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from caselog.models import Case, Entry
from caselog.rules.support import TOPIC_KEY, SupportTopic
from csba.counting import capped, shown
from inquiries.desk import moments, queue

SUPPORT: Final = "support"


@dataclass(frozen=True)
class Filter:
    """One kind of thread as the page names it."""

    kind: str
    label: str | Promise


FILTERS: Final[dict[str, Filter]] = {
    SUPPORT: Filter(Case.Kind.SUPPORT, _("Selling Partner Support")),
    "policy": Filter(Case.Kind.POLICY, _("Return policies")),
    "transfer": Filter(Case.Kind.TRANSFER, _("Transferred messages")),
    "notices": Filter(Case.Kind.NOTICE, pgettext_lazy("Case Log", "Notices")),
    "changes": Filter(Case.Kind.ORDER, _("Changes of orders")),
}


@dataclass(frozen=True)
class Row:
    """One thread, all in words."""

    number: str
    subject: str
    seller: str
    about: str
    moved: str
    answered_by: str


@dataclass(frozen=True)
class Listing:
    """Up to queue.PAGE rows; `after` is where the next page begins, empty on the last."""

    rows: list[Row]
    after: str


def listing(name: str, *, everything: bool, after: str) -> Listing:
    """Open threads of the filter `name` (all kinds when there is none of this name) in which the
    seller spoke last; with `everything` also the others. One statement.
    """
    found = _of_kind(queue.threads() if everything else queue.threads_our_turn(), name)
    waits = name == SUPPORT and not everything
    found = found.annotate(sort_at=_waiting_since() if waits else F("last_entry_at"))
    if (place := queue.read_place(after)) is not None:
        moment, pk = place
        found = found.filter(sort_at__gte=moment).filter(Q(sort_at__gt=moment) | Q(pk__gt=pk))
    found = found.annotate(answered_by=_answered_by(), about=_topic())
    cases = list(found.select_related("seller").order_by("sort_at", "pk")[: queue.PAGE + 1])
    following = ""
    if len(cases) > queue.PAGE:
        cases.pop()
        following = queue.write_place(_sort_at(cases[-1]), cases[-1].pk)
    return Listing([_row(case) for case in cases], following)


def tabs(chosen: str, *, everything: bool) -> list[dict[str, Any]]:
    """The filters, each with how many threads wait for us; one statement."""
    ours = queue.threads_our_turn()
    counts = capped({name: _of_kind(ours, name) for name in FILTERS})
    show = "&show=all" if everything else ""
    return [
        {
            "label": found.label,
            "query": f"?kind={name}{show}",
            "count": shown(counts[name]),
            "here": name == chosen,
        }
        for name, found in FILTERS.items()
    ]


def _of_kind(cases: QuerySet[Case], name: str) -> QuerySet[Case]:
    return cases.filter(kind=FILTERS[name].kind) if name in FILTERS else cases


def _waiting_since() -> Coalesce:
    """The moment of the seller's first words since the desk's last."""
    entries = Entry.objects.filter(case=OuterRef("pk"), author=Entry.Author.SELLER)
    desk = Entry.objects.filter(case=OuterRef("case"), author=Entry.Author.DESK)
    last = Subquery(desk.order_by("-seq").values("seq")[:1])
    first = entries.filter(seq__gt=Coalesce(last, Value(0))).order_by("seq")
    return Coalesce(Subquery(first.values("created_at")[:1]), F("last_entry_at"))


def _answered_by() -> Subquery:
    """Who of the desk wrote last."""
    desk = Entry.objects.filter(
        case=OuterRef("pk"), author=Entry.Author.DESK, user__isnull=False
    ).order_by("-seq")
    name = Coalesce(NullIf("user__name", Value("")), "user__email", output_field=CharField())
    return Subquery(desk.values(person=name)[:1])


def _topic() -> Subquery:
    """What a question to support is about, as its first entry keeps it."""
    first = Entry.objects.filter(case=OuterRef("pk"), seq=1)
    return Subquery(first.values(topic=KT(f"answers_given__{TOPIC_KEY}"))[:1])


def _sort_at(case: Case) -> datetime:
    found: datetime = case.sort_at  # type: ignore[attr-defined]
    return found


def _row(case: Case) -> Row:
    sort_at = getattr(case, "sort_at", None)
    topic: str = getattr(case, "about", None) or ""
    known = topic in SupportTopic.values
    return Row(
        number=str(case.number),
        subject=case.subject,
        seller=case.seller.name,
        about=str(SupportTopic(topic).label if known else case.get_kind_display()),
        moved=moments.short(sort_at) if sort_at else "",
        answered_by=getattr(case, "answered_by", None) or "",
    )
