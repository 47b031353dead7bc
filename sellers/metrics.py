"""Numbers about sellers, for monitoring and for the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    Q,
    QuerySet,
)

from csba import promises
from sellers.models import Enrolment


def oldest_due(at: datetime) -> tuple[str, datetime | None]:
    """The opt-in that has waited longest to be activated."""
    pending = Enrolment.objects.due_for_activation()
    return "enrolment", pending.aggregate(oldest=Min("opted_in_at"))["oldest"]


def oldest_alarm(at: datetime) -> tuple[str, datetime | None]:
    """The opt-in that is over the alarm's time (P18), and since when; none while all is well."""
    alarm = promises.activation_alarm(at)
    oldest = waiting_too_long(at).aggregate(oldest=Min("opted_in_at"))["oldest"]
    return "activation_alarm", None if oldest is None else oldest + alarm


def waiting_too_long(at: datetime) -> QuerySet[Enrolment]:
    """The opt-ins that still wait although the alarm's time is over."""
    pending = Enrolment.objects.due_for_activation()
    return pending.filter(opted_in_at__lte=at - promises.activation_alarm(at))


@dataclass(frozen=True, slots=True)
class Speed:
    """How long opting in took to become active, of all that were activated in a time."""

    count: int
    median: timedelta | None
    p95: timedelta | None
    slowest: timedelta | None
    in_time: int

    @property
    def share_in_time(self) -> float | None:
        """The share that was active by the promised time, from 0 to 1."""
        return self.in_time / self.count if self.count else None


class _Percentile(Aggregate):
    """The value below which this share of the rows lies, between two rows if need be."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, share: float) -> None:
        super().__init__(expression, output_field=DurationField(), share=share)


def activation_speed(at: datetime, *, days: int) -> Speed:
    """The measured time from the click to the first second, for stints that became active within
    the last `days`; one statement.
    """
    waited = ExpressionWrapper(F("active_from") - F("opted_in_at"), output_field=DurationField())
    done = Enrolment.objects.filter(active_from__gt=at - timedelta(days=days), active_from__lte=at)
    return Speed(
        **done.aggregate(
            count=Count("pk"),
            median=_Percentile(waited, 0.5),
            p95=_Percentile(waited, 0.95),
            slowest=Max(waited),
            in_time=Count("pk", filter=Q(active_from__lte=F("active_due_at"))),
        )
    )
