"""The pages that say what went wrong, in the reader's language, each with a way back.

They ask for nothing that may be broken: no database, no session, no context processor.
"""

from dataclasses import dataclass
from datetime import UTC
from typing import Final

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TOO_MUCH: Final = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@dataclass(frozen=True)
class Area:
    """A part of the site: its front page, its name, and the words that lead there."""

    path: str
    name: Promise
    way: Promise


_PRODUCT: Final = _("Customer Service by Amazon")
DESK: Final = Area("/desk/", _PRODUCT, _("Back to the desk"))
PORTAL: Final = Area("/portal/", _PRODUCT, _("Back to the portal"))
BUYER: Final = Area(
    "/help/", pgettext_lazy("buyer page", "Customer service"), _("Write to customer service")
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; or 413 for what is larger than we take."""
    if isinstance(exception, TOO_MUCH):
        return _page(request, "413", 413)
    return _page(request, "400", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the person is known, and may not."""
    return _page(request, "403", 403, _area(request))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without its proof; most often a page that was open for too long."""
    return _page(request, "csrf", 403, _area(request))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404; what belongs to somebody else looks the same."""
    return _page(request, "404", 404, _area(request))


def not_allowed(request: HttpRequest, allow: str) -> HttpResponse:
    """405: the address is right, but it takes only a button's click (or only a look)."""
    page = _page(request, "405", 405, _area(request))
    page.headers["Allow"] = allow
    return page


def too_many(request: HttpRequest) -> HttpResponse:
    """429: the login library counts tries."""
    return _page(request, "429", 429, _area(request))


def broken(request: HttpRequest) -> HttpResponse:
    """500: a defect, or a server that is away; the log has the details under this time."""
    return _page(request, "500", 500)


def _page(request: HttpRequest, name: str, status: int, area: Area | None = None) -> HttpResponse:
    language = _language(request)
    with translation.override(language), timezone.override(UTC):
        page = render_to_string(
            f"errors/{name}.html", {"area": area or _by_path(request), "at": timezone.now()}
        )
    return HttpResponse(
        page,
        status=status,
        headers={"Content-Language": language, "Cache-Control": "no-store"},
    )


def _language(request: HttpRequest) -> str:
    """As the middleware has found it; if it had no chance to, what the browser says."""
    found: str | None = getattr(request, "LANGUAGE_CODE", None)
    return found or translation.get_language_from_request(request) or settings.LANGUAGE_CODE


def _by_path(request: HttpRequest) -> Area:
    areas = (area for area in (DESK, BUYER) if f"{request.path}/".startswith(area.path))
    return next(areas, PORTAL)


def _area(request: HttpRequest) -> Area:
    """Where the person works, if the path does not tell."""
    area = _by_path(request)
    if area is PORTAL and not request.path.startswith(PORTAL.path):
        user = getattr(request, "user", None)
        if user is not None and user.is_staff:
            return DESK
    return area
