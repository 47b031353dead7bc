"""The worker's round: mails that wait are handled one by one, each in a transaction of its own."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.errors import DomainError
from csba.health.models import Heartbeat
from csba.outbox.enqueue import one_kick
from inquiries.channels import limits
from inquiries.channels.mailbox import dispatch
from inquiries.models import InboundMail
from inquiries.operations import inbound

log = logging.getLogger(__name__)

# A mail may hold the database no longer than this; parsing is bounded by size and by parts.
_STATEMENT_LIMIT: Final = "20s"
# One that has waited so long may be one that kills its worker: its tries are counted beforehand.
_SUSPECT_AFTER: Final = timedelta(minutes=1)


def handle_waiting(limit: int = 500) -> int:
    """Received mails are handled, oldest first, up to `limit`; returns how many were done.

    Each in its own transaction, shared with other workers; one that fails stops no other.
    """
    done, passed_over = 0, list[int]()
    with _limited_statements(), one_kick():
        while done + len(passed_over) < limit:
            mail: InboundMail | None = None
            try:
                with transaction.atomic():
                    mail = _next(passed_over)
                    if mail is None:
                        break
                    _handle_unless_deadly(mail)
                done += 1
            except Exception as problem:
                if mail is None:
                    raise
                passed_over.append(mail.pk)
                _failed(mail, problem)
    Heartbeat.objects.beat(
        "inquiries.handle_received_mail", at=timezone.now(), count=done, failed=len(passed_over)
    )
    return done


def _next(passed_over: list[int]) -> InboundMail | None:
    twin = InboundMail.objects.filter(message_id=OuterRef("message_id")).exclude(pk=OuterRef("pk"))
    return (
        InboundMail.objects.received()
        .exclude(pk__in=passed_over)
        .annotate(has_twin=Exists(twin))
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("received_at", "id")
        .first()
    )


def _failed(mail: InboundMail, problem: Exception) -> None:
    """Kept with the reason. A refusal of the rules would be the same again; all else is retried."""
    mail.refresh_from_db(fields=["status"])
    if isinstance(problem, DomainError):
        inbound.quarantine(mail, error=str(problem))
        return
    # The words of the error may hold the mail's own: they stay in the row, out of the log.
    log.error("mail %s could not be handled: %s", mail.pk, type(problem).__name__)
    where = "".join(traceback.format_tb(problem.__traceback__))
    inbound.failed(
        mail, error=f"{type(problem).__name__}: {problem}"[:2000] + f"\n\n{where}"[-6000:]
    )


def _handle_unless_deadly(mail: InboundMail) -> None:
    """A mail that ended its worker three times goes to quarantine instead of ending a fourth."""
    suspect = timezone.now() - mail.received_at > _SUSPECT_AFTER
    who = str(mail.pk)
    if suspect and limits.exceeded("deadly-mail", who, most=inbound.MOST_TRIES, seconds=86_400):
        inbound.quarantine(mail, error=_("Handling it ended without a result three times."))
        return
    try:
        dispatch.handle(mail)
    finally:
        if suspect:
            limits.forget("deadly-mail", who)


@contextmanager
def _limited_statements() -> Iterator[None]:
    """No statement in here runs for ever: one mail must not hold up all others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [_STATEMENT_LIMIT])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
