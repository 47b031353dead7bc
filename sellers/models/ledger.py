"""What a seller owes and is owed: one line for each debit and credit, never changed."""

from decimal import Decimal
from typing import Final, Self

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from sellers.models.order import Order
from sellers.models.seller import Seller


class LedgerQuerySet(models.QuerySet["LedgerLine"]):
    def for_seller(self, seller: Seller) -> Self:
        """The only list a portal page may start from."""
        return self.filter(seller=seller)

    def balance(self, currency: str = "EUR") -> Decimal:
        """The sum of all lines; negative means that the seller owes."""
        found = self.filter(currency=currency).aggregate(sum=Sum("amount"))["sum"]
        return found or Decimal("0.00")


class LedgerLine(models.Model):
    """`amount` is below zero for a debit; a `key` is booked once, however often it is asked for."""

    class Kind(models.TextChoices):
        REFUND = "REFUND", _("Refund to the buyer")
        RETURN_LABEL = "RETURN_LABEL", _("Return label")
        REIMBURSEMENT = "REIMBURSEMENT", _("Reimbursement")
        GOODWILL = "GOODWILL", _("Goodwill")
        FEE = "FEE", _("Fee")
        CORRECTION = "CORRECTION", _("Correction")

    DEBITS: Final = (Kind.REFUND, Kind.RETURN_LABEL, Kind.GOODWILL, Kind.FEE)

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="ledger")
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger"
    )
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    reason = models.TextField(_("reason"), help_text=_("In the seller's language."))
    clause = models.CharField(
        max_length=80, blank=True, help_text=_("The rule or policy clause it rests on.")
    )
    reference = models.CharField(
        max_length=40, blank=True, help_text=_("A number for people, such as a refund's.")
    )
    reimbursable = models.BooleanField(_("may be claimed back"), default=False)
    facts = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(_("booked"))

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger line")
        verbose_name_plural = _("ledger")
        indexes = [models.Index(fields=["seller", "-at", "-id"], name="ledger_of_seller")]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_line_has_an_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} {self.currency}"
