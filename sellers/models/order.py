"""An order as the marketplace tells it, with its lines, parcels and where those were seen (domain
6).
"""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sellers.models.seller import Seller


class OrderQuerySet(models.QuerySet["Order"]):
    def for_seller(self, seller: Seller) -> Self:
        """The only list a portal page may start from."""
        return self.filter(seller=seller)

    def of_buyer(self, email: str) -> Self:
        """Orders whose buyer of record has this address, newest first."""
        return self.filter(buyer_email=email.strip().lower()).order_by("-placed_at", "-id")


class Order(models.Model):
    """Money is decimal with its currency; what the feed did not say stays empty, never zero."""

    class Channel(models.TextChoices):
        MFN = "MFN", _("Shipped by the seller")
        AFN = "AFN", _("Shipped by the marketplace")

    class Status(models.TextChoices):
        PENDING = "PENDING", _("Pending")
        UNSHIPPED = "UNSHIPPED", _("Not shipped")
        PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED", _("Partly shipped")
        SHIPPED = "SHIPPED", _("Shipped")
        CANCELED = "CANCELED", _("Canceled")
        UNFULFILLABLE = "UNFULFILLABLE", _("Cannot be fulfilled")

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(_("order number"), max_length=40, unique=True)
    marketplace_id = models.CharField(_("marketplace"), max_length=20)
    channel = models.CharField(_("shipped by"), max_length=3, choices=Channel.choices)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    programmes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    business = models.BooleanField(_("business buyer"), default=False)
    placed_at = models.DateTimeField(_("placed"))
    changed_at = models.DateTimeField(_("changed at the marketplace"))

    ship_by_from = models.DateTimeField(null=True, blank=True)
    ship_by_to = models.DateTimeField(null=True, blank=True)
    deliver_by_from = models.DateTimeField(null=True, blank=True)
    deliver_by_to = models.DateTimeField(null=True, blank=True)
    ship_from_country = models.CharField(max_length=2, blank=True)
    ship_service = models.CharField(max_length=80, blank=True)

    currency = models.CharField(max_length=3, blank=True)
    total = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    buyer_name = models.CharField(max_length=160, blank=True)
    buyer_email = models.CharField(max_length=320, blank=True)
    ship_name = models.CharField(max_length=160, blank=True)
    ship_lines = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    ship_postcode = models.CharField(max_length=20, blank=True)
    ship_city = models.CharField(max_length=120, blank=True)
    ship_state = models.CharField(max_length=120, blank=True)
    ship_country = models.CharField(max_length=2, blank=True)
    ship_phone = models.CharField(max_length=40, blank=True)

    source = models.CharField(max_length=40, blank=True)
    raw = models.JSONField(default=dict, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            models.Index(fields=["seller", "-placed_at", "-id"], name="order_list_of_seller"),
            models.Index(
                fields=["buyer_email", "-placed_at"],
                name="order_of_buyer",
                condition=~Q(buyer_email=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def seller_fulfilled(self) -> bool:
        """The seller ships it."""
        return self.channel == self.Channel.MFN


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    item_id = models.CharField(max_length=40)
    asin = models.CharField(max_length=20, db_index=True)
    sku = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=500, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    quantity_shipped = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    price = models.DecimalField(
        _("price of all pieces"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    tax = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    shipping_price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    discount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    condition = models.CharField(max_length=40, blank=True)
    customised = models.BooleanField(default=False)
    gift = models.BooleanField(default=False)
    programmes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    raw = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "item_id"], name="order_line_once")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title or self.asin}"


class Parcel(models.Model):
    class Status(models.TextChoices):
        PENDING = "PENDING", _("Not handed over yet")
        IN_TRANSIT = "IN_TRANSIT", _("On its way")
        OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY", _("Out for delivery")
        DELIVERED = "DELIVERED", _("Delivered")
        UNDELIVERABLE = "UNDELIVERABLE", _("Could not be delivered")
        LOST = "LOST", _("Lost")
        RETURNED = "RETURNED", _("Back at the seller")
        CANCELLED = "CANCELLED", _("Cancelled")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="parcels")
    reference = models.CharField(
        max_length=80, help_text=_("The feed's own id of the parcel, else the tracking number.")
    )
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PENDING)
    shipped_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    signature = models.BooleanField(default=False)
    ship_from_country = models.CharField(max_length=2, blank=True)

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["tracking_number"],
                name="parcel_by_tracking_number",
                condition=~Q(tracking_number=""),
            )
        ]
        constraints = [models.UniqueConstraint(fields=["order", "reference"], name="parcel_once")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}".strip()


class TrackingEvent(models.Model):
    """Where a parcel was seen."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    code = models.CharField(max_length=40)
    place = models.CharField(max_length=120, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "at", "code"], name="tracking_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.code}"
