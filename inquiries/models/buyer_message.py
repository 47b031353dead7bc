"""What the service does not cover reaches the seller here (P20): Buyer-Seller Messaging."""

from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from csba.numbers import number_field
from csba.verdicts import Verdict
from inquiries.models.inquiry import Inquiry
from sellers.models import Order, Seller


class BuyerMessageQuerySet(models.QuerySet["BuyerMessage"]):
    def for_seller(self, seller: Seller) -> Self:
        """The only list a portal page may start from."""
        return self.filter(seller=seller)


class BuyerMessage(models.Model):
    """The buyer's words with the reason why the seller answers."""

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Needs your answer")
        ANSWERED = "ANSWERED", _("Answered")
        NO_RESPONSE = "NO_RESPONSE", _("No response needed")
        TRANSFERRED = "TRANSFERRED", _("Transferred to CSBA")

    MOVES: Final = {Status.OPEN: (Status.ANSWERED, Status.NO_RESPONSE, Status.TRANSFERRED)}

    number = number_field("MSG")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="buyer_messages")
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="buyer_messages")
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=20, choices=Verdict.choices)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    received_at = models.DateTimeField()
    response_due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    flags = models.JSONField(
        default=list, blank=True, help_text=_("What the filter found in the answer.")
    )
    verdict_again = models.JSONField(
        default=dict, blank=True, help_text=_("The coverage as it was when a transfer was asked.")
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = BuyerMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("buyer message")
        verbose_name_plural = _("buyer messages")
        indexes = [
            models.Index(fields=["seller", "-received_at", "-id"], name="buyer_message_of_seller"),
            models.Index(
                fields=["seller", "response_due_at", "id"],
                condition=Q(status="OPEN"),
                name="buyer_message_to_answer",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="OPEN", settled_at__isnull=True)
                | (~Q(status="OPEN") & Q(settled_at__isnull=False)),
                name="buyer_message_settled_when_settled",
            )
        ]

    def __str__(self) -> str:
        return self.number
