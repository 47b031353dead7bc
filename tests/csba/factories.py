"""Plain rows of the ground for its own tests."""

import itertools
from typing import Any

from django.utils import timezone

from csba.outbox.models import OutgoingMail
from csba.rulebook.models import Rule

_numbers = itertools.count(1)


def outgoing_mail(**fields: Any) -> OutgoingMail:
    """A stored mail, queued and due unless told otherwise."""
    return OutgoingMail.objects.create(**_fields(fields))


def outgoing_mails(count: int, **fields: Any) -> list[OutgoingMail]:
    """As outgoing_mail, many in one statement, in the order of their keys."""
    return OutgoingMail.objects.bulk_create(
        OutgoingMail(**_fields(fields)) for _number in range(count)
    )


def refreshed(mail: OutgoingMail) -> OutgoingMail:
    """The same mail, as it is stored now."""
    mail.refresh_from_db()
    return mail


def rule(**fields: Any) -> Rule:
    """A rule of a key that the seed does not hold."""
    return Rule.objects.create(**{"key": "test.key", "value": 1, "why": "Test", **fields})


def _fields(fields: dict[str, Any]) -> dict[str, Any]:
    at = timezone.now()
    return {
        "template": "note",
        "to_address": "jonas@buyers.test",
        "language": "de",
        "subject": "Note",
        "text": "Note",
        "message_id": f"<{next(_numbers)}@tests>",
        "created_at": at,
        "send_after": at,
        **fields,
    }
