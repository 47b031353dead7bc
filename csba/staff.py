"""Who may open a page of the desk: staff by the site, and one Django permission a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django_htmx.middleware import HtmxDetails

from csba.accounts.models import User
from csba.counting import capped, shown


class DeskRequest(HttpRequest):
    """A request of a member of staff."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponse]
Page = tuple[str, View, str]
"""Route, view and name of one page of the desk or of the portal."""


def needs(permission: str) -> Callable[[View], View]:
    """Only for who holds the permission; 403 otherwise."""

    def guarded(view: View) -> View:
        @wraps(view)
        def check(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return check

    return guarded


def frame(request: HttpRequest, at: datetime, *, here: str) -> dict[str, Any]:
    """What the workspace's frame shows at the left of every page; `here` names the entry of this
    page. The frame belongs to an upper storey and is named in the settings.
    """
    context: dict[str, Any] = import_string(settings.CSBA_DESK_FRAME)(request, at, here=here)
    return context


@dataclass(frozen=True)
class Entry:
    """An entry of the frame: a page, and the rows that wait there for somebody."""

    key: str
    label: str | Promise
    url: str
    rows: QuerySet[Any] | None = None
    alarm: bool = False
    """Red as soon as anything waits."""


@dataclass(frozen=True)
class Group:
    """Entries under one heading; folded for those whose work it is not."""

    heading: str | Promise
    entries: Sequence[Entry]
    folded: bool = False


def groups(user: User, at: datetime, here: str) -> list[dict[str, Any]]:
    """The groups that the apps named in the settings add to the frame, with their counts; one
    statement for them all. The group of the page itself is open, and one with an alarm too.
    """
    found = [
        group
        for name in settings.CSBA_DESK_ALSO
        for group in import_string(name)(user, at)
        if group.entries
    ]
    rows = {entry.key: entry.rows for group in found for entry in group.entries}
    counts = capped({key: asked for key, asked in rows.items() if asked is not None})
    return [_shown(group, counts, here) for group in found]


def _shown(group: Group, counts: dict[str, int], here: str) -> dict[str, Any]:
    entries = [
        {
            "label": entry.label,
            "url": entry.url,
            "count": shown(counts.get(entry.key, 0)),
            "here": entry.key == here,
            "loud": entry.alarm and counts.get(entry.key, 0) > 0,
        }
        for entry in group.entries
    ]
    needed = any(entry["here"] or entry["loud"] for entry in entries)
    waiting = sum(counts.get(entry.key, 0) for entry in group.entries)
    return {
        "heading": group.heading,
        "entries": entries,
        "folded": group.folded,
        "open": needed or not group.folded,
        "count": shown(waiting),
    }
