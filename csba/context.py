"""What the frames of all pages show: navigation, language, the sink of the demo."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from csba.counting import capped, shown


def frame(request: HttpRequest) -> dict[str, Any]:
    """Values for the frame templates; the portal's navigation is asked only if a template shows
    it.
    """
    return {
        "portal_nav": SimpleLazyObject(lambda: portal_nav(request)),
        "demo": settings.DEMO,
        "sink_url": settings.CSBA_SINK_URL,
    }


def portal_nav(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries that each app gives: label, url, badge, whether this page is below it.

    A badge is a number, or the rows that it counts: those of all apps are one statement.
    """
    entries = [entry for path in settings.CSBA_PORTAL_NAV for entry in import_string(path)(request)]
    asked = {entry["url"]: entry["rows"] for entry in entries if "rows" in entry}
    counts = capped(asked)
    for entry in entries:
        count = counts.get(entry["url"], 0)
        entry.setdefault("badge", shown(count) if count else 0)
        entry["here"] = request.path.startswith(entry["url"]) and (
            entry["url"] != "/portal/" or request.path == "/portal/"
        )
    return entries
