"""The inquiries' tasks: mail that was kept is handled, lapsed questions that are freed decided."""

from celery import shared_task
from django.utils import timezone

from inquiries.channels.mailbox import transfer, work
from inquiries.operations import digests, lapsed


@shared_task
def handle_received_mail() -> int:
    """Mail that waits is handled; returns how many. Harmless when it arrives twice."""
    return work.handle_waiting()


@shared_task
def go_on_with_transfers() -> int:
    """Transfers whose seller has named the order are taken over; returns how many. Harmless when it
    arrives twice.
    """
    return transfer.go_on()


@shared_task
def decide_lapsed_questions() -> int:
    """What a policy admin has freed is decided once the seller let the time pass; returns how many.
    Harmless when it arrives twice.
    """
    return lapsed.decide_lapsed(timezone.now())


@shared_task
def send_digests() -> int:
    """Digests whose hour has come are sent; returns how many people were looked at. Harmless when
    it arrives twice.
    """
    return digests.send_due(timezone.now())
