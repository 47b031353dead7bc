"""What a seller has typed and not sent yet."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from caselog.models.case import Case
from csba.files.models import StoredFile


class Draft(models.Model):
    """One for each person and case; gone once it is sent."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    body = models.TextField(blank=True)
    answers = models.JSONField(default=dict, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], name="draft_one_of_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.case.number}: {self.user}"


class DraftFile(models.Model):
    """A photo or paper that waits with the words: a browser cannot give it back a second time."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("attachment of a draft")
        verbose_name_plural = _("attachments of drafts")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.file)
