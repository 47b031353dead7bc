"""The journal on the desk, to be read."""

from django.contrib import admin

from csba.journal.models import Line
from csba.read_only import ReadOnlyAdmin


@admin.register(Line)
class LineAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "user", "verb", "subject_type", "subject_id")
    list_filter = ("actor", "subject_type")
    list_select_related = ("user",)
    search_fields = ("=verb", "=subject_id")
    ordering = ("-id",)
