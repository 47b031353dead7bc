"""What is agreed to, version by version (P8)."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from sellers.models.seller import Seller
from sellers.models.service import Service


class Terms(models.Model):
    """One version of a document, in every language that sellers read."""

    class Kind(models.TextChoices):
        CONDITIONS = "CONDITIONS", _("Terms & Conditions")
        DATA_PROCESSING = "DATA_PROCESSING", _("Data processing agreement")

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="terms")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    version = models.CharField(max_length=20)
    valid_from = models.DateTimeField()
    bodies = models.JSONField(help_text=_("Text by language: de, zh-hans, en."))

    class Meta:
        verbose_name = _("terms")
        verbose_name_plural = _("terms")
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "kind", "version"], name="terms_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    @property
    def body(self) -> str:
        """The text in the reader's language, else in German."""
        text: str = self.bodies.get(get_language() or "de") or self.bodies["de"]
        return text


class Acceptance(models.Model):
    """Who agreed to which version for which seller, and when."""

    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="acceptances")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="acceptances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        constraints = [
            models.UniqueConstraint(fields=["terms", "seller"], name="acceptance_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.seller}: {self.terms}"
