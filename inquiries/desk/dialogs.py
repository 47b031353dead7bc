"""What ends something is asked about first: by GET a dialog, by POST at the same address the deed.

Without scripts, and after a refusal, the dialog is a page of its own.
"""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from csba.errors import DomainError
from inquiries.access import get_inquiry
from inquiries.desk import guard, page
from inquiries.desk.actions import STALE
from inquiries.desk.forms import ConfirmForm, DecideForm, MergeForm, ResolveForm
from inquiries.desk.guard import DeskRequest, needs
from inquiries.models import Inquiry
from inquiries.operations import conversation, decision, merge, seller_input
from inquiries.rules import judgement


@require_http_methods(["GET", "POST"])
@needs(guard.DECIDE)
def decide(request: DeskRequest, number: str) -> HttpResponse:
    """Decide on the basis that holds now, with reasons, and tell the buyer."""
    inquiry = get_inquiry(number)
    seen = request.GET.get("seen", "")
    form = DecideForm(
        _posted(request),
        initial={
            "client_id": uuid.uuid4(),
            "seen_seq": int(seen) if seen.isdecimal() else inquiry.last_seq,
        },
    )
    status = HTTPStatus.OK if not form.is_bound else HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            decision.decide(inquiry, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            if refusal.code == STALE:
                status = HTTPStatus.CONFLICT
                inquiry = get_inquiry(number)
                posted = request.POST.copy()
                posted["seen_seq"] = str(inquiry.last_seq)
                form.data = posted
        else:
            messages.success(request, _("Decided and resolved."))
            return redirect("admin:inquiry", number)
    basis, refused = _basis(inquiry)
    return _dialog(
        request,
        inquiry,
        form,
        title=_("Decide"),
        button=_("Decide and resolve"),
        status=status,
        basis=basis,
        closed=refused,
    )


@require_http_methods(["GET", "POST"])
@needs(guard.ANSWER)
def resolve(request: DeskRequest, number: str) -> HttpResponse:
    """Resolved without another word, with its outcome."""
    return _ask_first(
        request,
        number,
        ResolveForm(_posted(request)),
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
        ConfirmForm(_posted(request)),
        lambda inquiry, said: conversation.mark_spam(inquiry, by=request.user),
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
        ConfirmForm(_posted(request)),
        lambda inquiry, said: conversation.route_to_seller(inquiry, by=request.user),
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
        ConfirmForm(_posted(request)),
        lambda inquiry, said: seller_input.withdraw_question(inquiry, by=request.user),
        title=_("Withdraw the question"),
        words=_("The seller is told. Then you decide by what we know ourselves."),
        button=_("Withdraw the question"),
    )


@require_http_methods(["GET", "POST"])
@needs(guard.MERGE)
def merge_into(request: DeskRequest, number: str) -> HttpResponse:
    """This inquiry goes on in another one of the same buyer."""

    def act(inquiry: Inquiry, said: dict[str, Any]) -> None:
        merge.merge(inquiry, _other(said["into"]), by=request.user)

    return _ask_first(
        request,
        number,
        MergeForm(_posted(request), initial={"into": request.GET.get("into", "")}),
        act,
        title=_("Merge"),
        words=_("The other one keeps the earlier promise. For ten minutes this can be undone."),
        button=_("Merge"),
    )


def _posted(request: DeskRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _other(number: str) -> Inquiry:
    try:
        return get_inquiry(number)
    except Http404:
        raise DomainError(_("There is no inquiry with the number %s.") % number) from None


def _ask_first(
    request: DeskRequest,
    number: str,
    form: forms.Form,
    act: Callable[[Inquiry, dict[str, Any]], object],
    **words: Any,
) -> HttpResponse:
    """By GET the dialog, by POST the deed."""
    inquiry = get_inquiry(number)
    status = HTTPStatus.OK if not form.is_bound else HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            act(inquiry, form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("admin:inquiry", number)
    return _dialog(request, inquiry, form, status=status, **words)


def _dialog(
    request: DeskRequest, inquiry: Inquiry, form: forms.Form, *, status: int, **words: Any
) -> HttpResponse:
    """As a page of its own, or for htmx as what goes into the dialog."""
    name = "_dialog.html" if request.htmx else "dialog.html"
    context = {"inquiry": inquiry, "form": form, "action": request.path, **words}
    if not request.htmx:
        at = timezone.now()
        context |= page.rail(request, at, here="")
        context |= {"topics": page.topics(inquiry), "section": "queue"}
    return render(request, f"inquiries/desk/{name}", context, status=status)


def _basis(inquiry: Inquiry) -> tuple[str, str]:
    """On what may be decided now, or why not yet."""
    question = decision.last_question(inquiry)
    try:
        return str(judgement.basis(question, timezone.now()).label), ""
    except DomainError as refusal:
        return "", str(refusal)
