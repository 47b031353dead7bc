"""What was decided, on which basis, with which reasons and facts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from caselog.models import Question
from inquiries.models.inquiry import Inquiry


class Decision(models.Model):
    class Basis(models.TextChoices):
        OUR_KNOWLEDGE = "OUR_KNOWLEDGE", _("What we know ourselves")
        SELLER_ANSWER = "SELLER_ANSWER", _("The seller's answer")
        JUDGEMENT = "JUDGEMENT", _("Our judgment, as the seller did not answer in time")
        WAIVED = "WAIVED", _("Our judgment, as the seller left it to us")

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="decisions")
    seq = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20, choices=Inquiry.Outcome.choices)
    basis = models.CharField(max_length=20, choices=Basis.choices)
    reasoning = models.TextField()
    question = models.ForeignKey(
        Question, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    facts = models.JSONField(default=dict)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["inquiry_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["inquiry", "seq"], name="decision_seq_once")]

    def __str__(self) -> str:
        return f"{self.inquiry}: {self.get_outcome_display()}"
