"""What is agreed to, version by version (P8)."""

from datetime import datetime
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
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
    summaries = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text=_("What is new, in short, by language."),
    )
    agree_within = models.DurationField(
        null=True,
        blank=True,
        help_text=_("Time for sellers who are active; empty: by the rulebook."),
    )
    asked_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When active sellers were asked for it.")
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("terms")
        verbose_name_plural = _("terms")
        ordering = ["kind", "-valid_from"]
        indexes = [
            models.Index(
                fields=["valid_from"],
                name="terms_to_ask_for",
                condition=Q(asked_at__isnull=True),
            )
        ]
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


class TermsRequestQuerySet(models.QuerySet["TermsRequest"]):
    def overdue(self, at: datetime) -> Self:
        """Asked for, not agreed to, and the date is over: no new coverage from here on."""
        return self.filter(status=TermsRequest.Status.OPEN, agree_by__lte=at)

    def to_remind(self, at: datetime) -> Self:
        """Not agreed to, in time, and a reminder's moment has come."""
        return self.filter(status=TermsRequest.Status.OPEN, remind_due_at__lte=at, agree_by__gt=at)


class TermsRequest(models.Model):
    """An active seller is asked for new terms with a date; until then all runs on (rulings 15)."""

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Waiting for agreement")
        AGREED = "AGREED", _("Agreed to")
        MISSED = "MISSED", _("Not agreed to in time")

    MOVES: Final = {Status.OPEN: (Status.AGREED, Status.MISSED), Status.MISSED: (Status.AGREED,)}

    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="requests")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="terms_requests")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    asked_at = models.DateTimeField()
    agree_by = models.DateTimeField()
    remind_due_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = TermsRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for agreement")
        verbose_name_plural = _("requests for agreement")
        indexes = [
            models.Index(
                fields=["agree_by", "id"], name="terms_request_overdue", condition=Q(status="OPEN")
            ),
            models.Index(
                fields=["remind_due_at", "id"],
                name="terms_request_to_remind",
                condition=Q(status="OPEN", remind_due_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["terms", "seller"], name="terms_request_once"),
            models.CheckConstraint(
                condition=Q(status="OPEN", settled_at__isnull=True)
                | (~Q(status="OPEN") & Q(settled_at__isnull=False)),
                name="terms_request_settled_when_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seller}: {self.terms}"
