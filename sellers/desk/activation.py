"""How fast opting in becomes active: what waits now, and what was measured (P18)."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from csba import promises
from csba.staff import DeskRequest, Page, frame, needs
from sellers import metrics
from sellers.models import Enrolment
from sellers.rules import stints

READ: Final = "sellers.view_enrolment"
PAGE: Final = 50
DAYS: Final = (7, 30)


@require_safe
@needs(READ)
def show_activation(request: DeskRequest) -> HttpResponse:
    """Pending opt-ins, the longest waiting and so the alarms first; the speed of the last days."""
    at = timezone.now()
    rows = Enrolment.objects.due_for_activation().select_related("seller", "service")
    pending = list(rows.order_by("opted_in_at", "pk")[: PAGE + 1])
    alarm = promises.activation_alarm(at)
    waiting = [_row(stint, at, alarm) for stint in pending[:PAGE]]
    context: dict[str, Any] = {
        "rows": waiting,
        "more": len(pending) > PAGE,
        "alarms": sum(row["alarm"] for row in waiting),
        "alarm_after": spelled(alarm),
        "speeds": [_speed(at, days) for days in DAYS],
        "topics": "queue",
        "section": "queue",
    }
    context |= frame(request, at, here="activation")
    return render(request, "sellers/desk/activation.html", context)


def spelled(span: timedelta) -> str:
    """A span in words, as exact as a person wants it: 38 seconds, 12 minutes, 1 hour 5 minutes."""
    seconds = max(round(span.total_seconds()), 0)
    if seconds < 60:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    hours, minutes = divmod(round(seconds / 60), 60)
    words = ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if not hours:
        return words
    in_hours = ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return (
        in_hours
        if not minutes
        else _("%(hours)s %(minutes)s")
        % {
            "hours": in_hours,
            "minutes": words,
        }
    )


def _row(stint: Enrolment, at: datetime, alarm: timedelta) -> dict[str, Any]:
    waited = at - stint.opted_in_at
    return {
        "seller": stint.seller.name,
        "merchant": stint.seller.merchant_id,
        "service": stint.service.name,
        "opted_in_at": stint.opted_in_at,
        "due": stint.active_due_at,
        "late": stint.active_due_at <= at,
        "alarm": waited >= alarm,
        "waited": spelled(waited),
        "suspended": [reason.label for reason in stints.reasons_to_suspend(stint.seller)],
    }


def _speed(at: datetime, days: int) -> dict[str, Any]:
    speed = metrics.activation_speed(at, days=days)
    share = speed.share_in_time
    return {
        "label": ngettext("Last %(count)d day", "Last %(count)d days", days) % {"count": days},
        "count": speed.count,
        "median": _or_dash(speed.median),
        "p95": _or_dash(speed.p95),
        "slowest": _or_dash(speed.slowest),
        "share": "–" if share is None else f"{formats.number_format(_floor(share), 1)} %",
        "kept": share is None or share == 1,
    }


def _floor(share: float) -> float:
    """In percent, never rounded up: 100 means that every single one was in time."""
    return int(share * 1000) / 10


def _or_dash(span: timedelta | None) -> str:
    return "–" if span is None else spelled(span)


PAGES: list[Page] = [("activation/", show_activation, "activation")]
