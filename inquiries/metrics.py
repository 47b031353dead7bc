"""Numbers about inquiries, for monitoring."""

from datetime import datetime

from django.db.models import Min

from inquiries.models import InboundMail


def oldest_due(at: datetime) -> tuple[str, datetime | None]:
    """The mail that has waited longest to be handled."""
    return "inbound_mail", InboundMail.objects.received().aggregate(oldest=Min("received_at"))[
        "oldest"
    ]
