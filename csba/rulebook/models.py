"""One rule of the book, valid for a span of time."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class KeySpan(Func):
    """The key as a range of one number: gist can exclude equal keys without a contrib extension."""

    function = "int8range"
    template = (
        "int8range(hashtextextended(%(expressions)s, 0), "
        "hashtextextended(%(expressions)s, 0), '[]')"
    )
    arity = 1


class ValidSpan(Func):
    """From when until when a row holds; an empty end means until further notice."""

    function = "tstzrange"
    arity = 2


class Rule(models.Model):
    """The value of `key` from `valid_from` up to, but not at, `valid_to`."""

    key = models.CharField(max_length=80)
    value = models.JSONField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    why = models.TextField()
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rulebook")
        ordering = ["key", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="rule_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="rule_has_one_value_at_a_time",
                expressions=[
                    (KeySpan("key"), RangeOperators.OVERLAPS),
                    (ValidSpan("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"
