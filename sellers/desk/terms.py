"""Terms on the desk: versions, who has agreed, a new version with its date (P8, rulings 15)."""

from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from csba import promises
from csba.errors import Conflict, DomainError
from csba.staff import DeskRequest, Page, frame, needs
from sellers.desk.terms_form import TermsForm, first_values
from sellers.models import Acceptance, Enrolment, Service, Terms, TermsRequest
from sellers.operations import enrolment, terms
from sellers.rules import terms as rules
from sellers.rules.documents import blocks

READ: Final = "sellers.view_terms"
PUBLISH: Final = "sellers.add_terms"
PAGE: Final = 50
VERSIONS: Final = 100
Status = TermsRequest.Status


@require_safe
@needs(READ)
def show_terms(request: DeskRequest) -> HttpResponse:
    """All versions, with how many of the sellers who are signed up have agreed."""
    at = timezone.now()
    service = enrolment.csba()
    found = list(
        Terms.objects.filter(service=service)
        .select_related("published_by")
        .order_by("kind", "-valid_from", "-pk")[:VERSIONS]
    )
    context: dict[str, Any] = {
        "rows": _rows(service, found, at),
        "may_publish": request.user.has_perm(PUBLISH),
        "section": "terms",
    }
    context |= frame(request, at, here="terms")
    return render(request, "sellers/desk/terms.html", context)


