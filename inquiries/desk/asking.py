"""Asking the seller by a template: choose it, see it in both languages, tick what goes along, ask
(P12, P23).
"""

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from caselog.desk.templates import seen
from caselog.models import QuestionTemplate
from caselog.rules import answers, templates
from csba.errors import DomainError
from inquiries.access import get_inquiry
from inquiries.desk import guard, page, timeline
from inquiries.desk.forms import SEEN, AskByTemplateForm
from inquiries.desk.guard import DeskRequest, needs
from inquiries.models import Inquiry
from inquiries.operations import seller_input

STALE = "stale"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(guard.ASK)
def ask_by_template(request: DeskRequest, number: str) -> HttpResponse:
    """By GET the templates and the chosen one, by POST the question; refused, all that was typed
    and ticked is still there.
    """
    inquiry = get_inquiry(number)
    offered = list(QuestionTemplate.objects.active())
    offered.sort(key=lambda one: (one.topic != inquiry.topic, one.name.casefold()))
    code = request.GET.get("template", "")
    chosen = next((one for one in offered if one.code == code), None)
    known = _facts(inquiry)
    if request.method != "POST" or chosen is None:
        form = _form(known, None, _first_values(request, inquiry, chosen))
        gone = bool(code) and chosen is None
        status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
        return _page(request, inquiry, offered, chosen, form, status, gone=gone)
    form = _form(known, request.POST)
    if not form.is_valid():
        return _page(request, inquiry, offered, chosen, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    said = form.cleaned_data
    if said.pop("version") != chosen.version:
        form.add_error(
            None,
            _("This template has a new version. It is shown here: please look at it and ask then."),
        )
        return _again(request, inquiry, offered, chosen, form, HTTPStatus.CONFLICT)
    try:
        seller_input.ask_seller(inquiry, by=request.user, template=chosen, **said)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        stale = refusal.code == STALE
        status = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY
        return _again(request, get_inquiry(number), offered, chosen, form, status)
    messages.success(request, _("The seller is asked."))
    return redirect("admin:inquiry", number)


def _facts(inquiry: Inquiry) -> dict[str, str]:
    """What this order has to say, by fact, in the reader's language; first its own facts, then the
    buyer's.
    """
    if inquiry.order is None or inquiry.seller is None:
        return {}
    known = templates.facts(
        [*templates.Fact.values, *templates.BUYER],
        order=inquiry.order,
        lines=list(inquiry.order.lines.all()),
        parcels=list(inquiry.order.parcels.all()),
        seller=inquiry.seller,
    )
    shown = answers.facts_shown(known)
    return {
        fact["key"]: f"{label}: {value}" for fact, (label, value) in zip(known, shown, strict=True)
    }


def _form(
    known: dict[str, str], posted: Any, initial: dict[str, Any] | None = None
) -> AskByTemplateForm:
    form = AskByTemplateForm(posted, initial=initial)
    buyers = [(key, words) for key, words in known.items() if key in templates.BUYER]
    others = [(key, words) for key, words in known.items() if key not in templates.BUYER]
    form.fields["facts"].choices = others  # type: ignore[attr-defined]
    form.fields["buyer_data"].choices = buyers  # type: ignore[attr-defined]
    return form


def _first_values(
    request: DeskRequest, inquiry: Inquiry, chosen: QuestionTemplate | None
) -> dict[str, Any]:
    shown = page.shown_before(request.GET).or_else(timeline.cursors(inquiry))
    return {
        "client_id": uuid.uuid4(),
        "seen_seq": shown.seq,
        "seen_case_seq": shown.case_seq,
        "facts": chosen.order_facts if chosen else (),
        "version": chosen.version if chosen else 0,
    }


def _again(
    request: DeskRequest,
    inquiry: Inquiry,
    offered: list[QuestionTemplate],
    chosen: QuestionTemplate,
    form: AskByTemplateForm,
    status: int,
) -> HttpResponse:
    """The page with what was typed, and with what had not been seen; from now on it counts as
    seen.
    """
    before = timeline.Seen(form.cleaned_data["seen_seq"], form.cleaned_data["seen_case_seq"])
    story = timeline.load(inquiry, at=timezone.now(), seen=before)
    story.items = [item for item in story.items if item.new]
    form.data = request.POST.copy()
    form.data["version"] = str(chosen.version)
    for name, cursor in zip(SEEN, timeline.cursors(inquiry), strict=True):
        form.data[name] = str(cursor)
    return _page(request, inquiry, offered, chosen, form, status, story=story)


def _page(
    request: DeskRequest,
    inquiry: Inquiry,
    offered: list[QuestionTemplate],
    chosen: QuestionTemplate | None,
    form: AskByTemplateForm,
    status: int = HTTPStatus.OK,
    story: timeline.Timeline | None = None,
    *,
    gone: bool = False,
) -> HttpResponse:
    at = timezone.now()
    heard = timeline.load(inquiry, at=at).asked if story is None else ""
    context: dict[str, Any] = {
        "inquiry": inquiry,
        "offered": offered,
        "chosen": chosen,
        "seen": [one for one in seen(chosen) if one["code"] != "en"] if chosen else [],
        "form": form,
        "story": story if story is not None and story.items else None,
        "heard": heard,
        "gone": gone,
        "asked_in": request.GET.urlencode(),
        "section": "queue",
    }
    context |= page.rail(request, at, here="")
    return render(request, "inquiries/desk/ask_template.html", context, status=status)
