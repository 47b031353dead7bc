"""The clock of enrolment; how often each runs stands in csba/schedule.py."""

from celery import shared_task
from django.utils import timezone

from sellers.operations import enrolment


@shared_task
def activate_due_enrolments() -> int:
    """Whoever has opted in is active (P18)."""
    return enrolment.activate_due(timezone.now())


@shared_task
def alarm_slow_activations() -> int:
    """The desk knows of every opt-in that takes too long."""
    return enrolment.alarm_slow(timezone.now())
