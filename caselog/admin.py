"""Cases on the desk, to be read: what happens to them happens by operations."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from caselog.models import Case, Entry, Question


class _Read:
    """Nobody adds, changes or deletes here."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class EntryInline(_Read, admin.TabularInline):
    model = Entry
    fields = ("seq", "author", "user", "via", "late", "created_at", "body")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return super().get_queryset(request).select_related("user", "case").order_by("seq")


class QuestionInline(_Read, admin.TabularInline):
    model = Question
    fields = ("status", "topic", "asked_by", "asked_at", "reply_due_at", "settled_at")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return super().get_queryset(request).select_related("asked_by", "case").order_by("id")


@admin.register(Case)
class CaseAdmin(_Read, admin.ModelAdmin):
    list_display = ("number", "seller", "kind", "topic", "reference", "status", "last_entry_at")
    list_filter = ("status", "kind")
    list_select_related = ("seller",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-last_entry_at", "-id")
    search_fields = ("=number", "=reference", "=seller__merchant_id")
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
