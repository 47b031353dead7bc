"""The stored verdict for one order line: mixed orders are covered line by line (domain 1.5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from csba.verdicts import Verdict
from inquiries.models.inquiry import Inquiry
from sellers.models import OrderLine


class LineVerdict(models.Model):
    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="line_verdicts")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+", db_index=False)
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    facts = models.JSONField(default=dict)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("verdict on an order line")
        verbose_name_plural = _("verdicts on order lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "line"], name="line_verdict_once")
        ]

    def __str__(self) -> str:
        return f"{self.inquiry}: {self.line} {self.verdict}"
