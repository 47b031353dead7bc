"""A buyer's wish to send something back, from asking to the money (domain 2.10 to 2.28)."""

from datetime import datetime
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from caselog.models import Case
from csba.files.models import StoredFile
from csba.numbers import number_field
from returns.models.address import ReturnAddress
from returns.models.policy import SellerPolicy
from returns.reasons import Condition, LabelKind, Reason
from sellers.models import Order, OrderLine, Seller


class ReturnRequestQuerySet(models.QuerySet["ReturnRequest"]):
    def for_seller(self, seller: Seller) -> Self:
        """The only list a portal page may start from."""
        return self.filter(seller=seller)

    def running(self) -> Self:
        """Something may still happen."""
        return self.exclude(status__in=ReturnRequest.ENDED)

    def to_review(self) -> Self:
        """A person must decide whether it is authorised."""
        return self.filter(status=ReturnRequest.Status.REQUESTED, review_due_at__isnull=False)

    def to_refund(self, at: datetime) -> Self:
        """The goods are back and the seller's time to refund is over (domain 2.13)."""
        return self.filter(
            status__in=[ReturnRequest.Status.RECEIVED, ReturnRequest.Status.INSPECTED],
            refund_due_at__lte=at,
        )

    def option_lapsed(self, at: datetime) -> Self:
        """The seller abroad offered no way to send it back in time (domain 3.4)."""
        return self.filter(status=ReturnRequest.Status.AUTHORISED, option="", option_due_at__lte=at)

    def to_close(self, at: datetime) -> Self:
        """Nothing has happened for so long that nothing will (domain 2.26)."""
        return self.filter(
            status__in=[
                ReturnRequest.Status.REQUESTED,
                ReturnRequest.Status.AUTHORISED,
                ReturnRequest.Status.IN_TRANSIT,
            ],
            close_due_at__lte=at,
        )


class ReturnRequest(models.Model):
    """`entitlement` holds facts, outcome and trace as they were when it was authorised; the number
    is the RMA number.
    """

    class Status(models.TextChoices):
        REQUESTED = "REQUESTED", pgettext_lazy("return", "Requested")
        AUTHORISED = "AUTHORISED", pgettext_lazy("return", "Authorised")
        IN_TRANSIT = "IN_TRANSIT", pgettext_lazy("return", "On its way back")
        RECEIVED = "RECEIVED", pgettext_lazy("return", "Received")
        INSPECTED = "INSPECTED", pgettext_lazy("return", "Inspected")
        REFUNDED = "REFUNDED", pgettext_lazy("return", "Refunded")
        CLOSED = "CLOSED", pgettext_lazy("return", "Closed")
        REFUSED = "REFUSED", pgettext_lazy("return", "Refused")

    class Via(models.TextChoices):
        DESK = "DESK", _("Customer service")
        BUYER = "BUYER", _("Buyer's page")
        API = "API", _("API")
        WITHDRAWAL = "WITHDRAWAL", _("Withdrawal")

    class Option(models.TextChoices):
        """What a seller abroad may offer (domain 3.1)."""

        LOCAL_ADDRESS = "LOCAL_ADDRESS", _("An address in Germany")
        PREPAID_LABEL = "PREPAID_LABEL", _("A prepaid label")
        NO_RETURN = "NO_RETURN", _("Refund without return")

    MOVES: Final = {
        Status.REQUESTED: (Status.AUTHORISED, Status.REFUSED, Status.CLOSED),
        Status.AUTHORISED: (
            Status.IN_TRANSIT,
            Status.RECEIVED,
            Status.REFUNDED,
            Status.CLOSED,
        ),
        Status.IN_TRANSIT: (Status.RECEIVED, Status.REFUNDED, Status.CLOSED),
        Status.RECEIVED: (Status.INSPECTED, Status.REFUNDED, Status.CLOSED),
        Status.INSPECTED: (Status.REFUNDED, Status.CLOSED),
        Status.REFUNDED: (Status.CLOSED,),
        Status.CLOSED: (Status.AUTHORISED, Status.IN_TRANSIT, Status.RECEIVED),
    }
    ENDED: Final = (Status.REFUNDED, Status.CLOSED, Status.REFUSED)

    number = number_field("RMA")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="returns", db_index=False
    )
    policy = models.ForeignKey(
        SellerPolicy, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="returns"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    via = models.CharField(max_length=10, choices=Via.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition.choices)
    words = models.TextField(blank=True, help_text=_("What the buyer wrote about it."))
    entitlement = models.JSONField(default=dict)
    automatic = models.BooleanField(default=False, help_text=_("Authorised by the rules alone."))
    returnless = models.BooleanField(default=False)
    client_id = models.UUIDField(unique=True, null=True, blank=True)

    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    review_due_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    decision_reason = models.TextField(blank=True)
    option = models.CharField(max_length=14, choices=Option.choices, blank=True)
    option_due_at = models.DateTimeField(null=True, blank=True)
    address = models.ForeignKey(
        ReturnAddress, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    send_back_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    inspected_at = models.DateTimeField(null=True, blank=True)
    refund_due_at = models.DateTimeField(null=True, blank=True)
    refunded_at = models.DateTimeField(null=True, blank=True)
    close_due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ReturnRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        permissions = [
            ("open_return", _("May open returns")),
            ("review_return", _("May authorise and refuse returns")),
        ]
        indexes = [
            models.Index(fields=["seller", "-asked_at", "-id"], name="return_list_of_seller"),
            models.Index(
                fields=["review_due_at", "id"],
                name="return_to_review",
                condition=Q(status="REQUESTED", review_due_at__isnull=False),
            ),
            models.Index(
                fields=["refund_due_at", "id"],
                name="return_to_refund",
                condition=Q(status__in=["RECEIVED", "INSPECTED"], refund_due_at__isnull=False),
            ),
            models.Index(
                fields=["option_due_at", "id"],
                name="return_option_due",
                condition=Q(status="AUTHORISED", option="", option_due_at__isnull=False),
            ),
            models.Index(
                fields=["close_due_at", "id"],
                name="return_to_close",
                condition=Q(
                    status__in=["REQUESTED", "AUTHORISED", "IN_TRANSIT"],
                    close_due_at__isnull=False,
                ),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(send_back_until__isnull=True) | Q(send_back_until__gt=F("asked_at")),
                name="return_sent_back_after_asking",
            )
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(models.Model):
    """So many pieces of one order line, as asked for and as they came back."""

    request = models.ForeignKey(ReturnRequest, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="returns")
    quantity = models.PositiveIntegerField()
    received = models.PositiveIntegerField(null=True, blank=True)
    found = models.CharField(max_length=10, choices=Condition.choices, blank=True)
    deduction = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    deduction_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("return line")
        verbose_name_plural = _("return lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "line"], name="return_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="return_line_some_pieces"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line_id}"


class ReturnLabel(models.Model):
    """The label of a return, from our gateway or from the seller; one counts at a time."""

    request = models.ForeignKey(ReturnRequest, on_delete=models.CASCADE, related_name="labels")
    kind = models.CharField(max_length=12, choices=LabelKind.choices)
    gateway = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=80, unique=True, help_text=_("Asked for once by this key."))
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("return label")
        verbose_name_plural = _("return labels")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["tracking_number"],
                name="label_by_tracking_number",
                condition=~Q(tracking_number=""),
            ),
            models.Index(
                fields=["made_at", "id"],
                name="label_without_its_file",
                condition=Q(file__isnull=True, cancelled_at__isnull=True) & ~Q(gateway=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(cancelled_at__isnull=True),
                name="return_label_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}".strip()
