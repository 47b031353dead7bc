"""Inquiries as lists, for leads; mail that was not understood, with its second chance."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from csba.accounts.models import User
from csba.errors import refusals_as_messages
from csba.read_only import ReadOnlyAdmin
from inquiries.models import BuyerMessage, InboundMail, Inquiry
from inquiries.operations import inbound
from inquiries.word_admin import WordRuleAdmin

__all__ = ["BuyerMessageAdmin", "InboundMailAdmin", "InquiryAdmin", "WordRuleAdmin"]

REPLAY = "inquiries.replay_mail"
_SHOWN = 20_000
"""So many bytes of a mail's source are shown."""


@admin.register(Inquiry)
class InquiryAdmin(ReadOnlyAdmin):
    list_display = (
        "link",
        "status",
        "topic",
        "signal",
        "seller",
        "order",
        "verdict",
        "next_due_at",
        "assignee",
        "opened_at",
    )
    list_display_links = None
    list_filter = ("status", "verdict", "topic", "channel", "signal", "language")
    list_select_related = ("seller", "order", "assignee")
    found_by = ("number", "order__number", "buyer_email")
    ordering = ("-id",)

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def link(self, inquiry: Inquiry) -> SafeString:
        """To the inquiry's own page, where things can be done."""
        url = reverse("admin:inquiry", args=[inquiry.number])
        return format_html('<a href="{}">{}</a>', url, inquiry.number)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Inquiry]:
        """Without the orders' raw rows."""
        rows: QuerySet[Inquiry] = super().get_queryset(request)
        return rows.defer("order__raw")


@admin.register(InboundMail)
class InboundMailAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "sender", "subject", "kind", "status", "result", "inquiry")
    list_filter = ("status", "kind", "via")
    list_select_related = ("inquiry",)
    found_by = ("message_id",)
    ordering = ("-id",)
    change_form_template = "inquiries/desk/inbound_mail.html"
    fields = (
        ("status", "tries"),
        "result",
        "error",
        ("received_at", "handled_at"),
        ("kind", "via"),
        "sender",
        "subject",
        "envelope_from",
        "envelope_to",
        "message_id",
        "inquiry",
        "case",
        "source",
    )
    readonly_fields = ("source",)

    @admin.display(description=gettext_lazy("source"))
    def source(self, mail: InboundMail) -> str:
        """The raw mail as text, as much of it as a person reads."""
        return bytes(mail.raw[:_SHOWN]).decode("utf-8", "replace")

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundMail]:
        """Lists do not carry the mails themselves."""
        rows: QuerySet[InboundMail] = super().get_queryset(request)
        return rows.defer("raw")

    def get_urls(self) -> list[URLPattern]:
        again = self.admin_site.admin_view(require_POST(self.replay))
        return [
            path("<int:pk>/replay/", again, name="inquiries_inboundmail_replay"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The mail, with the button for who may press it while it is in quarantine."""
        rows = InboundMail.objects.quarantine().filter(pk=object_id)
        may = request.user.has_perm(REPLAY) and object_id.isdecimal() and rows.exists()
        context = {**(extra_context or {}), "may_replay": may}
        return super().change_view(request, object_id, form_url, context)

    def replay(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Handled once more, as if it had just come in."""
        person = request.user
        if not isinstance(person, User) or not person.has_perm(REPLAY):
            raise PermissionDenied
        mail = get_object_or_404(InboundMail, pk=pk)
        with refusals_as_messages(request):
            inbound.replay(mail, by=person)
            messages.success(request, _("The mail is handled once more."))
        return redirect("admin:inquiries_inboundmail_change", pk)


@admin.register(BuyerMessage)
class BuyerMessageAdmin(ReadOnlyAdmin):
    list_display = ("number", "seller", "reason", "status", "received_at", "response_due_at")
    list_filter = ("status", "reason")
    list_select_related = ("seller",)
    found_by = ("number", "inquiry__number")
    ordering = ("-id",)
