"""The Case Log and the clock."""

from celery import shared_task
from django.utils import timezone

from caselog.operations import questions


@shared_task
def lapse_overdue_questions() -> int:
    """Questions whose 24 hours are over are lapsed."""
    return questions.lapse_overdue(timezone.now())


@shared_task
def remind_sellers() -> int:
    """Sellers are reminded of questions that wait for them."""
    return questions.remind(timezone.now())
