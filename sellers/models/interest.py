"""Who would like to be invited (P17)."""

from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sellers.models.invitation import Invitation


class InterestQuerySet(models.QuerySet["Interest"]):
    def waiting(self) -> Self:
        """Confirmed by mail, and nobody of the desk has answered yet; the longest first."""
        return self.filter(status=Interest.Status.WAITING).order_by("confirmed_at", "pk")


class Interest(models.Model):
    """Asked for on a public form, confirmed by the link in a letter, then invited or declined."""

    class Status(models.TextChoices):
        UNCONFIRMED = "UNCONFIRMED", pgettext_lazy("interest", "Not confirmed yet")
        WAITING = "WAITING", pgettext_lazy("interest", "On the waiting list")
        INVITED = "INVITED", pgettext_lazy("interest", "Invited")
        DECLINED = "DECLINED", pgettext_lazy("interest", "Declined")

    MOVES: Final = {
        Status.UNCONFIRMED: (Status.WAITING,),
        Status.WAITING: (Status.INVITED, Status.DECLINED),
        Status.DECLINED: (Status.WAITING,),
    }

    email = models.EmailField(_("e-mail address"))
    company = models.CharField(_("company"), max_length=160)
    merchant_id = models.CharField(_("merchant id"), max_length=20)
    country = models.CharField(_("country"), max_length=2)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    words = models.TextField(_("what we should know"), blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.UNCONFIRMED)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    invitation = models.OneToOneField(
        Invitation, null=True, blank=True, on_delete=models.PROTECT, related_name="interest"
    )
    reason = models.TextField(blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("interest")
        verbose_name_plural = _("waiting list")
        permissions = [("settle_interest", _("May invite from the waiting list"))]
        indexes = [
            models.Index(
                fields=["confirmed_at", "id"],
                name="interest_waiting",
                condition=Q(status="WAITING"),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "merchant_id"],
                condition=Q(status__in=["UNCONFIRMED", "WAITING"]),
                name="interest_once_while_it_waits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.company} ({self.email})"
