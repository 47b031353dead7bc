"""A seller who ships their own orders."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from csba.accounts.models import known_time_zone


class Seller(models.Model):
    """The account as the marketplace knows it, with its standing as last told."""

    class Standing(models.TextChoices):
        NORMAL = "NORMAL", _("In good standing")
        AT_RISK = "AT_RISK", _("At risk")
        DEACTIVATED = "DEACTIVATED", _("Deactivated")

    merchant_id = models.CharField(_("merchant id"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=160)
    short_name = models.CharField(_("short name"), max_length=40)
    country = models.CharField(_("country"), max_length=2)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="de"
    )
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="Europe/Berlin", validators=[known_time_zone]
    )
    default_email = models.EmailField(_("default e-mail address"))
    professional = models.BooleanField(_("professional plan"), default=True)
    standing = models.CharField(
        _("standing"), max_length=12, choices=Standing.choices, default=Standing.NORMAL
    )
    standing_as_of = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("seller")
        verbose_name_plural = _("sellers")
        ordering = ["name"]
        permissions = [("record_standing", _("May record the standing of accounts"))]

    def __str__(self) -> str:
        return self.name

    @property
    def serves_orders(self) -> bool:
        """Professional and not deactivated: what new coverage needs (P9)."""
        return self.professional and self.standing != self.Standing.DEACTIVATED
