"""A seller's own return policy, version after version (P13, P14)."""

from datetime import datetime
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from caselog.models import Case
from sellers.models import Seller


class SellerPolicyQuerySet(models.QuerySet["SellerPolicy"]):
    def for_seller(self, seller: Seller) -> Self:
        """The only list a portal page may start from."""
        return self.filter(seller=seller)

    def governing(self, placed_at: datetime) -> Self:
        """Those that bind orders placed at this moment; at most one a seller."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=placed_at), valid_from__lte=placed_at
        )


class SellerPolicy(models.Model):
    """`clauses` holds the values of returns.terms.CLAUSES that differ from the standard. Approval
    binds orders placed from `valid_from` on; the next approval ends it.
    """

    class Status(models.TextChoices):
        DRAFT = "DRAFT", pgettext_lazy("policy", "Draft")
        SUBMITTED = "SUBMITTED", pgettext_lazy("policy", "Submitted")
        APPROVED = "APPROVED", pgettext_lazy("policy", "Approved")
        REJECTED = "REJECTED", pgettext_lazy("policy", "Rejected")
        SUPERSEDED = "SUPERSEDED", pgettext_lazy("policy", "Replaced by a newer one")

    MOVES: Final = {
        Status.DRAFT: (Status.SUBMITTED,),
        Status.SUBMITTED: (Status.APPROVED, Status.REJECTED, Status.DRAFT),
        Status.APPROVED: (Status.SUPERSEDED,),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="policies")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    clauses = models.JSONField(default=dict)
    comparison = models.JSONField(
        default=dict, help_text=_("The last comparison with the standard, and with which.")
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True, help_text=_("Why it was approved or rejected."))
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="policies"
    )

    objects = SellerPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("seller's return policy")
        verbose_name_plural = _("sellers' return policies")
        permissions = [("review_policy", _("May approve or reject sellers' return policies"))]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"],
                name="policy_to_review",
                condition=Q(status="SUBMITTED"),
            ),
            models.Index(
                fields=["seller", "-valid_from"],
                name="policy_governing",
                condition=Q(valid_from__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["seller", "version"], name="policy_version_once"),
            models.UniqueConstraint(
                fields=["seller"],
                condition=Q(status__in=["DRAFT", "SUBMITTED"]),
                name="policy_one_in_the_making",
            ),
            models.UniqueConstraint(
                fields=["seller"], condition=Q(status="APPROVED"), name="policy_one_approved"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["APPROVED", "SUPERSEDED"], valid_from__isnull=False)
                | (~Q(status__in=["APPROVED", "SUPERSEDED"]) & Q(valid_from__isnull=True)),
                name="policy_valid_once_approved",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="policy_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seller} v{self.version}"
