"""The pages of the desk: the queues, one inquiry, and the fragments that keep both fresh."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from csba import live
from csba.numbers import tidy
from inquiries.access import get_inquiry
from inquiries.desk import buttons, guard, moments, page, queue, timeline
from inquiries.desk.guard import DeskRequest, needs
from inquiries.models import Inquiry

_LIVE_TOPICS = ("queue", "inquiry:", "case:")
_MOST_TOPICS = 40
"""So many pages of one browser can share a stream."""


@require_safe
@needs(guard.READ)
def show_queue(request: DeskRequest, view: str = queue.DEFAULT) -> HttpResponse:
    """A queue, fifty rows at a time; for htmx the rows alone."""
    if view not in queue.VIEWS:
        raise Http404
    at = timezone.now()
    shown = queue.VIEWS[view]
    after = request.GET.get("after", "")
    context: dict[str, Any] = {
        "view": shown,
        "page": queue.page(shown, user=request.user, at=at, after=after),
        "after": after,
        "drawn": moments.clock(at),
    }
    if request.htmx:
        return render(request, "inquiries/desk/_rows.html", context)
    context |= page.rail(request, at, here=view) | {"topics": "queue", "section": "queue"}
    return render(request, "inquiries/desk/queue.html", context)


@require_safe
@needs(guard.READ)
def show_rail(request: DeskRequest) -> HttpResponse:
    """The queues with their counts, as a fragment; `?here=` is the one being looked at."""
    here = request.GET.get("here", "")
    return render(
        request, "inquiries/desk/_rail.html", page.rail(request, timezone.now(), here=here)
    )


@require_safe
@needs(guard.READ)
def next_inquiry(request: DeskRequest) -> HttpResponse:
    """On to the most urgent inquiry that is free or mine; `?not=` is the one just left."""
    free = Inquiry.objects.agents_turn(timezone.now()).filter(
        Q(assignee__isnull=True) | Q(assignee=request.user)
    )
    left = tidy(request.GET.get("not", ""))
    number = free.exclude(number=left).due_first().values_list("number", flat=True).first()
    if number is None:
        messages.success(request, _("Nothing more waits for you. Well done."))
        return redirect("admin:queue")
    return redirect("admin:inquiry", number)


@require_safe
@needs(guard.READ)
def find(request: DeskRequest) -> HttpResponse:
    """A number leads straight to its page; anything else to the list of inquiries (helpdesk
    P2).
    """
    asked = request.GET.get("q", "").strip()
    number = tidy(asked)
    if number.startswith("INQ-") and Inquiry.objects.filter(number=number).exists():
        return redirect("admin:inquiry", number)
    if number.startswith("CASE-"):
        return redirect("admin:case", number)
    found = list(Inquiry.objects.filter(order__number=asked).values_list("number", flat=True)[:2])
    if len(found) == 1:
        return redirect("admin:inquiry", found[0])
    return redirect(f"{reverse('admin:inquiries_inquiry_changelist')}?{urlencode({'q': asked})}")


@require_safe
@needs(guard.READ)
def live_ticket(request: DeskRequest) -> HttpResponse:
    """Where this browser may listen: one stream for the topics of all its pages.

    Whoever reads inquiries reads all of them, so any inquiry and any case may be listened to.
    """
    topics = request.GET.get("topics", "").split()[:_MOST_TOPICS]
    allowed = [topic for topic in topics if topic.startswith(_LIVE_TOPICS)]
    ticket = live.ticket(request.user.pk, allowed)
    return JsonResponse({"stream": f"{reverse('live')}?{urlencode({'ticket': ticket})}"})


@require_safe
@needs(guard.READ)
def show_inquiry(request: DeskRequest, number: str) -> HttpResponse:
    """One inquiry with all that is said, known and possible."""
    return page.show(request, get_inquiry(number))


@require_safe
@needs(guard.READ)
def show_thread(request: DeskRequest, number: str) -> HttpResponse:
    """What moves on an inquiry's page: the story and the head. Never what is being written."""
    inquiry, at, seen = get_inquiry(number), timezone.now(), page.shown_before(request.GET)
    upto = timeline.cursors(inquiry)
    story = timeline.load(inquiry, at=at, seen=seen, user=request.user)
    context = {
        "inquiry": inquiry,
        "story": story,
        "seen": upto,
        "head": page.head(inquiry, at),
        "buttons": buttons.buttons(
            inquiry,
            story.question,
            user=request.user,
            seen=seen.or_else(upto),
            at=at,
        ),
        "swap": True,
    }
    return render(request, "inquiries/desk/_thread.html", context)
