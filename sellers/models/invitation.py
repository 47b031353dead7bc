"""The only way in (P17)."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sellers.models.membership import Membership
from sellers.models.seller import Seller
from sellers.models.service import Service


class Invitation(models.Model):
    """Invites a seller to a service; whoever holds the secret of the link may sign up for that
    seller.
    """

    class Status(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("invitation", "Open")
        USED = "USED", _("Used")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    MOVES: Final = {Status.OPEN: (Status.USED, Status.WITHDRAWN)}

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="invitations")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(
        max_length=10,
        choices=Membership.Role.choices,
        default=Membership.Role.OWNER,
        db_default=Membership.Role.OWNER,
    )
    secret_hash = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="OPEN", settled_at__isnull=True)
                | (~Q(status="OPEN") & Q(settled_at__isnull=False)),
                name="invitation_settled_at_when_settled",
            ),
            models.UniqueConstraint(
                fields=["service", "seller", "email"],
                condition=Q(status="OPEN"),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seller} ({self.email})"
