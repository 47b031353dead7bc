"""An entry that wants a reply by a stored moment (P10)."""

from datetime import datetime
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from caselog.models.case import Case
from caselog.models.entry import Entry
from caselog.models.template import QuestionTemplate
from csba.topics import Topic


class QuestionQuerySet(models.QuerySet["Question"]):
    def running(self, at: datetime) -> Self:
        """Open, and its time is not over: the truth, whether or not a sweep has run."""
        return self.filter(status=Question.Status.OPEN, reply_due_at__gt=at)

    def overdue(self, at: datetime) -> Self:
        """Open though its time is over: what the sweep lapses."""
        return self.filter(status=Question.Status.OPEN, reply_due_at__lte=at)

    def to_remind(self, at: datetime) -> Self:
        """Open, in time, and a reminder's moment has come."""
        return self.filter(status=Question.Status.OPEN, remind_due_at__lte=at, reply_due_at__gt=at)


class Question(models.Model):
    """Open, then answered, lapsed, waived («decide for me») or withdrawn; one open question a
    case.
    """

    class Status(models.TextChoices):
        OPEN = "OPEN", _("Waiting for your answer")
        ANSWERED = "ANSWERED", _("Answered")
        LAPSED = "LAPSED", _("Not answered in time")
        WAIVED = "WAIVED", _("Left to customer service")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    MOVES: Final = {
        Status.OPEN: (Status.ANSWERED, Status.LAPSED, Status.WAIVED, Status.WITHDRAWN),
    }

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="questions")
    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="question")
    answer = models.OneToOneField(
        Entry, null=True, blank=True, on_delete=models.CASCADE, related_name="answers"
    )
    topic = models.CharField(max_length=20, choices=Topic.choices, blank=True)
    template = models.ForeignKey(
        QuestionTemplate, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    fields = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text=_("The template's fields as they were when asked."),
    )
    facts = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Facts that go along: label by language, value."),
    )
    bodies = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text=_("The question by language, when it has several."),
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reply_due_at = models.DateTimeField()
    remind_due_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["reply_due_at", "id"], name="question_overdue", condition=Q(status="OPEN")
            ),
            models.Index(
                fields=["remind_due_at", "id"],
                name="question_to_remind",
                condition=Q(status="OPEN", remind_due_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="OPEN"), name="question_open_once_per_case"
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN", settled_at__isnull=True)
                | (~Q(status="OPEN") & Q(settled_at__isnull=False)),
                name="question_settled_at_when_settled",
            ),
            models.CheckConstraint(
                condition=Q(status="ANSWERED", answer__isnull=False) | ~Q(status="ANSWERED"),
                name="question_answered_has_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.number}: {self.get_status_display()}"

    def waits(self, at: datetime) -> bool:
        """May the seller still answer in time?"""
        return self.status == self.Status.OPEN and at < self.reply_due_at
