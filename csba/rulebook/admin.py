"""The rulebook on the desk: every rule with its value now; policy admins change it, with a reason.

A change is a new row from a moment on. Rows themselves are never edited.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from csba.accounts.models import User
from csba.errors import DomainError
from csba.read_only import ReadOnlyAdmin
from csba.rulebook import operations
from csba.rulebook.models import Rule

CHANGE = "rulebook.change_rule"


class ChangeForm(forms.Form):
    """A new value from a moment on."""

    value = forms.JSONField(
        label=gettext_lazy("New value"), widget=forms.Textarea(attrs={"rows": 3})
    )
    valid_from = forms.SplitDateTimeField(
        label=gettext_lazy("From when on"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=gettext_lazy("Empty: in a minute."),
    )
    why = forms.CharField(label=gettext_lazy("Why"), widget=forms.Textarea(attrs={"rows": 3}))


class InForce(admin.SimpleListFilter):
    """Now, unless the past or the future is asked for."""

    title = gettext_lazy("validity")
    parameter_name = "valid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("planned", _("Planned")), ("all", _("All, also past"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Rule]) -> QuerySet[Rule]:
        at = timezone.now()
        match self.value():
            case "all":
                return queryset
            case "planned":
                return queryset.filter(valid_from__gt=at)
        return queryset.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at), valid_from__lte=at)

    def choices(self, changelist: Any) -> Any:
        """The first choice says what the default is."""
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = _("In force now")
            yield choice


@admin.register(Rule)
class RuleAdmin(ReadOnlyAdmin):
    list_display = ("key", "value", "source", "valid_from", "valid_to", "changed_by", "change")
    list_filter = (InForce,)
    list_select_related = ("changed_by",)
    list_per_page = 200
    search_fields = ("key",)
    ordering = ("key", "-valid_from")

    @admin.display(description=gettext_lazy("Change"))
    def change(self, rule: Rule) -> SafeString:
        """The way to a new value."""
        url = reverse("admin:rulebook_rule_change_value", args=[rule.key])
        return format_html('<a href="{}">{}</a>', url, _("Change…"))

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """The link only for who may follow it."""
        return self.list_display if request.user.has_perm(CHANGE) else self.list_display[:-1]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.change_value)
        return [
            path("<str:key>/change-value/", view, name="rulebook_rule_change_value"),
            *super().get_urls(),
        ]

    def change_value(self, request: HttpRequest, key: str) -> HttpResponse:
        """The rule's history and a form for its next value."""
        person = request.user
        if not isinstance(person, User) or not person.has_perm(CHANGE):
            raise PermissionDenied
        history = list(
            Rule.objects.filter(key=key).select_related("changed_by").order_by("-valid_from")
        )
        if not history:
            raise Http404
        data = request.POST if request.method == "POST" else None
        form = ChangeForm(data, initial={"value": history[0].value})
        if form.is_valid():
            try:
                operations.change(key, by=person, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The rule is changed."))
                return redirect("admin:rulebook_rule_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": key,
            "opts": self.model._meta,
            "history": history,
            "form": form,
            "media": self.media + form.media,
        }
        status = 422 if form.errors else 200
        return render(request, "admin/rulebook/rule/change_value.html", context, status=status)
