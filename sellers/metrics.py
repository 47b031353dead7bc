"""Numbers about sellers, for monitoring."""

from datetime import datetime

from django.db.models import Min

from sellers.models import Enrolment


def oldest_due(at: datetime) -> tuple[str, datetime | None]:
    """The opt-in that has waited longest to be activated."""
    pending = Enrolment.objects.due_for_activation()
    return "enrolment", pending.aggregate(oldest=Min("opted_in_at"))["oldest"]
