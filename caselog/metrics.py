"""Numbers about the Case Log, for monitoring."""

from datetime import datetime

from django.db.models import Min

from caselog.models import Question


def oldest_due(at: datetime) -> tuple[str, datetime | None]:
    """The question that has been over its time for longest without being lapsed."""
    overdue = Question.objects.overdue(at)
    return "caselog", overdue.aggregate(oldest=Min("reply_due_at"))["oldest"]
