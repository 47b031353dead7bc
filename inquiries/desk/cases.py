"""Case Log threads that belong to no inquiry: notices, policies, support (rulings 16)."""

import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from caselog.models import Case, Entry
from caselog.operations import cases
from csba.errors import DomainError
from csba.numbers import tidy
from inquiries.desk import guard, moments, page, queue
from inquiries.desk.forms import CaseReplyForm
from inquiries.desk.guard import DeskRequest, needs
from inquiries.models import Inquiry


@require_safe
@needs(guard.READ)
def show_cases(request: DeskRequest) -> HttpResponse:
    """Open threads in which the seller spoke last, the longest waiting first; `?show=all` adds
    the others.
    """
    at = timezone.now()
    everything = request.GET.get("show") == "all"
    found = queue.threads() if everything else queue.threads_our_turn()
    shown = list(found.select_related("seller").order_by("last_entry_at", "pk")[: queue.PAGE + 1])
    context: dict[str, Any] = {
        "rows": [_row(case) for case in shown[: queue.PAGE]],
        "more": len(shown) > queue.PAGE,
        "everything": everything,
        "topics": "queue",
        "section": "cases",
    }
    context |= page.rail(request, at, here="cases")
    return render(request, "inquiries/desk/cases.html", context)


@require_safe
@needs(guard.READ)
def show_case(request: DeskRequest, number: str) -> HttpResponse:
    """One thread; a thread about an inquiry stands on the inquiry's page."""
    case = _get(number)
    inquiry = Inquiry.objects.filter(case=case).values_list("number", flat=True).first()
    if inquiry is not None:
        return redirect("admin:inquiry", inquiry)
    return _thread(request, case)


@require_POST
@needs(guard.ANSWER)
def reply_case(request: DeskRequest, number: str) -> HttpResponse:
    """The desk's words stand in the case, and the seller knows."""
    case = _get(number)
    form = CaseReplyForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            cases.write(case, body=said["body"], by=request.user, client_id=said["client_id"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Written to the seller."))
            return redirect("admin:case", case.number)
    return _thread(request, case, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _get(number: str) -> Case:
    found = Case.objects.select_related("seller", "order").filter(number=tidy(number)).first()
    if found is None:
        raise Http404
    return found


def _row(case: Case) -> dict[str, str]:
    return {
        "number": str(case.number),
        "subject": case.subject,
        "seller": case.seller.name,
        "kind": case.get_kind_display(),
        "moved": moments.short(case.last_entry_at) if case.last_entry_at else "",
    }


def _thread(
    request: DeskRequest, case: Case, form: CaseReplyForm | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    at = timezone.now()
    kept = form.data if form is not None else {}
    context: dict[str, Any] = {
        "case": case,
        "entries": _entries(case, at),
        "may_write": request.user.has_perm(guard.ANSWER),
        "body": kept.get("body", ""),
        "client_id": kept.get("client_id") or uuid.uuid4(),
        "errors": [error for errors in form.errors.values() for error in errors] if form else [],
        "topics": f"queue case:{case.number}",
        "section": "cases",
    }
    context |= page.rail(request, at, here="cases")
    return render(request, "inquiries/desk/case.html", context, status=status)


def _entries(case: Case, at: datetime) -> list[dict[str, Any]]:
    rows: QuerySet[Entry] = Entry.objects.filter(case=case).select_related("user").order_by("seq")
    return [
        {
            "ours": entry.author == Entry.Author.DESK,
            "who": str(entry.user) if entry.user is not None else entry.get_author_display(),
            "when": moments.short(entry.created_at),
            "iso": entry.created_at.isoformat(),
            "body": entry.body,
            "late": entry.late,
        }
        for entry in rows
    ]
