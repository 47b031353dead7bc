"""Which letters a person wants besides those that nobody can switch off."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sellers.models.membership import Membership


class DigestChoice(models.Model):
    """How often a person hears of what is no deadline. Deadlines go to the seller's default address
    whatever stands here.
    """

    class Rhythm(models.TextChoices):
        DAILY = "DAILY", _("Once a day, when there is something")
        WEEKLY = "WEEKLY", _("Once a week, when there is something")
        OFF = "OFF", _("Never")

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="digest")
    rhythm = models.CharField(_("digest"), max_length=8, choices=Rhythm.choices, default=Rhythm.OFF)
    next_due_at = models.DateTimeField(null=True, blank=True)
    told_until = models.DateTimeField(
        null=True, blank=True, help_text=_("What came later is news for the next digest.")
    )

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        indexes = [
            models.Index(
                fields=["next_due_at", "id"],
                name="digest_due",
                condition=Q(next_due_at__isnull=False),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rhythm="OFF", next_due_at__isnull=True, told_until__isnull=True)
                | (~Q(rhythm="OFF") & Q(next_due_at__isnull=False, told_until__isnull=False)),
                name="digest_due_unless_off",
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership}: {self.get_rhythm_display()}"
