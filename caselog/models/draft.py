"""What a seller has typed and not sent yet."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from caselog.models.case import Case


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
