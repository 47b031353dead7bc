"""Numbers about returns and refunds, for monitoring."""

from datetime import datetime

from django.db.models import Min

from returns.models import Refund, ReturnRequest


def oldest_return_due(at: datetime) -> tuple[str, datetime | None]:
    """The return that has waited for longest to be refunded on the seller's behalf."""
    due = ReturnRequest.objects.to_refund(at)
    return "returns", due.aggregate(oldest=Min("refund_due_at"))["oldest"]


def oldest_refund_due(at: datetime) -> tuple[str, datetime | None]:
    """The refund that has been due for longest without being released or sent."""
    held = Refund.objects.to_release(at).aggregate(oldest=Min("release_due_at"))["oldest"]
    waiting = Refund.objects.to_send(at).aggregate(oldest=Min("send_after"))["oldest"]
    return "refunds", min(filter(None, [held, waiting]), default=None)
