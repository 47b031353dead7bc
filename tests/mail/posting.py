"""Mails for tests, and a postman who brings them to the real listener over SMTP."""

import smtplib
import socket
import uuid
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from csba.journal import read as journal
from inquiries import tasks
from inquiries.channels.smtp import Listener
from inquiries.models import InboundMail, Inquiry

SERVICE = f"service@{settings.CSBA_REPLY_DOMAIN}"
JONAS = "jonas@buyers.test"


def mail(
    body: str = "Wo bleibt mein Paket?",
    *,
    subject: str = "Meine Bestellung",
    sender: str = JONAS,
    to: str = SERVICE,
    message_id: str | None = None,
    **headers: str,
) -> bytes:
    """A plain mail as bytes; other headers by name with `_` for `-`."""
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Jonas Weber <{sender}>"
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Wed, 04 Nov 2026 10:00:00 +0100"
    message["Message-ID"] = message_id or f"<{uuid.uuid4().hex}@mail.buyers.test>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes()


def facts_of(inquiry: Inquiry) -> dict[str, Any]:
    """What the journal notes about the mails of this inquiry."""
    lines = journal.of(inquiry).filter(verb="mail_noted")
    return {name: value for line in lines for name, value in line.facts.items()}


class Postman:
    """Speaks SMTP to one listener."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener

    def session(self) -> smtplib.SMTP:
        """An open connection to the listener."""
        return smtplib.SMTP("127.0.0.1", self.listener.port, timeout=20)

    def brings(self, raw: bytes, *, sender: str = JONAS, to: str = SERVICE) -> None:
        """The listener has said 250 to this mail; smtplib raises what else it says."""
        with self.session() as session:
            session.sendmail(sender, [to], raw)

    def delivers(self, raw: bytes, *, sender: str = JONAS, to: str = SERVICE) -> InboundMail:
        """As brings, and the worker has handled what waited; the mail as it lies there now."""
        self.brings(raw, sender=sender, to=to)
        tasks.handle_received_mail()
        return InboundMail.objects.select_related("inquiry", "case").latest("id")

    def delivers_new(self, body: str = "Wo bleibt mein Paket?", **fields: Any) -> InboundMail:
        """A new plain mail, brought and handled; its sender is also that of the envelope."""
        sender, to = fields.get("sender", JONAS), fields.get("to", SERVICE)
        return self.delivers(mail(body, **fields), sender=sender, to=to)


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listener() -> Listener:
    """On a port that the system gives; somebody else may take it in between, then another one."""
    for _again in range(10):
        listener = Listener("127.0.0.1", free_port())
        try:
            listener.start()
        except OSError:
            continue
        return listener
    raise AssertionError("no free port")


@pytest.fixture
def postman(db: None) -> Iterator[Postman]:
    """A listener on a free port whose writing thread uses the test's own database connection.

    So the test can be rolled back like any other; what needs real commits takes `real_postman`.
    """
    ours = connections["default"]
    listener = _listener()
    writer = listener.handler.writer
    ours.inc_thread_sharing()
    writer.submit(lambda: connections.__setitem__("default", ours)).result()
    yield Postman(listener)
    writer.submit(lambda: connections.__delitem__("default")).result()
    listener.stop()
    ours.dec_thread_sharing()


@pytest.fixture
def real_postman(transactional_db: None) -> Iterator[Postman]:
    """A listener with a connection of its own, as in production; for tests that commit."""
    listener = _listener()
    yield Postman(listener)
    listener.stop()
