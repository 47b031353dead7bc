"""Questions that are asked often, with typed fields in every language (P23).

Both sides read the same question in their own language, so nothing is translated in between.
"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from csba.topics import Topic


class QuestionTemplateQuerySet(models.QuerySet["QuestionTemplate"]):
    def active(self) -> Self:
        """Those that agents may pick."""
        return self.filter(active=True)


class QuestionTemplate(models.Model):
    """One version of a template. `fields` are dicts with key, kind, required, label by language and
    the choices; a question keeps the fields as they were when it was asked.
    """

    class Kind(models.TextChoices):
        """What kind of value a field holds."""

        YES_NO = "YES_NO", _("Yes or no")
        CHOICE = "CHOICE", _("One of several")
        DATE = "DATE", _("Date")
        AMOUNT = "AMOUNT", _("Amount of money")
        TRACKING = "TRACKING", _("Tracking number")
        TEXT = "TEXT", _("Text")
        FILE = "FILE", _("Photo or file")

    class Fact(models.TextChoices):
        """A fact of the order that goes along; none of them is a buyer's data."""

        ORDER_NUMBER = "ORDER_NUMBER", _("Order number")
        PLACED_AT = "PLACED_AT", _("Ordered")
        ITEM = "ITEM", _("Article")
        SKU = "SKU", _("SKU")
        QUANTITY = "QUANTITY", _("Quantity")
        SHIP_BY = "SHIP_BY", _("To be shipped by")
        DELIVER_BY = "DELIVER_BY", _("To be delivered by")
        TRACKING = "TRACKING", _("Tracking number")
        PRICE = "PRICE", _("Price")

    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic.choices, blank=True)
    names = models.JSONField(_("name"), help_text=_("By language: de, zh-hans, en."))
    bodies = models.JSONField(_("question"), help_text=_("By language: de, zh-hans, en."))
    fields = models.JSONField(_("fields"), default=list)
    order_facts = models.JSONField(_("facts of the order that go along"), default=list)
    active = models.BooleanField(_("offered to agents"), default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    why = models.TextField(blank=True)

    objects = QuestionTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("question template")
        verbose_name_plural = _("question templates")
        ordering = ["code", "-version"]
        permissions = [("edit_template", _("May change question templates"))]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(active=True), name="template_one_active"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.names)


def in_language(words: dict[str, Any], language: str | None = None) -> str:
    """The words in `language` (the reader's), else in German, else whatever there is."""
    wanted = language or get_language() or "de"
    found = words.get(wanted) or words.get("de") or next(iter(words.values()), "")
    return str(found)
