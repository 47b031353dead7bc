"""One message in a case, from the desk or from the seller."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from caselog.models.case import Case
from csba.files.models import StoredFile


class Entry(models.Model):
    class Author(models.TextChoices):
        DESK = "DESK", _("Customer service")
        SELLER = "SELLER", _("Seller")

    class Via(models.TextChoices):
        PORTAL = "PORTAL", _("Portal")
        MAIL = "MAIL", _("E-mail")
        DESK = "DESK", _("Desk")
        API = "API", _("API")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    seq = models.PositiveIntegerField()
    author = models.CharField(max_length=8, choices=Author.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    via = models.CharField(max_length=8, choices=Via.choices)
    body = models.TextField()
    answers_given = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text=_("Values of the question's fields, by key."),
    )
    late = models.BooleanField(
        _("late"), default=False, help_text=_("An answer after its time was over.")
    )
    created_at = models.DateTimeField()
    client_id = models.UUIDField(
        null=True,
        blank=True,
        unique=True,
        help_text=_("Made by the sender, so that a double click is one entry."),
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["case_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="entry_seq_once")]

    def __str__(self) -> str:
        return f"{self.case.number} {self.seq}"


class EntryFile(models.Model):
    """A photo or paper that belongs to an entry, perhaps to one field of its question."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.file)
