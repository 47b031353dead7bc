"""Who may open a page of the desk: staff by the site, and one Django permission a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from csba.accounts.models import User

READ = "inquiries.view_inquiry"
ANSWER = "inquiries.answer_inquiry"
ASK = "inquiries.ask_seller"
DECIDE = "inquiries.decide_inquiry"
MERGE = "inquiries.merge_inquiry"
LEAD = "inquiries.lead_inquiry"


class DeskRequest(HttpRequest):
    """A request of a member of staff."""

    user: User
    htmx: HtmxDetails


View = Callable[..., HttpResponse]


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
