"""The Case Log of a seller: what needs an answer, the thread, the answer, «decide for me»."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from caselog.access import get_case
from caselog.models import Case, Entry, Question
from caselog.operations import questions
from caselog.portal import listing
from caselog.portal.forms import ReplyForm
from caselog.rules import deadlines
from csba.errors import DomainError, refusals_as_messages
from sellers.access import SellerRequest, acting_seller_required, seller_required


@require_safe
@seller_required
def case_list(request: SellerRequest) -> HttpResponse:
    """What needs an answer first, then what is open or was answered lately."""
    everything = request.GET.get("show") == "all"
    found = listing.page(
        request.seller,
        at=timezone.now(),
        after=request.GET.get("after", ""),
        everything=everything,
    )
    context = {"listing": found, "everything": everything}
    return render(request, "caselog/portal/case_list.html", context)


@require_safe
@seller_required
def show_case(request: SellerRequest, number: str) -> HttpResponse:
    """The thread, with the time left and the form to answer."""
    return _thread(request, get_case(request.seller, number), ReplyForm())


@require_POST
@acting_seller_required
def reply_case(request: SellerRequest, number: str) -> HttpResponse:
    """The seller's answer; on an error the page comes back with the typed text."""
    case = get_case(request.seller, number)
    form = ReplyForm(request.POST)
    if form.is_valid():
        try:
            entry = questions.reply(
                case,
                body=form.cleaned_data["body"],
                by=request.user,
                via=Entry.Via.PORTAL,
                client_id=form.cleaned_data["client_id"],
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            _thank(request, entry)
            return redirect("caselog:case", case.number)
    return _thread(request, case, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@acting_seller_required
def waive_case(request: SellerRequest, number: str) -> HttpResponse:
    """«I don't know: decide for me» ends the wait."""
    case = get_case(request.seller, number)
    with refusals_as_messages(request):
        questions.waive(case, by=request.user)
        messages.success(request, _("Thank you. Customer service decides by its own judgment."))
    return redirect("caselog:case", case.number)


def _thank(request: SellerRequest, entry: Entry) -> None:
    if entry.late:
        messages.warning(request, _("Your words are kept as a late answer."))
    else:
        messages.success(request, _("Thank you. Customer service has your answer."))


def _thread(
    request: SellerRequest, case: Case, form: ReplyForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {**_shown(case, timezone.now()), "form": form}
    return render(request, "caselog/portal/case.html", context, status=status)


def _shown(case: Case, at: datetime) -> dict[str, Any]:
    entries = list(
        Entry.objects.filter(case=case).select_related("user", "question").order_by("seq")
    )
    asked = [question for entry in entries if (question := _question(entry)) is not None]
    newest = asked[-1] if asked else None
    waits = newest is not None and newest.waits(at)
    words, badge = listing.state(newest.status, waits) if newest is not None else ("", "quiet")
    return {
        "case": case,
        "entries": entries,
        "question": newest,
        "waits": waits,
        "late": deadlines.is_late(newest, at),
        "state": words,
        "badge": badge,
        "due": listing.due(newest.reply_due_at, case.seller) if newest is not None else None,
    }


def _question(entry: Entry) -> Question | None:
    """The question this entry asks, if it asks one; fetched with the entry."""
    return getattr(entry, "question", None)
