"""Who may act for a seller."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sellers.models.seller import Seller


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "OWNER", _("Owner")
        OPERATOR = "OPERATOR", _("Operator")
        READER = "READER", _("Reader")

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.OPERATOR)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["seller", "user"], name="membership_once_per_seller")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.seller} ({self.get_role_display()})"

    @property
    def may_act(self) -> bool:
        """A reader sees and does not act."""
        return self.role != self.Role.READER
