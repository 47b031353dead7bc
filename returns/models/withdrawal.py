"""A declaration of withdrawal, kept word for word with the moment it came (BGB 355, 356a)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from csba.numbers import number_field
from returns.models.request import ReturnRequest
from sellers.models import Order


class Withdrawal(models.Model):
    """Never changed. `confirmed_at` is when the confirmation with date and time was written."""

    number = number_field("WDR")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="withdrawals")
    request = models.ForeignKey(
        ReturnRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="withdrawals"
    )
    key = models.CharField(max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=160)
    contact = models.CharField(_("e-mail address"), max_length=320)
    words = models.TextField(_("declaration"))
    language = models.CharField(max_length=10)
    declared_at = models.DateTimeField()
    in_time = models.BooleanField(null=True, help_text=_("Empty while the delivery is unknown."))
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("declaration of withdrawal")
        verbose_name_plural = _("declarations of withdrawal")

    def __str__(self) -> str:
        return self.number
