"""A mail as it came: raw bytes first and committed, then everything it causes (rulings 2)."""

from typing import Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from caselog.models import Case, Question
from inquiries.models.inquiry import Inquiry


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    def received(self) -> Self:
        """Kept and not yet handled."""
        return self.filter(status=InboundMail.Status.RECEIVED)

    def quarantine(self) -> Self:
        """Not understood; a person may look and replay."""
        return self.filter(status=InboundMail.Status.FAILED)

    def asked_and_answered(self) -> Self:
        """Transfers whose seller was asked which order it is, and has answered."""
        return self.filter(
            kind=InboundMail.Kind.TRANSFER,
            result="ASKED",
            case__questions__status=Question.Status.ANSWERED,
        ).order_by("pk")


class InboundMail(models.Model):
    """Unique over Message-ID and a hash of the body: the same mail twice is one, another body is
    two.
    """

    class Status(models.TextChoices):
        RECEIVED = "RECEIVED", _("Received")
        HANDLED = "HANDLED", _("Handled")
        FAILED = "FAILED", _("In quarantine")

    class Via(models.TextChoices):
        SMTP = "SMTP", _("SMTP")
        PIPE = "PIPE", _("Pipe")
        IMAP = "IMAP", _("IMAP")
        WEBHOOK = "WEBHOOK", _("Webhook")

    class Kind(models.TextChoices):
        HUMAN = "HUMAN", _("Written by a person")
        AUTO_REPLY = "AUTO_REPLY", _("Automatic answer")
        BOUNCE = "BOUNCE", _("Bounce: will not arrive")
        SOFT_BOUNCE = "SOFT_BOUNCE", _("Bounce: not arrived so far")
        COMPLAINT = "COMPLAINT", _("Complaint about our mail")
        NOTICE = "NOTICE", _("Notice of the marketplace")
        TRANSFER = "TRANSFER", _("Transfer by a seller")
        BULK = "BULK", _("Bulk mail")
        ECHO = "ECHO", _("Our own mail")

    MOVES: Final = {
        Status.RECEIVED: (Status.HANDLED, Status.FAILED),
        Status.FAILED: (Status.RECEIVED,),
    }

    via = models.CharField(max_length=8, choices=Via.choices)
    received_at = models.DateTimeField()
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    message_id = models.CharField(max_length=500)
    body_hash = models.CharField(max_length=64)
    raw = models.BinaryField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    kind = models.CharField(max_length=12, choices=Kind.choices, blank=True)
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=400, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    facts = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text=_("What was read in it beside its words."),
    )
    result = models.CharField(
        max_length=300, blank=True, help_text=_("What came of it, in one line.")
    )
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    inquiry = models.ForeignKey(
        Inquiry, null=True, blank=True, on_delete=models.PROTECT, related_name="inbound_mails"
    )
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("inbound mail")
        verbose_name_plural = _("inbound mails")
        indexes = [
            models.Index(
                fields=["received_at", "id"],
                name="inbound_to_handle",
                condition=Q(status="RECEIVED"),
            ),
            models.Index(
                fields=["id"],
                name="inbound_transfer_asked",
                condition=Q(kind="TRANSFER", result="ASKED"),
            ),
            models.Index(fields=["id"], name="inbound_quarantine", condition=Q(status="FAILED")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["message_id", "body_hash"], name="inbound_once"),
            models.CheckConstraint(
                condition=Q(status="HANDLED", handled_at__isnull=False) | ~Q(status="HANDLED"),
                name="inbound_handled_at_when_handled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"
