"""Where a seller takes goods back."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sellers.models import Seller


class ReturnAddress(models.Model):
    """One in Germany opens the cheaper ways of section 3 of the return rules (domain 3.2, 3.5)."""

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="return_addresses")
    name = models.CharField(_("name"), max_length=160)
    lines = ArrayField(models.CharField(max_length=200), verbose_name=_("street and number"))
    postcode = models.CharField(_("postcode"), max_length=20)
    city = models.CharField(_("city"), max_length=120)
    country = models.CharField(_("country"), max_length=2, default="DE")
    preferred = models.BooleanField(_("used unless another is chosen"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("return address")
        verbose_name_plural = _("return addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["seller"], condition=Q(preferred=True), name="return_address_one_preferred"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.postcode} {self.city}"
