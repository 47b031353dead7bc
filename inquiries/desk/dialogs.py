"""What ends something is asked about first: by GET a dialog, by POST at the same address the deed.

Without scripts, and after a refusal, the dialog is a page of its own; there it also shows what has
come in since the inquiry's page was drawn.
"""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from csba.errors import DomainError
from inquiries.access import get_inquiry
from inquiries.desk import guard, page, timeline
from inquiries.desk.actions import STALE
from inquiries.desk.forms import (
    SEEN,
    ConfirmForm,
    DecideForm,
    HandOverForm,
    MergeForm,
    ReasonForm,
    ResolveForm,
)
from inquiries.desk.guard import DeskRequest, needs
from inquiries.models import Inquiry
from inquiries.operations import conversation, decision, merge, reasons, seller_input
from inquiries.rules import judgement


@require_http_methods(["GET", "POST"])
@needs(guard.DECIDE)
def decide(request: DeskRequest, number: str) -> HttpResponse:
    """Decide on the basis that holds now, with reasons, and tell the buyer."""
    return _ask_first(
        request,
        number,
        DecideForm,
        lambda inquiry, said: decision.decide(inquiry, by=request.user, **said),
        facts=_basis,
        done=_("Decided and resolved."),
        title=_("Decide"),
        button=_("Decide and resolve"),
    )


@require_http_methods(["GET", "POST"])
@needs(guard.ANSWER)
def resolve(request: DeskRequest, number: str) -> HttpResponse:
    """Resolved without another word, with its outcome."""
    return _ask_first(
        request,
        number,
        ResolveForm,
        lambda inquiry, said: conversation.resolve(inquiry, by=request.user, **said),
        title=_("Resolve"),
        words=_("The buyer is not written to. To send an answer with it, use “Send and resolve”."),
        button=_("Resolve"),
    )


@require_http_methods(["GET", "POST"])
@needs(guard.ANSWER)
def spam(request: DeskRequest, number: str) -> HttpResponse:
    """Out of every queue."""
    return _ask_first(
        request,
        number,
        ConfirmForm,
        lambda inquiry, _said: conversation.mark_spam(inquiry, by=request.user),
        title=_("Spam"),
        words=_("It leaves every queue. If the sender writes again, it comes back."),
        button=_("Mark as spam"),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
@needs(guard.ANSWER)
def hand_to_seller(request: DeskRequest, number: str) -> HttpResponse:
    """Not covered and looked at: the seller answers."""
    return _ask_first(
        request,
        number,
        HandOverForm,
        lambda inquiry, said: conversation.route_to_seller(inquiry, by=request.user, **said),
        title=_("Hand to the seller"),
        words=_("The seller gets the buyer's words, and the buyer is told who answers."),
        button=_("Hand to the seller"),
    )


@require_http_methods(["GET", "POST"])
@needs(guard.ASK)
def withdraw(request: DeskRequest, number: str) -> HttpResponse:
    """The seller need not answer any more."""
    return _ask_first(
        request,
        number,
        ConfirmForm,
        lambda inquiry, _said: seller_input.withdraw_question(inquiry, by=request.user),
        title=_("Withdraw the question"),
        words=_("The seller is told. Then you decide by what we know ourselves."),
        button=_("Withdraw the question"),
    )


@require_http_methods(["GET", "POST"])
@needs(guard.MERGE)
def merge_into(request: DeskRequest, number: str) -> HttpResponse:
    """This inquiry goes on in another one of the same buyer."""
    return _ask_first(
        request,
        number,
        MergeForm,
        lambda inquiry, said: merge.merge(inquiry, _other(said["into"]), by=request.user),
        title=_("Merge"),
        words=_("The other one keeps the earlier promise. For ten minutes this can be undone."),
        button=_("Merge"),
    )


def _ask_first(
    request: DeskRequest,
    number: str,
    kind: type[forms.Form],
    act: Callable[[Inquiry, dict[str, Any]], object],
    *,
    facts: Callable[[Inquiry], dict[str, str]] | None = None,
    done: str = "",
    **words: Any,
) -> HttpResponse:
    """By GET the dialog, by POST the deed; `facts` are what the dialog says about the inquiry as it
    is now, `done` what the inquiry's page says afterwards.

    Refused, the dialog comes back with what was typed; refused as stale (409), also with what was
    not seen, and from then on it counts as seen.
    """
    inquiry = get_inquiry(number)
    posted = request.POST if request.method == "POST" else None
    form = kind(posted, initial=_first_values(request, inquiry))
    status = HTTPStatus.OK if posted is None else HTTPStatus.UNPROCESSABLE_ENTITY
    news = None
    if form.is_valid():
        try:
            act(inquiry, form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            if refusal.code == STALE:
                status = HTTPStatus.CONFLICT
                inquiry = get_inquiry(number)
                news = _news(inquiry, form.cleaned_data)
                form.data = request.POST.copy()
                for name, cursor in zip(SEEN, timeline.cursors(inquiry), strict=True):
                    form.data[name] = str(cursor)
        else:
            if done:
                messages.success(request, done)
            return redirect("admin:inquiry", number)
    context = {"inquiry": inquiry, "form": form, "action": request.path, "story": news, **words}
    context |= facts(inquiry) if facts is not None else {}
    # For htmx it is what goes into the dialog, else a page of its own.
    if not request.htmx:
        context |= page.rail(request, timezone.now(), here="")
        context |= {"topics": page.topics(inquiry), "section": "queue"}
    name = "_dialog.html" if request.htmx else "dialog.html"
    return render(request, f"inquiries/desk/{name}", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(guard.ANSWER)
def correct_reason(request: DeskRequest, number: str) -> HttpResponse:
    """What it is about, as the agent sees it; counted for the rule that said otherwise."""
    return _ask_first(
        request,
        number,
        ReasonForm,
        lambda inquiry, said: reasons.correct(inquiry, by=request.user, **said),
        title=_("Contact reason"),
        words=_("The words that decided are counted as wrong, so that their rule gets better."),
        button=_("Correct"),
    )


def _first_values(request: DeskRequest, inquiry: Inquiry) -> dict[str, Any]:
    """What a new dialog holds: its form takes the fields it has."""
    seen = page.shown_before(request.GET).or_else(timeline.cursors(inquiry))
    return {
        "client_id": uuid.uuid4(),
        "into": request.GET.get("into", ""),
        "topic": inquiry.topic,
        "seen_seq": seen.seq,
        "seen_case_seq": seen.case_seq,
    }


def _news(inquiry: Inquiry, said: dict[str, Any]) -> timeline.Timeline:
    """What was said since the dialog's page was drawn."""
    seen = timeline.Seen(said["seen_seq"], said["seen_case_seq"])
    story = timeline.load(inquiry, at=timezone.now(), seen=seen)
    story.items = [item for item in story.items if item.new]
    return story


def _other(number: str) -> Inquiry:
    try:
        return get_inquiry(number)
    except Http404:
        raise DomainError(_("There is no inquiry with the number %s.") % number) from None


def _basis(inquiry: Inquiry) -> dict[str, str]:
    """On what may be decided now, or why not yet."""
    question = decision.last_question(inquiry)
    try:
        return {"basis": str(judgement.basis(question, timezone.now()).label)}
    except DomainError as refusal:
        return {"closed": str(refusal)}
