"""A seller's claim for money back that should not have been theirs to bear (domain 1.14 to
1.16).
"""

from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from csba.files.models import StoredFile
from csba.numbers import number_field
from sellers.models import LedgerLine, Seller


class ClaimQuerySet(models.QuerySet["Claim"]):
    def for_seller(self, seller: Seller) -> Self:
        """The only list a portal page may start from."""
        return self.filter(seller=seller)

    def to_decide(self) -> Self:
        """A person of the desk must decide."""
        return self.filter(status=Claim.Status.OPEN)


class Claim(models.Model):
    """At most one for each debit."""

    class Status(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("claim", "Open")
        GRANTED = "GRANTED", pgettext_lazy("claim", "Granted")
        DECLINED = "DECLINED", pgettext_lazy("claim", "Declined")

    class Ground(models.TextChoices):
        DELIVERED = "DELIVERED", _("The order was delivered, with proof")
        NEVER_SENT_BACK = "NEVER_SENT_BACK", _("The goods were never sent back")
        DAMAGED_RETURN = "DAMAGED_RETURN", _("The goods came back damaged or incomplete")
        OUT_OF_WINDOW = "OUT_OF_WINDOW", _("The return was out of its window")
        REPLACED = "REPLACED", _("A replacement had been agreed and delivered")
        POSTAGE = "POSTAGE", _("The return postage was not ours to bear")

    MOVES: Final = {Status.OPEN: (Status.GRANTED, Status.DECLINED)}

    number = number_field("CLM")
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="claims", db_index=False
    )
    debit = models.OneToOneField(LedgerLine, on_delete=models.PROTECT, related_name="claim")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    ground = models.CharField(_("ground"), max_length=16, choices=Ground.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    words = models.TextField(_("what happened"))
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    granted = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("reimbursement claim")
        verbose_name_plural = _("reimbursement claims")
        permissions = [("decide_claim", _("May decide reimbursement claims"))]
        indexes = [
            models.Index(fields=["seller", "-filed_at", "-id"], name="claim_list_of_seller"),
            models.Index(
                fields=["filed_at", "id"], name="claim_to_decide", condition=Q(status="OPEN")
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="claim_above_zero"),
            models.CheckConstraint(
                condition=Q(granted__isnull=True)
                | Q(granted__gte=0, granted__lte=models.F("amount")),
                name="claim_granted_at_most_what_was_claimed",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ClaimFile(models.Model):
    """A piece of evidence: photo or paper."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return str(self.file)
