"""The clock of enrolment; how often each runs stands in csba/schedule.py."""

from celery import shared_task
from django.utils import timezone

from sellers.operations import enrolment, interest, terms


@shared_task
def activate_due_enrolments() -> int:
    """Whoever has opted in is active (P18)."""
    return enrolment.activate_due(timezone.now())


@shared_task
def alarm_slow_activations() -> int:
    """The desk knows of every opt-in that takes too long."""
    return enrolment.alarm_slow(timezone.now())


@shared_task
def ask_for_new_terms() -> int:
    """Who is signed up is asked for a version that has come into force (rulings 15)."""
    return terms.ask_active(timezone.now())


@shared_task
def remind_of_terms() -> int:
    """Who has not agreed yet is reminded of the date."""
    return terms.remind(timezone.now())


@shared_task
def suspend_without_terms() -> int:
    """Who has not agreed by the date gets no new coverage until they do."""
    return terms.suspend_overdue(timezone.now())


@shared_task
def forget_unconfirmed_interest() -> int:
    """Who did not confirm an interest in time is forgotten (P17)."""
    return interest.forget_unconfirmed(timezone.now())
