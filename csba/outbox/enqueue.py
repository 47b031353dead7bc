"""The one way to send mail: render, store in the running transaction, kick the worker after
commit.
"""

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from csba.celery import app
from csba.outbox.models import OutgoingMail
from csba.outbox.render import letter

log = logging.getLogger(__name__)

# A References header longer than this is refused by some relays (helpdesk T8).
REFERENCES_LIMIT = 1500


def enqueue(template: str, **fields: Any) -> OutgoingMail:
    """The mail is stored with this transaction and leaves after it; see `draft` for the fields.

    With a `key` that is already in the outbox nothing happens twice: the first mail is returned.
    """
    mail = draft(template, **fields)
    if mail.key is not None:
        OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
        mail = OutgoingMail.objects.get(key=mail.key)
    else:
        mail.save(force_insert=True)
    _kick()
    return mail


def enqueue_many(mails: Iterable[OutgoingMail]) -> None:
    """All drafts are stored by one statement; those whose key is already there are left out."""
    found = list(mails)
    if found:
        OutgoingMail.objects.bulk_create(found, ignore_conflicts=True)
        _kick()


def draft(
    template: str,
    *,
    to: str,
    language: str,
    time_zone: str = "Europe/Berlin",
    about: models.Model | None = None,
    context: dict[str, Any] | None = None,
    reply_to: str = "",
    key: str | None = None,
    automatic: bool = True,
    in_reply_to: str = "",
    references: Iterable[str] = (),
    subject: str | None = None,
    send_after: datetime | None = None,
) -> OutgoingMail:
    """A mail rendered for its reader, not yet stored. `automatic` mail tells other robots not to
    answer.
    """
    at = timezone.now()
    rendered = letter(
        template,
        {**(context or {}), "base_url": settings.CSBA_BASE_URL},
        language=language,
        time_zone=time_zone,
    )
    to = " ".join(to.split())
    own = to.rpartition("@")[2].lower() == settings.CSBA_REPLY_DOMAIN
    return OutgoingMail(
        key=key,
        template=template,
        to_address=to,
        language=language,
        subject=(subject or rendered[0])[:400],
        text=rendered[1],
        html=rendered[2],
        reply_to=reply_to,
        message_id=f"<csba.{uuid.uuid4().hex}@{settings.CSBA_REPLY_DOMAIN}>",
        in_reply_to=in_reply_to[:500],
        references=_shortened(references),
        automatic=automatic,
        about_type=about._meta.label_lower if about is not None else "",
        about_id=about.pk if about is not None else None,
        # A robot never writes to our own addresses: that is how two systems talk for ever
        # (helpdesk L5).
        status=OutgoingMail.Status.SUPPRESSED if own and automatic else OutgoingMail.Status.QUEUED,
        last_error="our own address" if own and automatic else "",
        settled_at=at if own and automatic else None,
        created_at=at,
        send_after=send_after or at,
    )


def _shortened(references: Iterable[str]) -> str:
    """The first reference and the newest ones, as many as fit."""
    ids = list(dict.fromkeys(" ".join(reference.split()) for reference in references if reference))
    while len(ids) > 2 and len(" ".join(ids)) > REFERENCES_LIMIT:
        del ids[1]
    return " ".join(ids)


def _kick() -> None:
    transaction.on_commit(_wake_worker, robust=True)


def _wake_worker() -> None:
    try:
        app.send_task("csba.outbox.tasks.deliver_due", retry=False)
    except OperationalError as problem:
        # The mail is stored; the sweep takes it with its next tick.
        log.warning("worker not woken: %s", problem)
