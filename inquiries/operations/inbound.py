"""The life of a raw mail: kept, handled or in quarantine, replayed; not what it causes.

Raw mail is one commit of its own, before anybody is told that we have it; everything that it
causes is the second (rulings 2).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError

from caselog.models import Case
from csba.accounts.models import User
from csba.celery import app
from csba.journal import write as journal
from csba.moves import move
from inquiries.models import InboundMail, Inquiry
from inquiries.rules import mail_identity

log = logging.getLogger(__name__)

MOST_TRIES: Final = 3

Status = InboundMail.Status


@dataclass(frozen=True)
class Seen:
    """What was read of a mail, for lists of mails."""

    kind: str = ""
    sender: str = ""
    subject: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, Any]:
        """As the row holds it."""
        return {
            "kind": self.kind,
            "sender": self.sender[:320],
            "subject": self.subject[:400],
            "facts": self.facts,
        }


def keep(
    raw: bytes, *, via: str, envelope_from: str = "", envelope_to: Sequence[str] = ()
) -> InboundMail:
    """The mail is stored and committed; the same mail again, also at the same moment, adds nothing.

    `envelope_from` is "<>" for a mail without a return path, "" when it is not known. The returned
    row does not hold the raw bytes.
    """
    message_id, body_hash = mail_identity.of(raw)
    row = InboundMail(
        via=via,
        received_at=timezone.now(),
        envelope_from=_line(envelope_from),
        envelope_to=[_line(address) for address in envelope_to],
        message_id=message_id,
        body_hash=body_hash,
        raw=raw,
    )
    InboundMail.objects.bulk_create([row], ignore_conflicts=True)
    return InboundMail.objects.defer("raw").get(message_id=message_id, body_hash=body_hash)


def handled(
    mail: InboundMail,
    *,
    seen: Seen,
    result: str,
    inquiry: Inquiry | None = None,
    case: Case | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """The mail is done, with what came of it; `facts` stand in the journal of the inquiry."""
    at = timezone.now()
    move(
        mail,
        Status.HANDLED,
        handled_at=at,
        **seen.columns,
        result=result,
        error="",
        inquiry=inquiry,
        case=case,
    )
    if facts and inquiry is not None:
        journal.write(
            inquiry, "mail_noted", at=at, actor=journal.Actor.SYSTEM, mail=mail.pk, **facts
        )


def settled_anew(mail: InboundMail, *, result: str, inquiry: Inquiry | None) -> None:
    """What came of a handled mail later, once somebody had answered a question about it."""
    InboundMail.objects.filter(pk=mail.pk).update(result=result, inquiry=inquiry)
    journal.write(
        mail, "settled_anew", at=timezone.now(), actor=journal.Actor.SYSTEM, result=str(result)
    )


def quarantine(
    mail: InboundMail,
    *,
    error: str,
    seen: Seen | None = None,
    case: Case | None = None,
) -> None:
    """The mail changes nothing and waits for a person, with the reason; `replay` gives it another
    try.
    """
    move(mail, Status.FAILED, error=error, case=case, **(seen or Seen()).columns)


@transaction.atomic
def failed(mail: InboundMail, *, error: str) -> None:
    """One try more has failed, and why; after the third the mail is in quarantine."""
    rows = InboundMail.objects.filter(pk=mail.pk, status=Status.RECEIVED)
    rows.update(tries=F("tries") + 1, error=error)
    if rows.filter(tries__gte=MOST_TRIES).exists():
        quarantine(mail, error=error)


@transaction.atomic
def replay(mail: InboundMail, *, by: User) -> None:
    """A mail in quarantine is handled once more, as if it had just come in."""
    before = mail.error
    move(mail, Status.RECEIVED, tries=0, error="")
    journal.write(
        mail,
        "replayed",
        at=timezone.now(),
        actor=journal.Actor.AGENT,
        user=by,
        before=before[:300],
    )
    transaction.on_commit(wake, robust=True)


def wake() -> None:
    """A worker looks for received mail now; without a broker the clock will, within seconds."""
    try:
        app.send_task("inquiries.tasks.handle_received_mail", retry=False)
    except OperationalError as problem:
        log.warning("worker not woken: %s", problem)


def _line(address: str) -> str:
    return " ".join(address.replace("\x00", "").split())[:320]
