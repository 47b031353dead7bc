"""What a product's page did not say: a question that had to go to the seller (P24)."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inquiries.models.inquiry import Inquiry
from sellers.models import Seller


class PageGapQuerySet(models.QuerySet["PageGap"]):
    def for_seller(self, seller: Seller) -> Self:
        """The only list a portal page may start from."""
        return self.filter(seller=seller)

    def open(self) -> Self:
        """Not ticked off yet."""
        return self.filter(closed_at__isnull=True)


class PageGap(models.Model):
    """One question of one inquiry that the page could not answer; ticked off once it can."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="page_gaps")
    marketplace_id = models.CharField(max_length=20)
    asin = models.CharField(max_length=20)
    title = models.CharField(max_length=500, blank=True)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="page_gaps")
    wording = models.TextField(help_text=_("What was asked, without anything about the buyer."))
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PageGapQuerySet.as_manager()

    class Meta:
        verbose_name = _("gap of a product page")
        verbose_name_plural = _("gaps of product pages")
        indexes = [
            models.Index(
                fields=["seller", "asin", "-asked_at"],
                name="page_gap_of_seller",
                condition=Q(closed_at__isnull=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "asin"], name="page_gap_once_an_inquiry")
        ]

    def __str__(self) -> str:
        return f"{self.asin}: {self.wording[:60]}"
