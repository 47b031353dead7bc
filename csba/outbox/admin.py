"""The outbox on the desk: what left, what did not and why; a person may send it again."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from csba.accounts.models import User
from csba.errors import refusals_as_messages
from csba.outbox import operations, suppressed
from csba.outbox.models import OutgoingMail, Suppression
from csba.read_only import ReadOnlyAdmin

RESEND = "outbox.resend_mail"
SECRET = ("account/mail/", "mfa/mail/", "sellers/mail/invited", "sellers/mail/interest")
"""Letters with a link or a code by which whoever reads them could get in."""


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "to_address", "subject", "status", "tries", "settled_at")
    list_filter = ("status", "template")
    found_by = ("message_id",)
    ordering = ("-id",)
    fields = (
        ("status", "tries"),
        "to_address",
        "subject",
        "words",
        "last_error",
        ("created_at", "send_after", "claimed_at", "data_at", "settled_at"),
        "template",
        "language",
        "automatic",
        "message_id",
        "reply_to",
        "in_reply_to",
    )

    readonly_fields = ("words",)

    @admin.display(description=gettext_lazy("text"))
    def words(self, mail: OutgoingMail) -> str:
        """The letter; not where it holds a link or code that lets its reader in."""
        if mail.template.startswith(SECRET):
            return _("Not shown: it holds a link or a code for its receiver alone.")
        return mail.text

    def get_urls(self) -> list[URLPattern]:
        again = self.admin_site.admin_view(require_POST(self.send_again))
        return [
            path("<int:pk>/send-again/", again, name="outbox_outgoingmail_send_again"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The mail, with the button for who may press it and where it makes sense."""
        rows = OutgoingMail.objects.troubled().filter(pk=object_id)
        may = request.user.has_perm(RESEND) and object_id.isdecimal() and rows.exists()
        context = {**(extra_context or {}), "may_send_again": may}
        return super().change_view(request, object_id, form_url, context)

    def send_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Queued once more; the journal names who wanted it."""
        person = request.user
        if not isinstance(person, User) or not person.has_perm(RESEND):
            raise PermissionDenied
        mail = get_object_or_404(OutgoingMail, pk=pk)
        with refusals_as_messages(request):
            operations.send_again(mail, by=person)
            messages.success(request, _("The mail is sent again."))
        return redirect("admin:outbox_outgoingmail_change", pk)


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    list_display = ("address", "reason", "since", "until", "lifted_at", "lifted_by")
    list_filter = ("reason",)
    list_select_related = ("lifted_by",)
    found_by = ("address",)
    ordering = ("-since", "-id")
    change_form_template = "admin/outbox/suppression/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        lift = self.admin_site.admin_view(require_POST(self.lift))
        return [
            path("<int:pk>/lift/", lift, name="outbox_suppression_lift"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The address, with the button for who may press it while it holds."""
        holds = Suppression.objects.filter(lifted_at__isnull=True, until__gt=timezone.now())
        may = request.user.has_perm(RESEND) and object_id.isdecimal()
        may = may and holds.filter(pk=object_id).exists()
        context = {**(extra_context or {}), "may_lift": may}
        return super().change_view(request, object_id, form_url, context)

    def lift(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The address may be written to again; the journal names who said so."""
        person = request.user
        if not isinstance(person, User) or not person.has_perm(RESEND):
            raise PermissionDenied
        with refusals_as_messages(request):
            suppressed.lift(get_object_or_404(Suppression, pk=pk), by=person)
            messages.success(request, _("This address gets mail again."))
        return redirect("admin:outbox_suppression_change", pk)
