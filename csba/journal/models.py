"""One line of the journal."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Actor(models.TextChoices):
    AGENT = "agent", _("Agent")
    BUYER = "buyer", _("Buyer")
    SELLER = "seller", _("Seller")
    CLOCK = "clock", _("Clock")
    SYSTEM = "system", _("System")
    ADMIN = "admin", _("Policy admin")


class Line(models.Model):
    """What happened; never changed, except by the database function that redacts for erasure."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=8, choices=Actor.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    verb = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("journal line")
        verbose_name_plural = _("journal")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="journal_of_one_subject")
        ]

    def __str__(self) -> str:
        about = f"{self.subject_type} {self.subject_id}"
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.verb} {about}"
