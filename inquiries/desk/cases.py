"""Case Log threads without an inquiry: support, policies, transfers, notices (rulings 16)."""

import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from caselog.models import Case, Entry, EntryFile
from caselog.operations import support
from caselog.rules.support import TOPIC_KEY, SupportTopic
from caselog.threads import Said, read
from csba.errors import DomainError
from csba.files.serve import as_download
from csba.journal import read as journal
from csba.numbers import tidy
from inquiries.desk import guard, moments, page, threads, timeline
from inquiries.desk.forms import LONGEST
from inquiries.desk.guard import DeskRequest, needs
from inquiries.models import Inquiry

STALE = "stale"
CLOSE, REOPEN = "CLOSE", "REOPEN"


class ThreadForm(forms.Form):
    """Words to the seller, or the reason to close or open again; with the newest entry that the
    page showed (rulings 11).
    """

    body = forms.CharField(
        max_length=LONGEST,
        required=False,
        error_messages={"max_length": gettext_lazy("Please shorten it to 20,000 characters.")},
    )
    reason = forms.CharField(
        max_length=500,
        required=False,
        error_messages={"max_length": gettext_lazy("Please shorten it to 500 characters.")},
    )
    then = forms.ChoiceField(choices=[(CLOSE, CLOSE), (REOPEN, REOPEN)], required=False)
    client_id = forms.UUIDField(required=False)
    seen_seq = forms.IntegerField(required=False)


@require_safe
@needs(guard.READ)
def show_cases(request: DeskRequest) -> HttpResponse:
    """Open threads in which the seller spoke last, the longest waiting first; `?kind=` takes one
    kind, `?show=all` adds the others.
    """
    at = timezone.now()
    asked = request.GET.get("kind", "")
    kind = asked if asked in threads.FILTERS else ""
    everything = request.GET.get("show") == "all"
    context: dict[str, Any] = {
        "listing": threads.listing(kind, everything=everything, after=request.GET.get("after", "")),
        "tabs": threads.tabs(kind, everything=everything),
        "kind": kind,
        "title": threads.FILTERS[kind].label if kind else "",
        "everything": everything,
        "topics": "queue",
        "section": "cases",
    }
    context |= page.rail(request, at, here=kind if kind == threads.SUPPORT else "cases")
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
    """The desk's words stand in the case, or it is closed or open again; 409 when something came
    that was not seen.
    """
    case = _get(number)
    form = ThreadForm(request.POST)
    if not form.is_valid():
        return _thread(request, case, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        messages.success(request, _do(request, case, form.cleaned_data))
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        stale = refusal.code == STALE
        status = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY
        return _thread(request, _get(number), form, stale=stale, status=status)
    return redirect("admin:case", case.number)


def _do(request: DeskRequest, case: Case, said: dict[str, Any]) -> str:
    match said["then"]:
        case "CLOSE":
            support.close(case, reason=said["reason"], by=request.user, seen_seq=said["seen_seq"])
            return _("The case is closed. The seller's next words open it again.")
        case "REOPEN":
            support.reopen(case, reason=said["reason"], by=request.user)
            return _("The case is open again.")
    support.answer(
        case,
        body=said["body"],
        by=request.user,
        client_id=said["client_id"],
        seen_seq=said["seen_seq"],
    )
    return _("Written to the seller.")


@require_safe
@needs(guard.READ)  # type: ignore[arg-type]  # a file is an answer too
def case_file(request: DeskRequest, number: str, key: int) -> HttpResponseBase:
    """A photo or paper of a case, saved, never shown inside our pages."""
    rows = EntryFile.objects.filter(entry__case=_get(number)).select_related("file")
    return as_download(get_object_or_404(rows, pk=key).file)


def _get(number: str) -> Case:
    found = Case.objects.select_related("seller", "order").filter(number=tidy(number)).first()
    if found is None:
        raise Http404
    return found


def _thread(
    request: DeskRequest,
    case: Case,
    form: ThreadForm | None = None,
    *,
    stale: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The thread; a refused form keeps its words, and what came meanwhile is marked."""
    at = timezone.now()
    kept = form.data if form is not None else {}
    seen = form.cleaned_data.get("seen_seq") if form is not None and stale else None
    said = read(case.pk)
    context: dict[str, Any] = {
        "case": case,
        "topic": _topic(said),
        "story": _story(case, said, seen),
        "may_write": request.user.has_perm(guard.ANSWER),
        "open": case.status == Case.Status.OPEN,
        "body": kept.get("body", ""),
        "reason": kept.get("reason", ""),
        "closing": kept.get("then") == CLOSE,
        "seen_seq": said[-1].entry.seq if said else 0,
        "client_id": kept.get("client_id") or uuid.uuid4(),
        "stale": stale,
        "errors": [error for errors in form.errors.values() for error in errors] if form else [],
        "topics": f"queue case:{case.number}",
        "section": "cases",
    }
    support_case = case.kind == Case.Kind.SUPPORT
    context |= page.rail(request, at, here=threads.SUPPORT if support_case else "cases")
    return render(request, "inquiries/desk/case.html", context, status=status)


def _topic(said: list[Said]) -> str:
    """What a question to support is about."""
    topic = said[0].entry.answers_given.get(TOPIC_KEY) if said else None
    return str(SupportTopic(topic).label) if topic in SupportTopic.values else ""


def _story(case: Case, said: list[Said], seen: int | None) -> list[dict[str, Any]]:
    """Words, and why it was closed or opened again, oldest first."""
    items = [_said(one, case, seen) for one in said]
    reasons = {
        support.BECAUSE_CLOSED: _("Closed: %(reason)s"),
        support.BECAUSE_REOPENED: _("Opened again: %(reason)s"),
    }
    for line in journal.of(case).filter(verb__in=list(reasons)):
        words = reasons[line.verb] % {"reason": line.facts.get("reason", "")}
        items.append(
            {
                "event": f"{words} · {line.user}" if line.user is not None else words,
                "at": line.at,
                "when": moments.short(line.at),
                "iso": line.at.isoformat(),
            }
        )
    return sorted(items, key=_moment)


def _moment(item: dict[str, Any]) -> datetime:
    found: datetime = item["at"]
    return found


def _said(said: Said, case: Case, seen: int | None) -> dict[str, Any]:
    entry = said.entry
    return {
        "ours": entry.author == Entry.Author.DESK,
        "who": str(entry.user) if entry.user is not None else entry.get_author_display(),
        "at": entry.created_at,
        "when": moments.short(entry.created_at),
        "iso": entry.created_at.isoformat(),
        "body": entry.body,
        "facts": said.answers,
        "files": timeline.files(case.number, said.files),
        "late": entry.late,
        "new": seen is not None and entry.seq > seen,
    }
