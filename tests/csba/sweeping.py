"""A small sweep over the outbox, by which the tests of sweeping see what became of each row."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from csba.journal import write as journal
from csba.journal.models import Line
from csba.outbox.models import OutgoingMail
from csba.sweep import sweep

Mails = list[OutgoingMail]
Effects = Callable[[Mails, datetime], None]


def write_journal(mails: Mails, at: datetime) -> None:
    """The effect: one line a mail."""
    journal.write_many(
        [journal.line(mail, "suppressed", at=at, actor=journal.Actor.CLOCK) for mail in mails]
    )


def sweep_due(effects: Effects = write_journal, **options: Any) -> int:
    """Every due mail is suppressed; returns how many."""
    at = timezone.now()
    return sweep(
        "tests.suppress",
        OutgoingMail.objects.due(at).order_by("id"),
        stamps={"status": OutgoingMail.Status.SUPPRESSED, "settled_at": at},
        effects=effects,
        at=at,
        **options,
    )


def swept() -> list[int]:
    """The rows that carry the stamps; each must have had its effects once, the others none."""
    settled = OutgoingMail.objects.filter(
        status=OutgoingMail.Status.SUPPRESSED, settled_at__isnull=False
    )
    stamped = sorted(settled.values_list("pk", flat=True))
    assert sorted(Line.objects.values_list("subject_id", flat=True)) == stamped
    return stamped


def failing_for(bad: set[int]) -> Effects:
    """The effect, with an error for these keys."""

    def effects(mails: Mails, at: datetime) -> None:
        write_journal(mails, at)
        for mail in mails:
            if mail.pk in bad:
                raise LookupError(f"mail {mail.pk} is bad")

    return effects
