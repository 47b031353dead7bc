"""People on the desk. Nobody is deleted: who leaves may not log in any more (helpdesk S9)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from csba.accounts.models import User
from csba.read_only import ReadOnlyAdmin


class PersonForm(forms.ModelForm):
    """A new person has no password: they choose one by “Forgot your password?”."""

    class Meta:
        model = User
        fields = ("email", "name", "language", "time_zone", "is_staff", "is_active", "groups")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def save(self, commit: bool = True) -> User:
        if self.instance.pk is None:
            self.instance.set_unusable_password()
        person: User = super().save(commit)
        return person


@admin.register(User)
class PersonAdmin(admin.ModelAdmin):
    form = PersonForm
    list_display = ("email", "name", "language", "time_zone", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "groups", "language")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ("groups",)
    readonly_fields = ("last_login", "date_joined", "is_superuser")
    fieldsets = (
        (None, {"fields": ("email", "name")}),
        (_("How they read"), {"fields": ("language", "time_zone")}),
        (_("What they may do"), {"fields": ("is_active", "is_staff", "groups", "is_superuser")}),
        (_("Since when"), {"fields": ("date_joined", "last_login")}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


# The roles are written by csba/accounts/roles.py; here they are only looked at.
admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin, GroupAdmin):
    list_display = ("name",)
