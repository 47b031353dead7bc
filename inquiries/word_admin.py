"""The word rules on the desk: every list with its corrections; policy admins change the words.

A change is a new row from a moment on. Rows themselves are never edited.
"""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from csba.accounts.models import User
from csba.errors import DomainError
from csba.read_only import ReadOnlyAdmin
from inquiries.models import ReasonCorrection, WordRule
from inquiries.operations import words

CHANGE: Final = "inquiries.change_wordrule"
_LATELY: Final = timedelta(days=90)
_SHOWN: Final = 6
_MOST_EXAMPLES: Final = 10


class WordsForm(forms.Form):
    """The phrases of a rule, one a line."""

    phrases = forms.CharField(
        label=gettext_lazy("Phrases, one a line"),
        required=False,
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=gettext_lazy(
            "Whole words. * stands for any ending, … for up to four words between (in Chinese: up "
            "to six characters)."
        ),
    )
    position = forms.IntegerField(
        label=gettext_lazy("Asked as number"), min_value=0, max_value=9_999
    )
    why = forms.CharField(label=gettext_lazy("Why"), widget=forms.Textarea(attrs={"rows": 2}))


class InForce(admin.SimpleListFilter):
    """Now, unless the past is asked for."""

    title = gettext_lazy("validity")
    parameter_name = "valid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All, also past"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[WordRule]) -> QuerySet[WordRule]:
        if self.value() == "all":
            return queryset
        return queryset.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=timezone.now()))

    def choices(self, changelist: Any) -> Any:
        """The first choice says what the default is."""
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = _("In force now")
            yield choice


@admin.register(WordRule)
class WordRuleAdmin(ReadOnlyAdmin):
    list_display = ("means_what", "language", "kind", "position", "some", "corrected", "change")
    list_display_links = None
    list_filter = (InForce, "language", "kind", "means")
    list_per_page = 200
    search_fields = ("code", "phrases")
    ordering = ("language", "kind", "position", "id")

    @admin.display(description=gettext_lazy("means"), ordering="means")
    def means_what(self, rule: WordRule) -> str:
        """The reason or signal in words."""
        return str(rule.get_means_display())

    @admin.display(description=gettext_lazy("phrases"))
    def some(self, rule: WordRule) -> str:
        """The first phrases, and how many there are."""
        more = len(rule.phrases) - _SHOWN
        said = " · ".join(rule.phrases[:_SHOWN])
        return f"{said} … (+{more})" if more > 0 else said

    @admin.display(description=gettext_lazy("corrected in 90 days"), ordering="corrected_lately")
    def corrected(self, rule: WordRule) -> int:
        """How often an agent said that it was about something else."""
        return int(getattr(rule, "corrected_lately", 0))

    @admin.display(description=gettext_lazy("Change"))
    def change(self, rule: WordRule) -> SafeString:
        """The way to other words."""
        url = reverse("admin:inquiries_wordrule_change_words", args=[rule.pk])
        return format_html('<a href="{}">{}</a>', url, _("Change…"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[WordRule]:
        """With the corrections of the last 90 days."""
        rows: QuerySet[WordRule] = super().get_queryset(request)
        lately = Q(corrections__at__gt=timezone.now() - _LATELY)
        return rows.annotate(corrected_lately=Count("corrections", filter=lately))

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """The link only for who may follow it."""
        return self.list_display if request.user.has_perm(CHANGE) else self.list_display[:-1]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.change_words)
        return [
            path("<int:pk>/change-words/", view, name="inquiries_wordrule_change_words"),
            *super().get_urls(),
        ]

    def change_words(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rule's words, what was corrected of late, and a form for its next version."""
        person = request.user
        if not isinstance(person, User) or not person.has_perm(CHANGE):
            raise PermissionDenied
        rule = get_object_or_404(WordRule, pk=pk)
        data = request.POST if request.method == "POST" else None
        first = {"phrases": "\n".join(rule.phrases), "position": rule.position}
        form = WordsForm(data, initial=first)
        if form.is_valid():
            said = form.cleaned_data
            try:
                words.change(rule, by=person, **{**said, "phrases": said["phrases"].splitlines()})
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The words are changed; they hold in a minute."))
                return redirect("admin:inquiries_wordrule_changelist")
        same = {"rule__code": rule.code, "rule__language": rule.language}
        corrected = ReasonCorrection.objects.filter(**same)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{rule.get_means_display()} · {rule.get_language_display()}",
            "opts": self.model._meta,
            "rule": rule,
            "corrections": corrected.select_related("by", "inquiry").order_by("-pk")[
                :_MOST_EXAMPLES
            ],
            "form": form,
            "media": self.media + form.media,
        }
        status = 422 if form.errors else 200
        return render(request, "admin/inquiries/wordrule/change_words.html", context, status=status)
