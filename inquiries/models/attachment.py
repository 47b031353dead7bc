"""What came along with a mail: its bytes are a stored file, or it says why there is none."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from csba.files.models import StoredFile
from inquiries.models.inbound_mail import InboundMail


class Attachment(models.Model):
    """One file of a mail, in the order in which they came. Whatever it calls itself, its type is
    told by its content; no file is left out without a row that says so (helpdesk F3).
    """

    class State(models.TextChoices):
        KEPT = "KEPT", _("Can be downloaded")
        UNSCANNED = "UNSCANNED", _("Not yet looked through for viruses")
        INFECTED = "INFECTED", _("Blocked: a virus was found")
        PROGRAM = "PROGRAM", _("Blocked: this is a program")
        TOO_MANY = "TOO_MANY", _("Left in the mail: too many files")

    inbound = models.ForeignKey(InboundMail, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    content_id = models.CharField(
        max_length=200, blank=True, help_text=_("By which the mail's HTML shows it.")
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.KEPT)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["inbound_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["inbound", "position"], name="attachment_once"),
        ]

    def __str__(self) -> str:
        return self.name
