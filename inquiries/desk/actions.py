"""The buttons of an inquiry's page: each is one POST that calls one operation.

A refusal becomes a sentence on the page; what was typed is never lost.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from csba.errors import DomainError, refusals_as_messages
from inquiries.access import get_inquiry
from inquiries.desk import guard, page, timeline
from inquiries.desk.forms import AskForm, NoteForm, ReplyForm
from inquiries.desk.guard import DeskRequest, needs
from inquiries.models import Inquiry
from inquiries.operations import assignment, conversation, merge, seller_input

STALE = "stale"


@require_POST
@needs(guard.ANSWER)
def reply(request: DeskRequest, number: str) -> HttpResponse:
    """The words go to the buyer, unless something came in that their writer has not seen: 409."""

    def send(inquiry: Inquiry, said: dict[str, Any]) -> str:
        conversation.agent_replied(
            inquiry,
            body=said["body"],
            by=request.user,
            then=said["then"],
            seen_seq=said["seen_seq"],
            seen_case_seq=said["seen_case_seq"],
            client_id=said["client_id"],
        )
        return _("Sent to the buyer.")

    return _write(request, number, "buyer", ReplyForm(request.POST), send)


@require_POST
@needs(guard.ASK)
def ask(request: DeskRequest, number: str) -> HttpResponse:
    """The seller is asked in the Case Log, unless something came in that was not seen: 409."""

    def send(inquiry: Inquiry, said: dict[str, Any]) -> str:
        seller_input.ask_seller(inquiry, by=request.user, **said)
        return _("The seller is asked.")

    return _write(request, number, "seller", AskForm(request.POST), send)


@require_POST
@needs(guard.ANSWER)
def note(request: DeskRequest, number: str) -> HttpResponse:
    """A note for staff."""

    def save(inquiry: Inquiry, said: dict[str, Any]) -> str:
        conversation.add_note(
            inquiry, body=said["body"], by=request.user, client_id=said["client_id"]
        )
        return _("Note saved.")

    return _write(request, number, "note", NoteForm(request.POST), save)


@require_POST
@needs(guard.ANSWER)
def take(request: DeskRequest, number: str) -> HttpResponse:
    """It is mine, if nobody else has it."""
    return _press(request, number, assignment.take)


@require_POST
@needs(guard.ANSWER)
def release(request: DeskRequest, number: str) -> HttpResponse:
    """It is nobody's."""
    return _press(request, number, assignment.release)


@require_POST
@needs(guard.ANSWER)
def reopen(request: DeskRequest, number: str) -> HttpResponse:
    """Open again."""
    return _press(request, number, conversation.reopen)


@require_POST
@needs(guard.MERGE)
def undo_merge(request: DeskRequest, number: str) -> HttpResponse:
    """Two inquiries again, within ten minutes."""
    return _press(request, number, merge.undo)


def _write(
    request: DeskRequest,
    number: str,
    lane: str,
    form: forms.Form,
    send: Callable[[Inquiry, dict[str, Any]], str],
) -> HttpResponse:
    """Send, and show the page again; on a refusal with the words still in their lane."""
    inquiry = get_inquiry(number)
    draft = page.Draft(lane=lane, form=form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            said = send(inquiry, form.cleaned_data)
        except DomainError as refusal:
            draft.refusal = str(refusal)
            if refusal.code == STALE:
                status = HTTPStatus.CONFLICT
                known = form.cleaned_data
                draft.stale = True
                draft.seen = timeline.Seen(known["seen_seq"], known["seen_case_seq"])
                inquiry = get_inquiry(number)
        else:
            messages.success(request, said)
            return redirect("admin:inquiry", number)
    return page.show(request, inquiry, draft, status=status)


def _press(request: DeskRequest, number: str, act: Callable[..., None]) -> HttpResponse:
    """A button without a form."""
    with refusals_as_messages(request):
        act(get_inquiry(number), by=request.user)
    return redirect("admin:inquiry", number)
