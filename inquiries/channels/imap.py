"""Mail fetched from an IMAP mailbox: kept and committed first, marked as seen only then.

Killed in between, the mail is fetched once more and is still one (its Message-ID and body are).
"""

import contextlib
import imaplib
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from imap_tools import AND, BaseMailBox, MailBox, MailboxLoginError, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from csba.health.models import Heartbeat
from inquiries.channels.mailbox import receive
from inquiries.models import InboundMail

log = logging.getLogger(__name__)

HEARTBEAT: Final = "inquiries.fetch_mail"
_PATIENCE: Final = 30.0
# Servers end a connection that idles for half an hour; ours is begun anew before.
_IDLE: Final = 600
_LONGEST_PAUSE: Final = 300.0
_BATCH: Final = 50


# What a mailbox may answer instead of mail.
PROBLEMS: Final = (OSError, imaplib.IMAP4.error, ImapToolsError)


@dataclass(frozen=True)
class Round:
    """How many mails of one look were kept, and how many stay in the mailbox for later."""

    kept: int = 0
    left: int = 0


def fetch(box: BaseMailBox) -> Round:
    """Every unseen mail of the folder is kept and then seen (or moved, if there is a folder for
    that); one that cannot be kept stays as it is and stops no other.
    """
    kept = left = 0
    for uid in box.uids(AND(seen=False, flagged=False))[:_BATCH]:
        try:
            done = _one(box, uid)
        except DatabaseError as problem:
            connection.close()
            log.warning("mail not kept, it stays in the mailbox: %s", type(problem).__name__)
            done = False
        kept += done
        left += not done
    Heartbeat.objects.beat(HEARTBEAT, at=timezone.now(), count=kept, failed=left)
    return Round(kept, left)


def _one(box: BaseMailBox, uid: str) -> bool:
    size = next(iter(box.fetch(AND(uid=uid), headers_only=True, mark_seen=False)), None)
    if size is not None and size.size_rfc822 > settings.CSBA_MAIL_SIZE_LIMIT:
        # Flagged, so that a person sees it and nobody fetches it again and again.
        box.flag(uid, ["\\Flagged"], True)
        log.error("mail %s of the mailbox is larger than CSBA_MAIL_SIZE_LIMIT: flagged", uid)
        return False
    status, answer = box.client.uid("fetch", uid, "(BODY.PEEK[])")
    raw = next((part[1] for part in answer if isinstance(part, tuple)), b"")
    if status != "OK" or not raw:
        return False
    receive.receive(raw, via=InboundMail.Via.IMAP)
    if settings.CSBA_IMAP_DONE_FOLDER:
        box.move(uid, settings.CSBA_IMAP_DONE_FOLDER)
    else:
        box.flag(uid, ["\\Seen"], True)
    return True


def watch(enough: threading.Event) -> None:
    """Fetches whenever something comes, until `enough` is set; a broken connection is made anew
    after a pause that grows.
    """
    pause = 1.0
    while not enough.is_set():
        try:
            with connected() as box:
                pause = 1.0
                _follow(box, enough)
        except PROBLEMS as problem:
            log.warning("mailbox: %s, next try in %d s", in_words(problem), pause)
            enough.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


def in_words(problem: Exception) -> str:
    """What may be said of one of PROBLEMS: its kind; the server may repeat the login."""
    what = "login refused" if isinstance(problem, MailboxLoginError) else "connection lost"
    return f"{what} ({type(problem).__name__})"


@contextlib.contextmanager
def connected() -> Iterator[BaseMailBox]:
    """The mailbox, logged in, with its folder chosen; its connection is closed afterwards, also
    after a refused login or where the server is gone. Raises one of PROBLEMS.
    """
    host, port = settings.CSBA_IMAP_HOST, settings.CSBA_IMAP_PORT
    box: BaseMailBox
    if settings.CSBA_IMAP_TLS:
        box = MailBox(host, port, timeout=_PATIENCE)
    else:
        box = MailBoxUnencrypted(host, port, timeout=_PATIENCE)
    try:
        box.login(settings.CSBA_IMAP_USER, settings.CSBA_IMAP_PASSWORD, settings.CSBA_IMAP_FOLDER)
        yield box
    finally:
        with contextlib.suppress(*PROBLEMS):
            box.logout()
        with contextlib.suppress(OSError):
            box.client.shutdown()


def _follow(box: BaseMailBox, enough: threading.Event) -> None:
    # Many servers tell only after the login what they can do.
    _status, said = box.client.capability()
    idles = b"IDLE" in b" ".join(said).upper().split()
    while not enough.is_set():
        found = fetch(box)
        if found.kept == _BATCH or enough.is_set():
            continue
        if idles and not found.left:
            _idle(box, enough)
        else:
            enough.wait(settings.CSBA_IMAP_INTERVAL)


def _idle(box: BaseMailBox, enough: threading.Event) -> None:
    """Returns when something has come, when it is time to connect anew, or when it is enough."""
    with box.idle as idle:
        for _second in range(_IDLE):
            if enough.is_set() or idle.poll(timeout=1):
                return
