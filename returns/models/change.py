"""A buyer's wish to change an order: cancel, replace, exchange, another address (domain 2.30 to
2.32).
"""

from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from caselog.models import Case, Question
from csba.numbers import number_field
from sellers.models import Order, OrderLine, Seller


class OrderChangeQuerySet(models.QuerySet["OrderChange"]):
    def for_seller(self, seller: Seller) -> Self:
        """The only list a portal page may start from."""
        return self.filter(seller=seller)

    def running(self) -> Self:
        """Nobody has said the last word yet."""
        return self.exclude(status__in=OrderChange.ENDED)


class OrderChange(models.Model):
    """Asked, put to the seller, accepted or refused, done. `trace` says which rules let it pass."""

    class Kind(models.TextChoices):
        CANCEL = "CANCEL", _("Cancellation")
        REPLACE = "REPLACE", _("Replacement")
        EXCHANGE = "EXCHANGE", _("Exchange")
        ADDRESS = "ADDRESS", _("Change of address")

    class Status(models.TextChoices):
        ASKED = "ASKED", pgettext_lazy("order change", "Asked for")
        WITH_SELLER = "WITH_SELLER", pgettext_lazy("order change", "Put to the seller")
        ACCEPTED = "ACCEPTED", pgettext_lazy("order change", "Accepted")
        REFUSED = "REFUSED", pgettext_lazy("order change", "Refused")
        DONE = "DONE", pgettext_lazy("order change", "Done")

    class Via(models.TextChoices):
        DESK = "DESK", _("Customer service")
        BUYER = "BUYER", _("Buyer's page")
        API = "API", _("API")

    MOVES: Final = {
        Status.ASKED: (Status.WITH_SELLER, Status.ACCEPTED, Status.REFUSED),
        Status.WITH_SELLER: (Status.ACCEPTED, Status.REFUSED),
        Status.ACCEPTED: (Status.DONE, Status.REFUSED),
    }
    ENDED: Final = (Status.REFUSED, Status.DONE)

    number = number_field("CHG")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="changes")
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, related_name="changes", db_index=False
    )
    line = models.ForeignKey(
        OrderLine, null=True, blank=True, on_delete=models.PROTECT, related_name="changes"
    )
    quantity = models.PositiveIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ASKED)
    via = models.CharField(max_length=5, choices=Via.choices)
    wish = models.JSONField(default=dict, help_text=_("What it shall become."))
    trace = models.JSONField(default=list)
    client_id = models.UUIDField(unique=True, null=True, blank=True)
    reference = models.CharField(max_length=40, blank=True)
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="changes"
    )
    question = models.ForeignKey(
        Question, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    stock_confirmed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    reason = models.TextField(blank=True)

    objects = OrderChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of an order")
        verbose_name_plural = _("changes of orders")
        indexes = [
            models.Index(
                fields=["seller", "asked_at", "id"],
                name="change_open_of_seller",
                condition=Q(status__in=["ASKED", "WITH_SELLER", "ACCEPTED"]),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "line"],
                condition=Q(status__in=["ASKED", "WITH_SELLER", "ACCEPTED"]),
                nulls_distinct=False,
                name="change_one_of_a_kind_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.number
