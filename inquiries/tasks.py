"""The inquiries' tasks: mail that was kept is handled."""

from celery import shared_task

from inquiries.channels.mailbox import work


@shared_task
def handle_received_mail() -> int:
    """Mail that waits is handled; returns how many. Harmless when it arrives twice."""
    return work.handle_waiting()
