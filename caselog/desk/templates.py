"""Question templates on the desk: what agents can pick, its versions, a new one with its preview
(P12, P23).
"""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caselog.desk.template_form import (
    FieldSet,
    TemplateForm,
    first_fields,
    first_values,
    posted_again,
)
from caselog.models import QuestionTemplate
from caselog.operations import templates
from caselog.rules import templates as rules
from csba.errors import Conflict, DomainError
from csba.staff import DeskRequest, Page, frame, needs

READ: Final = "caselog.view_questiontemplate"
EDIT: Final = "caselog.edit_template"
MOST: Final = 200
"""Templates on one page, and versions of one of them."""


@require_safe
@needs(READ)
def show_templates(request: DeskRequest) -> HttpResponse:
    """The newest version of every template, those offered to agents first."""
    newest = QuestionTemplate.objects.order_by("code", "-version").distinct("code")[:MOST]
    rows = sorted(newest, key=lambda one: (not one.active, one.name.casefold()))
    return _page(request, "templates", {"rows": rows})


@require_safe
@needs(READ)
def show_template(request: DeskRequest, code: str) -> HttpResponse:
    """One template as sellers see it, in each language, and its versions with their reasons."""
    versions = list(_versions(code).select_related("created_by")[:MOST])
    if not versions:
        raise Http404
    asked = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.version) == asked), versions[0])
    context = {"shown": shown, "newest": versions[0], "versions": versions}
    return _page(request, "template", context | {"seen": seen(shown)})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(EDIT)
def edit_template(request: DeskRequest, code: str = "") -> HttpResponse:
    """The form; then how sellers will see it; then it is published. Without `code` a new one."""
    newest = None
    if code:
        newest = _versions(code).first()
        if newest is None:
            raise Http404
    if request.method != "POST":
        values = first_values(newest) if newest else {"seen_version": 0}
        form = TemplateForm(initial=values, fixed=code)
        return _form(request, form, FieldSet(initial=first_fields(newest) if newest else None))
    form, fields = TemplateForm(request.POST, fixed=code), FieldSet(request.POST)
    if not (form.is_valid() and fields.is_valid()):
        return _form(request, form, fields, HTTPStatus.UNPROCESSABLE_ENTITY)
    said = form.values() | {"fields": fields.values()}
    seen_version = form.cleaned_data["seen_version"]
    match request.POST.get("step"):
        case "publish":
            return _publish(request, form, fields, said, seen_version)
        case "change":
            return _form(request, form, fields)
        case _:
            return _preview(request, form, fields, said, seen_version)


@require_POST
@needs(EDIT)
def offer_template(request: DeskRequest, code: str) -> HttpResponse:
    """Agents can pick it again, or no more."""
    seen_version = request.POST.get("seen_version", "")
    try:
        templates.offer(
            code,
            offered=request.POST.get("offered") == "yes",
            by=request.user,
            seen_version=int(seen_version) if seen_version.isdecimal() else 0,
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:template", code)


def seen(template: QuestionTemplate) -> list[dict[str, Any]]:
    """A template as sellers of each language see it."""
    return [
        {
            "code": code,
            "name": get_language_info(code)["name_local"],
            "title": template.names.get(code, ""),
            "body": template.bodies.get(code, ""),
            "fields": [
                {
                    "label": field["label"].get(code, ""),
                    "help": field.get("help", {}).get(code, ""),
                    "required": field.get("required", False),
                    "kind": rules.kind(field, code),
                    "options": rules.options(field, code),
                }
                for field in template.fields
            ],
            "facts": rules.labels(template.order_facts, code),
        }
        for code in rules.LANGUAGES
    ]


def _publish(
    request: DeskRequest,
    form: TemplateForm,
    fields: Any,
    said: dict[str, Any],
    seen_version: int,
) -> HttpResponse:
    try:
        published = templates.publish(**said, by=request.user, seen_version=seen_version)
    except Conflict as refusal:
        form.add_error(None, str(refusal))
        newest = _versions(said["code"]).first()
        form.data = request.POST.copy()
        form.data["seen_version"] = str(newest.version if newest else 0)
        return _form(request, form, fields, HTTPStatus.CONFLICT, newest=newest)
    except templates.NotWhole as refusal:
        return _refused(request, form, fields, refusal.problems)
    messages.success(
        request,
        _("“%(name)s”, version %(version)d, is published.")
        % {"name": published.name, "version": published.version},
    )
    return redirect("admin:template", published.code)


def _preview(
    request: DeskRequest,
    form: TemplateForm,
    fields: Any,
    said: dict[str, Any],
    seen_version: int,
) -> HttpResponse:
    if problems := templates.missing(**said):
        return _refused(request, form, fields, problems)
    template = QuestionTemplate(version=seen_version + 1, **said)
    context = {"shown": template, "seen": seen(template), "posted": posted_again(request.POST)}
    return _page(request, "template_preview", context)


def _refused(
    request: DeskRequest, form: TemplateForm, fields: Any, problems: list[str]
) -> HttpResponse:
    for problem in problems:
        form.add_error(None, problem)
    return _form(request, form, fields, HTTPStatus.UNPROCESSABLE_ENTITY)


def _form(
    request: DeskRequest,
    form: TemplateForm,
    fields: Any,
    status: int = HTTPStatus.OK,
    newest: QuestionTemplate | None = None,
) -> HttpResponse:
    context = {"form": form, "fields": fields, "newest": newest}
    return _page(request, "template_form", context, status)


def _page(
    request: DeskRequest, name: str, context: dict[str, Any], status: int = HTTPStatus.OK
) -> HttpResponse:
    context |= {"may_edit": request.user.has_perm(EDIT), "section": "templates"}
    context |= frame(request, timezone.now(), here="templates")
    return render(request, f"caselog/desk/{name}.html", context, status=status)


def _versions(code: str) -> QuerySet[QuestionTemplate]:
    return QuestionTemplate.objects.filter(code=code).order_by("-version")


PAGES: list[Page] = [
    ("templates/", show_templates, "templates"),
    ("templates/new/", edit_template, "new-template"),
    ("templates/<slug:code>/", show_template, "template"),
    ("templates/<slug:code>/edit/", edit_template, "edit-template"),
    ("templates/<slug:code>/offer/", offer_template, "offer-template"),
]
