"""Money that goes back to a buyer, each once, and never more than was paid for a line."""

from datetime import datetime
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from csba.numbers import number_field
from returns.models.request import ReturnRequest
from sellers.models import Order, OrderLine, Seller


class RefundQuerySet(models.QuerySet["Refund"]):
    def for_seller(self, seller: Seller) -> Self:
        """The only list a portal page may start from."""
        return self.filter(seller=seller)

    def to_release(self, at: datetime) -> Self:
        """The hold is over: nobody has called it back."""
        return self.filter(status=Refund.Status.ASKED, release_due_at__lte=at)

    def to_send(self, at: datetime) -> Self:
        """Released, and the payment gateway may be asked (again)."""
        return self.filter(status=Refund.Status.RELEASED, send_after__lte=at)

    def to_approve(self) -> Self:
        """A second person must say yes."""
        return self.filter(status=Refund.Status.TO_APPROVE)


class Refund(models.Model):
    """Asked, released after the hold, sent to the gateway, settled or failed. Goodwill is counted
    apart (rulings 17).
    """

    class Status(models.TextChoices):
        TO_APPROVE = "TO_APPROVE", pgettext_lazy("refund", "Waits for a second person")
        ASKED = "ASKED", pgettext_lazy("refund", "Asked for")
        RELEASED = "RELEASED", pgettext_lazy("refund", "Released")
        SENT = "SENT", pgettext_lazy("refund", "With the payment service")
        SETTLED = "SETTLED", pgettext_lazy("refund", "Paid back")
        FAILED = "FAILED", pgettext_lazy("refund", "Failed")
        CANCELLED = "CANCELLED", pgettext_lazy("refund", "Called back")
        REJECTED = "REJECTED", pgettext_lazy("refund", "Not approved")

    class Origin(models.TextChoices):
        """Who caused it: what may be reimbursed hangs on this (domain 1.14, 3.4)."""

        AGENT = "AGENT", _("Customer service")
        SELLER = "SELLER", _("Seller")
        RULE = "RULE", _("Rule")
        ON_BEHALF = "ON_BEHALF", _("On the seller's behalf, after its time")

    MOVES: Final = {
        Status.TO_APPROVE: (Status.ASKED, Status.REJECTED, Status.CANCELLED),
        Status.ASKED: (Status.RELEASED, Status.CANCELLED),
        Status.RELEASED: (Status.SENT,),
        Status.SENT: (Status.SETTLED, Status.FAILED, Status.RELEASED),
        Status.FAILED: (Status.RELEASED, Status.CANCELLED),
    }
    VOID: Final = (Status.CANCELLED, Status.REJECTED)

    number = number_field("REF")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="refunds", db_index=False
    )
    request = models.ForeignKey(
        ReturnRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="refunds"
    )
    key = models.CharField(
        max_length=120, unique=True, help_text=_("The idempotency key, also of the gateway.")
    )
    status = models.CharField(max_length=10, choices=Status.choices)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    goodwill = models.BooleanField(default=False)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    reason = models.TextField()
    clause = models.CharField(max_length=80, blank=True)
    reference = models.CharField(
        max_length=40, blank=True, help_text=_("The inquiry's number, where there is one.")
    )
    reimbursable = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)

    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    release_due_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    send_after = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    gateway = models.CharField(max_length=20, blank=True)
    gateway_reference = models.CharField(max_length=120, blank=True)
    last_error = models.TextField(blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        permissions = [
            ("ask_refund", _("May refund within the agent's limit")),
            ("ask_larger_refund", _("May refund within the senior's limit")),
            ("approve_refund", _("May approve refunds above a limit")),
        ]
        indexes = [
            models.Index(fields=["seller", "-asked_at", "-id"], name="refund_list_of_seller"),
            models.Index(
                fields=["release_due_at", "id"],
                name="refund_to_release",
                condition=Q(status="ASKED"),
            ),
            models.Index(
                fields=["send_after", "id"], name="refund_to_send", condition=Q(status="RELEASED")
            ),
            models.Index(
                fields=["asked_at", "id"],
                name="refund_to_approve",
                condition=Q(status="TO_APPROVE"),
            ),
            models.Index(
                fields=["sent_at", "id"], name="refund_with_gateway", condition=Q(status="SENT")
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_above_zero"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(asked_by__isnull=True)
                | ~Q(approved_by=F("asked_by")),
                name="refund_approved_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.amount} {self.currency}"


class RefundLine(models.Model):
    """The part of a refund that belongs to one order line: its price or its shipping."""

    class Part(models.TextChoices):
        ITEM = "ITEM", _("Item price")
        SHIPPING = "SHIPPING", _("Shipping there")

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="refunds")
    part = models.CharField(max_length=8, choices=Part.choices)
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("refund line")
        verbose_name_plural = _("refund lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "line", "part"], name="refund_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_line_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.amount}"


class LineBalance(models.Model):
    """What was paid for an order line and how much of it has gone back. The database itself keeps
    the sum of all refunds below what was paid.
    """

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="balance")
    currency = models.CharField(max_length=3)
    paid_item = models.DecimalField(max_digits=12, decimal_places=2)
    paid_shipping = models.DecimalField(max_digits=12, decimal_places=2)
    back_item = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    back_shipping = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    replaced = models.PositiveIntegerField(
        default=0, help_text=_("Pieces for which a replacement was promised.")
    )

    class Meta:
        verbose_name = _("balance of an order line")
        verbose_name_plural = _("balances of order lines")
        constraints = [
            models.CheckConstraint(
                condition=Q(back_item__gte=0, back_item__lte=F("paid_item")),
                name="never_more_back_than_paid_for_the_item",
            ),
            models.CheckConstraint(
                condition=Q(back_shipping__gte=0, back_shipping__lte=F("paid_shipping")),
                name="never_more_back_than_paid_for_shipping",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.back_item} / {self.paid_item} {self.currency}"
