"""Cases on the desk, to be read: what happens to them happens by operations."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from caselog.models import Case, Entry, Question
from csba.read_only import ReadOnlyAdmin, ReadOnlyInline


class EntryInline(ReadOnlyInline):
    model = Entry
    fields = ("seq", "author", "user", "via", "late", "created_at", "body")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return super().get_queryset(request).select_related("user", "case").order_by("seq")


class QuestionInline(ReadOnlyInline):
    model = Question
    fields = ("status", "topic", "asked_by", "asked_at", "reply_due_at", "settled_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return super().get_queryset(request).select_related("asked_by", "case").order_by("id")


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    list_display = ("number", "seller", "kind", "topic", "reference", "status", "last_entry_at")
    list_filter = ("status", "kind")
    list_select_related = ("seller",)
    ordering = ("-last_entry_at", "-id")
    found_by = ("number",)
    inlines = (EntryInline, QuestionInline)
    fields = (
        "number",
        "seller",
        "kind",
        "topic",
        "subject",
        "reference",
        "order",
        "status",
        "opened_at",
        "closed_at",
    )
    readonly_fields = fields
