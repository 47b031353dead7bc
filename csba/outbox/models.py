"""A mail on its way out."""

from datetime import datetime, timedelta
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from csba.outbox.render import as_html

STUCK_AFTER = timedelta(minutes=5)


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def due(self, at: datetime) -> Self:
        """Waiting to be sent, and it is time."""
        return self.filter(status=OutgoingMail.Status.QUEUED, send_after__lte=at)

    def stuck(self, at: datetime) -> Self:
        """Claimed by a sender that never came back."""
        return self.filter(status=OutgoingMail.Status.SENDING, claimed_at__lte=at - STUCK_AFTER)

    def troubled(self) -> Self:
        """What a person should look at: refused, or perhaps sent and perhaps not."""
        return self.filter(status__in=[OutgoingMail.Status.FAILED, OutgoingMail.Status.UNCERTAIN])


class OutgoingMail(models.Model):
    """Queued, sending, then sent, failed, or uncertain: accepted perhaps, and so never sent again
    by itself.
    """

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Queued")
        SENDING = "SENDING", _("Sending")
        SENT = "SENT", _("Sent")
        FAILED = "FAILED", _("Failed")
        UNCERTAIN = "UNCERTAIN", _("Uncertain")
        SUPPRESSED = "SUPPRESSED", _("Not sent")

    MOVES: Final = {
        Status.QUEUED: (Status.SENDING, Status.SUPPRESSED),
        Status.SENDING: (
            Status.SENT,
            Status.FAILED,
            Status.UNCERTAIN,
            Status.QUEUED,
            Status.SUPPRESSED,
        ),
        Status.SENT: (Status.FAILED,),
        Status.FAILED: (Status.QUEUED,),
        Status.UNCERTAIN: (Status.QUEUED, Status.SENT, Status.FAILED),
    }

    key = models.CharField(max_length=120, unique=True, null=True, blank=True)
    template = models.CharField(max_length=80)
    to_address = models.EmailField(max_length=320)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=400)
    text = models.TextField()
    reply_to = models.CharField(max_length=320, blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    in_reply_to = models.CharField(max_length=500, blank=True)
    references = models.TextField(blank=True)
    unsubscribe_url = models.CharField(max_length=300, blank=True, default="", db_default="")
    provider_id = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("The number under which a mail provider has it."),
    )
    automatic = models.BooleanField(default=True)
    about_type = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    data_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        permissions = [("resend_mail", _("May send again what was not sent"))]
        indexes = [
            models.Index(
                fields=["send_after", "id"], name="outbox_due", condition=Q(status="QUEUED")
            ),
            models.Index(fields=["claimed_at"], name="outbox_stuck", condition=Q(status="SENDING")),
            models.Index(
                fields=["id"],
                name="outbox_troubled",
                condition=Q(status__in=["FAILED", "UNCERTAIN"]),
            ),
            models.Index(
                Lower("to_address"),
                "settled_at",
                name="outbox_sent_to_one_address",
                condition=Q(status="SENT"),
            ),
            models.Index(fields=["about_type", "about_id", "id"], name="outbox_about_one_object"),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.to_address}"

    @property
    def html(self) -> str:
        """The text in its HTML frame."""
        return as_html(self.subject, self.text, language=self.language)


class Suppression(models.Model):
    """An address that gets no mail until a day, or until a person says so."""

    class Reason(models.TextChoices):
        HARD_BOUNCE = "HARD_BOUNCE", _("Mail does not arrive")
        COMPLAINT = "COMPLAINT", _("Complained about our mail")
        MANUAL = "MANUAL", _("By hand")

    address = models.CharField(max_length=320, unique=True)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    since = models.DateTimeField()
    until = models.DateTimeField()
    why = models.CharField(max_length=300, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("address without mail")
        verbose_name_plural = _("addresses without mail")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("since")), name="suppression_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.address
