"""Sellers on the desk, to be read; what changes something is an operation behind a button."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from csba.read_only import ReadOnlyAdmin, ReadOnlyInline
from sellers.models import (
    Enrolment,
    Invitation,
    Membership,
    Order,
    OrderLine,
    Parcel,
    Plan,
    Product,
    Requirement,
    Seller,
    Service,
    Suspension,
    Terms,
)


class MembershipInline(ReadOnlyInline):
    model = Membership
    fields = ("user", "role", "created_at")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "seller")


class RequirementInline(ReadOnlyInline):
    model = Requirement
    fields = ("key", "met", "reason", "as_of")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("seller")


@admin.register(Seller)
class SellerAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "merchant_id",
        "country",
        "language",
        "professional",
        "standing",
        "standing_as_of",
    )
    list_filter = ("standing", "professional", "country", "language")
    search_fields = ("name", "short_name", "merchant_id", "default_email")
    inlines = (MembershipInline, RequirementInline)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = (
        "email",
        "seller",
        "service",
        "status",
        "invited_at",
        "invited_by",
        "expires_at",
        "settled_at",
    )
    list_filter = ("status", "service")
    list_select_related = ("seller", "service", "invited_by")
    search_fields = ("email", "seller__name", "seller__merchant_id")
    date_hierarchy = None
    # The hash helps nobody here.
    exclude = ("secret_hash",)


@admin.register(Service)
class ServiceAdmin(ReadOnlyAdmin):
    list_display = ("name", "code", "by_invitation")


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ("name", "service", "trial", "valid_from", "valid_to")
    list_select_related = ("service",)


@admin.register(Terms)
class TermsAdmin(ReadOnlyAdmin):
    list_display = ("kind", "version", "service", "valid_from")
    list_filter = ("kind", "service")
    list_select_related = ("service",)


class SuspensionInline(ReadOnlyInline):
    model = Suspension
    fields = ("reason", "from_at", "until_at")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return (
            super().get_queryset(request).select_related("enrolment__seller", "enrolment__service")
        )


@admin.register(Enrolment)
class EnrolmentAdmin(ReadOnlyAdmin):
    list_display = (
        "seller",
        "service",
        "plan",
        "status",
        "opted_in_at",
        "active_due_at",
        "active_from",
        "ended_at",
    )
    list_filter = ("status", "service", "plan__trial")
    list_select_related = ("seller", "service", "plan__service")
    search_fields = ("seller__name", "seller__merchant_id")
    inlines = (SuspensionInline,)


class OrderLineInline(ReadOnlyInline):
    model = OrderLine
    fields = (
        "item_id",
        "asin",
        "sku",
        "title",
        "quantity",
        "quantity_shipped",
        "price",
        "currency",
        "customised",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("order")


class ParcelInline(ReadOnlyInline):
    model = Parcel
    fields = ("reference", "carrier", "tracking_number", "status", "shipped_at", "delivered_at")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ("number", "seller", "channel", "status", "placed_at", "total", "currency")
    list_filter = ("channel", "status")
    list_select_related = ("seller",)
    found_by = ("number", "buyer_email")
    ordering = ("-placed_at", "-id")
    inlines = (OrderLineInline, ParcelInline)


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    list_display = ("title", "asin", "marketplace_id", "brand", "category", "changed_at")
    found_by = ("asin",)
    ordering = ("-changed_at",)
