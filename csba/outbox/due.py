"""What waits too long in the outbox, for /status."""

from datetime import datetime

from django.db.models import Min

from csba.outbox.models import OutgoingMail


def oldest(at: datetime) -> tuple[str, datetime | None]:
    """The mail that is longest overdue."""
    return "outbox", OutgoingMail.objects.due(at).aggregate(oldest=Min("send_after"))["oldest"]
