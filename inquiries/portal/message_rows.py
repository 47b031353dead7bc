"""A seller's buyer messages, twenty-five at a time: the open ones first, by their due time, then
the settled ones, newest first.

The place where a page ends is kept in the address of the next one; no row is counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from caselog.rules import deadlines
from csba import places
from inquiries.models import BuyerMessage
from inquiries.rules import outgoing_words
from sellers.models import Seller

PAGE: Final = 25

Status = BuyerMessage.Status

_BADGES: Final = {
    Status.OPEN: "warn",
    Status.ANSWERED: "ok",
    Status.TRANSFERRED: "ok",
    Status.NO_RESPONSE: "quiet",
}


class Show(models.TextChoices):
    """Which messages the list holds; DEFAULT is all of them, the open ones first."""

    DEFAULT = "", pgettext_lazy("buyer messages", "All")
    OPEN = "open", gettext_lazy("Needs your answer")
    ANSWERED = "answered", pgettext_lazy("buyer messages", "Answered")
    NO_RESPONSE = "no-response", gettext_lazy("No response needed")
    TRANSFERRED = "transferred", gettext_lazy("Transferred to CSBA")


_OF_SHOW: Final = {
    Show.ANSWERED: Status.ANSWERED,
    Show.NO_RESPONSE: Status.NO_RESPONSE,
    Show.TRANSFERRED: Status.TRANSFERRED,
}


@dataclass(frozen=True)
class Due:
    """A deadline in words: in the seller's zone and, where that differs, in the marketplace's."""

    at: datetime
    here: str
    there: str
    over: bool


@dataclass(frozen=True)
class Row:
    """One message as a list shows it, all in words."""

    number: str
    subject: str
    reason: str
    order: str
    state: str
    badge: str
    received: str
    due: Due | None = None


@dataclass(frozen=True)
class Listing:
    """One page; `after` is the place where the next one begins, empty on the last."""

    waiting: list[Row]
    others: list[Row]
    after: str
    show: Show

    @property
    def shows(self) -> list[Show]:
        """The filters in the order of the page."""
        return list(Show)


def due(moment: datetime, seller: Seller, at: datetime) -> Due:
    """The deadline as this seller reads it at `at`."""
    here = deadlines.in_zone(moment, seller.time_zone)
    there = deadlines.in_zone(moment, settings.CSBA_MARKETPLACE_ZONE)
    return Due(moment, here, there if there != here else "", moment <= at)


def state(message: BuyerMessage) -> tuple[str, str]:
    """How the message stands in words, and its badge."""
    late = message.settled_at is not None and message.settled_at > message.response_due_at
    if message.status == Status.ANSWERED and late:
        return _("Answered late"), "warn"
    return message.get_status_display(), _BADGES[Status(message.status)]


def without_addresses(text: str) -> str:
    """A buyer's words as their seller reads them: e-mail addresses stay with us."""
    return outgoing_words.without_addresses(text, _("[e-mail address hidden]"))


def first_due(seller: Seller, at: datetime, most: int) -> list[Row]:
    """The open messages whose time is over soonest; one statement."""
    return [_row(found, seller, at) for found in _open(seller, None)[:most]]


def page(seller: Seller, *, at: datetime, after: str = "", show: str = "") -> Listing:
    """The page that begins at `after`, of the messages that `show` names; two statements at
    most.
    """
    chosen = Show(show) if show in Show.values else Show.DEFAULT
    part, place = _place(after)
    waiting: list[BuyerMessage] = []
    following = ""
    if part == "n" and chosen in {Show.DEFAULT, Show.OPEN}:
        waiting, more = _cut(_open(seller, place), PAGE)
        place = None
        if more:
            following = "n" + _after(waiting, lambda found: found.response_due_at)
    others: list[BuyerMessage] = []
    if not following and chosen != Show.OPEN:
        others, more = _cut(_settled(seller, chosen, place), PAGE - len(waiting))
        if more:
            following = "r" + _after(others, lambda found: found.received_at)
    return Listing(
        [_row(found, seller, at) for found in waiting],
        [_row(found, seller, at) for found in others],
        following,
        chosen,
    )


def _open(seller: Seller, place: tuple[datetime, int] | None) -> QuerySet[BuyerMessage]:
    rows = BuyerMessage.objects.for_seller(seller).filter(status=Status.OPEN)
    if place is not None:
        moment, pk = place
        rows = rows.filter(
            Q(response_due_at__gt=moment) | Q(response_due_at=moment, pk__gt=pk),
            response_due_at__gte=moment,
        )
    return rows.select_related("order").order_by("response_due_at", "pk")


def _settled(
    seller: Seller, show: Show, place: tuple[datetime, int] | None
) -> QuerySet[BuyerMessage]:
    rows = BuyerMessage.objects.for_seller(seller)
    if show in _OF_SHOW:
        rows = rows.filter(status=_OF_SHOW[show])
    else:
        rows = rows.exclude(status=Status.OPEN)
    if place is not None:
        moment, pk = place
        rows = rows.filter(
            Q(received_at__lt=moment) | Q(received_at=moment, pk__lt=pk), received_at__lte=moment
        )
    return rows.select_related("order").order_by("-received_at", "-pk")


def _cut(rows: QuerySet[BuyerMessage], most: int) -> tuple[list[BuyerMessage], bool]:
    """So many rows, and whether there are more; room for none still asks whether there is one."""
    found = list(rows[: most + 1])
    return found[:most], len(found) > most


def _after(rows: list[BuyerMessage], moment: Callable[[BuyerMessage], datetime]) -> str:
    return places.written(moment(rows[-1]), rows[-1].pk) if rows else ""


def _place(text: str) -> tuple[str, tuple[datetime, int] | None]:
    """Where a page begins; anything that is no place is the beginning."""
    part, place = text[:1], text[1:]
    if part == "r" and not place:
        return "r", None
    found = places.read(place) if part in {"n", "r"} else None
    return ("n", None) if found is None else (part, found)


def _row(message: BuyerMessage, seller: Seller, at: datetime) -> Row:
    words, badge = state(message)
    waits = message.status == Status.OPEN
    return Row(
        number=str(message.number),
        subject=without_addresses(message.subject) or _("Message without a subject"),
        reason=message.get_reason_display(),
        order=message.order.number if message.order is not None else "",
        state=words,
        badge=badge,
        received=formats.date_format(
            timezone.localtime(message.received_at), "SHORT_DATETIME_FORMAT"
        ),
        due=due(message.response_due_at, seller, at) if waits else None,
    )
