"""The one way to send mail: render, store in the running transaction, kick the worker after
commit.
"""

import logging
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from typing import Any, Final

import redis
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from kombu import pools
from kombu.exceptions import LimitExceeded, OperationalError

from csba.bulk import insert
from csba.celery import app
from csba.outbox.models import OutgoingMail
from csba.outbox.render import filled, letter

log = logging.getLogger(__name__)

# A References header longer than this is refused by some relays (helpdesk T8).
REFERENCES_LIMIT = 1500
# A kick that finds no free worker within this many seconds is dropped: the sweep is there by then.
KICK_LASTS = 30
# What leaves later than this many seconds from now is left to the sweep.
LATEST_KICK = 60

_BLANK: Final = {field.attname: field.get_default() for field in OutgoingMail._meta.concrete_fields}

_asked: ContextVar[list[bool] | None] = ContextVar("asked", default=None)

# Deliberately loose: the relay judges the rest. It keeps out lists, names and smuggled headers.
_ONE_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f]+@[^\s@<>()\\,;:\"\x00-\x1f]+")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")


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
    _kick(mail.send_after)
    return mail


def enqueue_many(mails: Iterable[OutgoingMail]) -> None:
    """All drafts are stored by one statement; those whose key is already there are left out."""
    found = list(mails)
    if found:
        insert(found, ignore_conflicts=True)
        _kick()


def draft(
    template: str,
    *,
    to: str,
    language: str,
    time_zone: str = "Europe/Berlin",
    about: models.Model | None = None,
    context: dict[str, Any] | None = None,
    values: Mapping[str, str] | None = None,
    reply_to: str = "",
    key: str | None = None,
    automatic: bool = True,
    in_reply_to: str = "",
    references: Iterable[str] = (),
    subject: str | None = None,
    send_after: datetime | None = None,
    unsubscribe_url: str = "",
) -> OutgoingMail:
    """A mail rendered for its reader, not yet stored. `automatic` mail tells other robots not to
    answer. With `values` (words only) instead of `context` many alike letters cost little.
    """
    at = timezone.now()
    base_url = settings.CSBA_BASE_URL
    if values is not None:
        rendered = filled(
            template, values, language=language, time_zone=time_zone, base_url=base_url
        )
    else:
        rendered = letter(
            template,
            {**(context or {}), "base_url": base_url},
            language=language,
            time_zone=time_zone,
        )
    to = " ".join(to.split())
    status, trouble = _first_status(to, automatic)
    given = {
        "key": key,
        "template": template,
        "to_address": to[:320],
        "language": language,
        "subject": " ".join((subject or rendered[0]).split())[:400],
        "text": rendered[1],
        "reply_to": reply_to,
        "message_id": f"<csba.{secrets.token_hex(16)}@{settings.CSBA_REPLY_DOMAIN}>",
        "in_reply_to": " ".join(_MESSAGE_ID.findall(in_reply_to)[:1]) if in_reply_to else "",
        "references": _shortened(references),
        "unsubscribe_url": unsubscribe_url,
        "automatic": automatic,
        "about_type": about._meta.label_lower if about is not None else "",
        "about_id": about.pk if about is not None else None,
        "status": status,
        "last_error": trouble,
        "settled_at": at if trouble else None,
        "created_at": at,
        "send_after": send_after or at,
    }
    # Every field in its order: by name it takes Django twice as long, which counts in a sweep.
    return OutgoingMail(*{**_BLANK, **given}.values())


def _first_status(to: str, automatic: bool) -> tuple[OutgoingMail.Status, str]:
    """What becomes of a mail to this address, and why if it will not be sent."""
    if len(to) > 320 or not _ONE_ADDRESS.fullmatch(to):
        # Where an address comes from a stranger's mail, a bad one must not stop what was going on.
        return OutgoingMail.Status.FAILED, "not an address"
    ours = {settings.CSBA_SENDER_ADDRESS.lower(), settings.CSBA_BOUNCE_ADDRESS.lower()}
    own = to.lower() in ours or to.rpartition("@")[2].lower() == settings.CSBA_REPLY_DOMAIN
    if own and automatic:
        # That is how two systems talk for ever (helpdesk L5).
        return OutgoingMail.Status.SUPPRESSED, "our own address"
    return OutgoingMail.Status.QUEUED, ""


def _shortened(references: Iterable[str]) -> str:
    """The first reference and the newest ones, as many as fit; only message ids."""
    ids = list(dict.fromkeys(_MESSAGE_ID.findall(" ".join(filter(None, references)))))
    while len(ids) > 2 and len(" ".join(ids)) > REFERENCES_LIMIT:
        del ids[1]
    return " ".join(ids)


@contextmanager
def one_kick() -> Iterator[None]:
    """However many transactions store mail inside, the worker is woken once, at the end."""
    asked = _asked.set([])
    try:
        yield
    finally:
        found = _asked.get()
        _asked.reset(asked)
        if found:
            _wake_worker()


def _kick(wanted: datetime | None = None) -> None:
    """One kick a transaction: it takes everything that is due. What is to leave later has one of
    its own, at its moment.
    """
    if wanted is not None and (later := (wanted - timezone.now()).total_seconds()) > 0:
        if later <= LATEST_KICK:
            transaction.on_commit(partial(_wake_worker, later), robust=True)
        return
    waiting = transaction.get_connection().run_on_commit
    if not any(callback is _wake_worker for _savepoints, callback, _robust in waiting):
        transaction.on_commit(_wake_worker, robust=True)


def _wake_worker(later: float = 0) -> None:
    if not later and (asked := _asked.get()) is not None:
        asked.append(True)
        return
    # No second try: it would hold up the writer for seconds when the broker is away.
    broker = app.connection_for_write(transport_options={"max_retries": 0})
    try:
        with pools.producers[broker].acquire(block=True, timeout=1) as producer:
            app.send_task(
                "csba.outbox.tasks.deliver_due",
                producer=producer,
                retry=False,
                countdown=later or None,
                expires=KICK_LASTS + later,
            )
    except (OperationalError, LimitExceeded, redis.RedisError) as problem:
        # The mail is stored; the sweep takes it with its next tick.
        log.warning("worker not woken: %s", problem)