@require_safe
@needs(READ)
def show_terms_version(request: DeskRequest, number: int) -> HttpResponse:
    """One version: its text and what it changed, in one of its languages; who has not agreed."""
    document = Terms.objects.filter(pk=number).select_related("service", "published_by").first()
    if document is None:
        raise Http404
    at = timezone.now()
    language = _language(request.GET.get("language"))
    missed = request.GET.get("show") == "missed"
    waiting = _of_signed_up(TermsRequest.objects.filter(terms=document), document.service)
    waiting = waiting.filter(status=Status.MISSED if missed else Status.OPEN)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        waiting = waiting.filter(pk__gt=int(after))
    requests = list(waiting.select_related("seller").order_by("pk")[: PAGE + 1])
    before = _before(document)
    context: dict[str, Any] = {
        "document": document,
        "row": _rows(document.service, [document], at)[0],
        "before": before,
        "changes": _changes(before.bodies if before else {}, document.bodies, language),
        "blocks": list(blocks(document.bodies.get(language, ""))),
        "summary": rules.summary(document, language),
        "language": language,
        "languages": _languages(),
        "missed": missed,
        "requests": requests[:PAGE],
        "after": requests[PAGE - 1].pk if len(requests) > PAGE else None,
        "section": "terms",
    }
    context |= frame(request, at, here="terms")
    return render(request, "sellers/desk/terms_version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(PUBLISH)
def publish_terms(request: DeskRequest) -> HttpResponse:
    """The form; then how sellers will see it, with what it changes; then it is published."""
    at = timezone.now()
    usual = promises.terms_notice(at)
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        kind = kind if kind in Terms.Kind.values else Terms.Kind.CONDITIONS
        first = first_values(enrolment.csba(), kind, at)
        return _form(request, TermsForm(initial=first, usual=usual))
    form = TermsForm(request.POST, usual=usual)
    if not form.is_valid():
        return _form(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    match request.POST.get("step"):
        case "publish":
            try:
                document = terms.publish(enrolment.csba(), **form.values(), by=request.user)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                taken = isinstance(refusal, Conflict)
                status = HTTPStatus.CONFLICT if taken else HTTPStatus.UNPROCESSABLE_ENTITY
                return _form(request, form, status)
            messages.success(request, _("%(document)s is published.") % {"document": document})
            return redirect("admin:terms-version", document.pk)
        case "change":
            return _form(request, form)
        case _:
            return _preview(request, form)


def _form(request: DeskRequest, form: TermsForm, status: int = HTTPStatus.OK) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "kinds": Terms.Kind.choices, "section": "terms"}
    context |= frame(request, timezone.now(), here="terms")
    return render(request, "sellers/desk/terms_form.html", context, status=status)


def _preview(request: DeskRequest, form: TermsForm) -> HttpResponse:
    at = timezone.now()
    values = form.values()
    valid_from = values["valid_from"] or at
    held = Terms.objects.filter(
        service=enrolment.csba(), kind=values["kind"], valid_from__lte=valid_from
    )
    before = held.order_by("-valid_from", "-pk").first()
    bodies = rules.tidy(values["bodies"])
    document = Terms(kind=values["kind"], version=values["version"], valid_from=valid_from)
    seen = []
    for code, name in _languages():
        with override(code):
            kind = str(document.get_kind_display())
        seen.append(
            {
                "code": code,
                "name": name,
                "kind": kind,
                "summary": values["summaries"][code],
                "blocks": list(blocks(bodies[code])),
                "changes": _changes(before.bodies if before else {}, bodies, code),
            }
        )
    context: dict[str, Any] = {
        "form": form,
        "document": document,
        "before": before,
        "seen": seen,
        "at_once": values["valid_from"] is None,
        "agree_by": valid_from + (values["agree_within"] or promises.terms_notice(valid_from)),
        "section": "terms",
    }
    context |= frame(request, at, here="terms")
    return render(request, "sellers/desk/terms_preview.html", context)


def _rows(service: Service, found: Iterable[Terms], at: datetime) -> list[dict[str, Any]]:
    """Versions with their state and their numbers among sellers who are signed up; three
    statements.
    """
    found = list(found)
    agreed = dict(
        _of_signed_up(Acceptance.objects.filter(terms__in=found), service)
        .order_by()
        .values_list("terms")
        .annotate(Count("pk"))
    )
    requests = _of_signed_up(TermsRequest.objects.filter(terms__in=found), service)
    counts = {
        (pk, status): number
        for pk, status, number in requests.order_by()
        .values_list("terms", "status")
        .annotate(Count("pk"))
    }
    current = {document.pk for document in terms.current(service, at)}
    return [
        {
            "document": document,
            "state": _state(document, current, at),
            "agreed": agreed.get(document.pk, 0),
            "open": counts.get((document.pk, Status.OPEN), 0),
            "missed": counts.get((document.pk, Status.MISSED), 0),
        }
        for document in found
    ]


def _state(document: Terms, current: set[int], at: datetime) -> str:
    if document.pk in current:
        return "current"
    return "coming" if document.valid_from > at else "earlier"


def _of_signed_up(rows: Any, service: Service) -> Any:
    """Those of sellers with a running stint."""
    running = Enrolment.objects.current().filter(seller=OuterRef("seller_id"), service=service)
    return rows.filter(Exists(running))


def _before(document: Terms) -> Terms | None:
    """The version of the same document that this one took the place of."""
    held = Terms.objects.filter(
        service=document.service_id, kind=document.kind, valid_from__lt=document.valid_from
    )
    return held.order_by("-valid_from", "-pk").first()


def _changes(before: dict[str, str], after: dict[str, str], language: str) -> list[rules.Piece]:
    return rules.differences(before.get(language, ""), after.get(language, ""))


def _languages() -> list[tuple[str, str]]:
    return [(code, _NAMES[code]) for code in rules.LANGUAGES]


def _language(asked: str | None) -> str:
    """The language asked for, else the reader's, else German."""
    return next(
        (code for code in (asked, get_language()) if code and code in rules.LANGUAGES), "de"
    )


_NAMES: Final = {"de": "Deutsch", "zh-hans": "简体中文", "en": "English"}
"""Each in itself, as in the menu of languages."""

PAGES: list[Page] = [
    ("terms/", show_terms, "terms"),
    ("terms/new/", publish_terms, "publish-terms"),
    ("terms/<int:number>/", show_terms_version, "terms-version"),
]
