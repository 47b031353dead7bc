"""Which words tell what a message is about: rows that policy admins change (domain 7.6)."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from csba.topics import Signal, Topic
from inquiries.models.inquiry import Inquiry


class WordRuleQuerySet(models.QuerySet["WordRule"]):
    def in_force(self, at: datetime) -> Self:
        """Those that hold at this moment, in the order in which they are asked."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=at), valid_from__lte=at
        ).order_by("language", "kind", "position", "id")


class WordRule(models.Model):
    """Phrases of one language that tell a topic or raise a signal, for a span of time.

    A change is a new row with the same `code`; rows themselves are never edited, so that a message
    read earlier still names the very words that decided.
    """

    class Kind(models.TextChoices):
        TOPIC = "TOPIC", _("Contact reason")
        SIGNAL = "SIGNAL", _("Signal")

    code = models.CharField(max_length=40, help_text=_("Stays the same through all versions."))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    means = models.CharField(
        _("means"),
        max_length=20,
        choices=[*Topic.choices, *(one for one in Signal.choices if one[0])],
    )
    position = models.PositiveSmallIntegerField(
        _("asked as number"),
        help_text=_("Asked in this order; the first contact reason with a hit decides."),
    )
    phrases = ArrayField(models.CharField(max_length=120))
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    why = models.CharField(max_length=300, blank=True)

    objects = WordRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("word rule")
        verbose_name_plural = _("word rules")
        ordering = ["language", "kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "language"],
                condition=Q(valid_to__isnull=True),
                name="word_rule_has_one_newest_version",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="word_rule_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_language_display()}: {self.code}"


class ReasonCorrection(models.Model):
    """An agent said that a message is about something else than the words told; counted per
    rule.
    """

    inquiry = models.ForeignKey(
        Inquiry, on_delete=models.CASCADE, related_name="reason_corrections"
    )
    rule = models.ForeignKey(
        WordRule, null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    before = models.CharField(max_length=20, choices=Topic.choices)
    after = models.CharField(max_length=20, choices=Topic.choices)
    words = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("corrected contact reason")
        verbose_name_plural = _("corrected contact reasons")

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
