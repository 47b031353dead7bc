"""What is said between buyer and desk; notes live in a table of their own, which the mailer cannot
read.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from csba.outbox.models import OutgoingMail
from inquiries.models.inbound_mail import InboundMail
from inquiries.models.inquiry import Channel, Inquiry


class Message(models.Model):
    class Author(models.TextChoices):
        BUYER = "BUYER", _("Buyer")
        AGENT = "AGENT", _("Customer service")
        SELLER = "SELLER", _("Seller")
        OTHER = "OTHER", _("Someone else")
        MACHINE = "MACHINE", _("Automatic")

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveIntegerField()
    author = models.CharField(max_length=8, choices=Author.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    sender = models.CharField(max_length=320, blank=True)
    body = models.TextField()
    fold_at = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text=_("From this character on it is quotation: folded, never removed."),
    )
    reading = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text=_("What the words tell: reason, language, signals, numbers, and by which rule."),
    )
    created_at = models.DateTimeField()
    client_id = models.UUIDField(null=True, blank=True, unique=True)
    inbound = models.ForeignKey(
        InboundMail, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    outgoing = models.OneToOneField(
        OutgoingMail, null=True, blank=True, on_delete=models.PROTECT, related_name="message"
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["inquiry_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["inquiry", "seq"], name="message_seq_once")]

    def __str__(self) -> str:
        return f"{self.inquiry} {self.seq}"

    @property
    def visible(self) -> str:
        """What the writer wrote; the quotation is folded away."""
        return self.body if self.fold_at is None else self.body[: self.fold_at].rstrip()

    @property
    def folded(self) -> str:
        """The quotation, kept."""
        return "" if self.fold_at is None else self.body[self.fold_at :]


class Note(models.Model):
    """For staff only."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="notes")
    seq = models.PositiveIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    body = models.TextField()
    created_at = models.DateTimeField()
    client_id = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["inquiry_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["inquiry", "seq"], name="note_seq_once")]

    def __str__(self) -> str:
        return f"{self.inquiry} {self.seq}"
