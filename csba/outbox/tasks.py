"""The outbox and the clock."""

from celery import shared_task
from django.utils import timezone

from csba.outbox import delivery


@shared_task
def deliver_due() -> int:
    """What waits in the outbox leaves; also takes up what a dead worker left behind."""
    delivery.recover_stuck(timezone.now())
    return delivery.deliver_due()
