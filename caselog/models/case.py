"""A thread with one seller."""

from typing import Final, Self

from django.conf import settings
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from csba.numbers import number_field
from csba.topics import Topic
from sellers.models import Order, Seller


class CaseQuerySet(models.QuerySet["Case"]):
    def for_seller(self, seller: Seller) -> Self:
        """The only list a portal page may start from."""
        return self.filter(seller=seller)


class Case(models.Model):
    """Open while something may come; `last_seq` numbers its entries without gaps."""

    class Kind(models.TextChoices):
        INQUIRY = "INQUIRY", _("Question about an order")
        NOTICE = "NOTICE", _("Notice")
        POLICY = "POLICY", _("Return policy")
        TRANSFER = "TRANSFER", _("Transferred message")
        SUPPORT = "SUPPORT", _("Contact Us")
        ORDER = "ORDER", _("Change of an order")

    class Status(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("case", "Open")
        CLOSED = "CLOSED", _("Closed")

    MOVES: Final = {Status.OPEN: (Status.CLOSED,), Status.CLOSED: (Status.OPEN,)}

    number = number_field("CASE")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    topic = models.CharField(max_length=20, choices=Topic.choices, blank=True)
    subject = models.CharField(max_length=200)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    reference = models.CharField(
        max_length=40, blank=True, help_text=_("A number for people, such as an inquiry's.")
    )
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    last_seq = models.PositiveIntegerField(default=0)
    last_entry_at = models.DateTimeField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0, db_default=0)
    search = SearchVectorField(
        # Read only among one seller's cases: an index would cost each entry more than it saves.
        null=True,
        editable=False,
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["seller", "-last_entry_at", "-id"], name="case_list_of_seller"),
            models.Index(
                fields=["last_entry_at", "id"],
                name="case_open_on_the_desk",
                condition=Q(status="OPEN"),
            ),
            models.Index(
                fields=["last_entry_at", "id"],
                name="case_thread_open_on_the_desk",
                condition=Q(status="OPEN") & ~Q(kind="INQUIRY"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="OPEN", closed_at__isnull=True)
                | Q(status="CLOSED", closed_at__isnull=False),
                name="case_closed_at_when_closed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"
