"""Rows on the desk that are there to be read: what happens to them happens by operations."""

from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

_MOST: Final = 500
"""More rows than this for one number or address help nobody."""


class ReadOnly:
    """Nobody adds, changes or deletes here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    """Rows that belong to the one shown."""

    extra = 0


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    """Lists never count a whole table."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    found_by: ClassVar[tuple[str, ...]] = ()
    """Columns that are searched as they are, each by its index: the admin's own `=` compares in
    capitals, which no index serves.
    """

    def get_search_fields(self, request: HttpRequest) -> Any:
        """A search box where there is something to search."""
        return self.found_by or super().get_search_fields(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows with exactly this number or address, however it was typed."""
        if not self.found_by:
            return super().get_search_results(request, queryset, search_term)
        typed = search_term.strip().lstrip("#").strip()
        if not typed:
            return queryset, False
        forms = {typed, typed.upper(), typed.lower()}
        rows = self.model._default_manager
        # One column a statement: an OR over a join would read the whole table.
        found = {
            pk
            for column in self.found_by
            for pk in rows.filter(**{f"{column}__in": forms}).values_list("pk", flat=True)[:_MOST]
        }
        return queryset.filter(pk__in=found), False
