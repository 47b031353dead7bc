"""Who may open a page of the desk: staff by the site, and one Django permission a page."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django_htmx.middleware import HtmxDetails

from csba.accounts.models import User


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


def also_to_look_at(user: User, at: datetime, here: str) -> list[dict[str, Any]]:
    """The entries that the apps named in the settings add to the frame."""
    return [
        entry for name in settings.CSBA_DESK_ALSO for entry in import_string(name)(user, at, here)
    ]
