"""Stints of a service for a seller; opting in again is a new stint, never an overwritten one (P18,
P19).
"""

from datetime import datetime
from typing import Final, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sellers.models.seller import Seller
from sellers.models.service import Plan, Service


class _OneKey(Func):
    """A key as a range of one number, so that gist can exclude equal keys without btree_gist."""

    template = "int8range(%(expressions)s, %(expressions)s, '[]')"
    arity = 1


class _ActiveSpan(Func):
    function = "tstzrange"
    arity = 2


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def due_for_activation(self) -> Self:
        """Opted in and waiting to be activated; the queue is worked off as fast as it can be."""
        return self.filter(status=Enrolment.Status.PENDING)

    def slow(self, at: datetime) -> Self:
        """Still not active though the alarm's time has come."""
        return self.filter(status=Enrolment.Status.PENDING, alarm_due_at__lte=at)

    def current(self) -> Self:
        """Pending or active."""
        return self.filter(status__in=[Enrolment.Status.PENDING, Enrolment.Status.ACTIVE])


class Enrolment(models.Model):
    """One stint: clicked at opted_in_at, covers orders placed from active_from up to, not at,
    ended_at.
    """

    class Status(models.TextChoices):
        PENDING = "PENDING", _("Activating")
        ACTIVE = "ACTIVE", _("Active")
        ENDED = "ENDED", pgettext_lazy("state of the service", "Opted out")

    MOVES: Final = {
        Status.PENDING: (Status.ACTIVE, Status.ENDED),
        Status.ACTIVE: (Status.ENDED,),
    }

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="enrolments")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="enrolments")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="enrolments")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    opted_in_at = models.DateTimeField()
    opted_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    active_due_at = models.DateTimeField(
        help_text=_("By when the service is promised to be active.")
    )
    alarm_due_at = models.DateTimeField(null=True, blank=True)
    active_from = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-opted_in_at"]
        indexes = [
            models.Index(
                fields=["opted_in_at", "id"],
                name="enrolment_pending",
                condition=Q(status="PENDING"),
            ),
            models.Index(fields=["seller", "service", "active_from"], name="enrolment_of_seller"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "service"],
                condition=Q(status="PENDING"),
                name="enrolment_pending_once",
            ),
            models.UniqueConstraint(
                fields=["seller", "service"],
                condition=Q(status="ACTIVE"),
                name="enrolment_active_once",
            ),
            ExclusionConstraint(
                name="enrolment_stints_do_not_overlap",
                expressions=[
                    (_OneKey("service_id"), RangeOperators.OVERLAPS),
                    (_OneKey("seller_id"), RangeOperators.OVERLAPS),
                    (_ActiveSpan("active_from", "ended_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(active_from__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(status="PENDING", active_from__isnull=True, ended_at__isnull=True)
                | Q(status="ACTIVE", active_from__isnull=False, ended_at__isnull=True)
                | Q(status="ENDED", ended_at__isnull=False),
                name="enrolment_stamps_fit_status",
            ),
            models.CheckConstraint(
                condition=Q(active_from__isnull=True) | Q(active_from__gte=F("opted_in_at")),
                name="enrolment_active_after_click",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | Q(active_from__isnull=True)
                | Q(ended_at__gte=F("active_from")),
                name="enrolment_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seller} · {self.service} ({self.get_status_display()})"

    def covers(self, moment: datetime) -> bool:
        """Was this stint running when an order was placed? Half-open: from active_from up to
        ended_at.
        """
        return (
            self.active_from is not None
            and self.active_from <= moment
            and (self.ended_at is None or moment < self.ended_at)
        )


class Suspension(models.Model):
    """A time within a stint in which new orders are not covered, because the seller's account was
    not fit (rulings 6).
    """

    class Reason(models.TextChoices):
        STANDING = "STANDING", _("account not in good standing")
        NOT_PROFESSIONAL = "NOT_PROFESSIONAL", _("no professional plan")
        TERMS = "TERMS", _("new terms not agreed to in time")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="suspensions")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "reason"],
                condition=Q(until_at__isnull=True),
                name="suspension_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.get_reason_display()}"

    def holds(self, moment: datetime) -> bool:
        """Was the stint suspended at this moment?"""
        return self.from_at <= moment and (self.until_at is None or moment < self.until_at)
