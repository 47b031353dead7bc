"""The SMTP and LMTP listeners: a mail is committed before 250 is said; if it cannot be, the sender
keeps it.

One thread of its own writes, so mails are kept in the order in which they came; another wakes the
worker, so that a missing broker delays nobody.
"""

import asyncio
import logging
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from aiosmtpd.controller import Controller, UnixSocketController
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections

from inquiries.channels.mailbox.classify import NULL_SENDER
from inquiries.models import InboundMail
from inquiries.operations import inbound

log = logging.getLogger(__name__)
# The library writes every sender and recipient into the log; personal data does not belong there.
logging.getLogger("mail.log").setLevel(logging.WARNING)

# Longer than any insert of a mail takes, shorter than any sender waits for the answer to DATA.
_PATIENCE: Final = 60.0

# A mail of a person has a handful of receivers; a relay that hands over more may do so in pieces.
_MOST_RECIPIENTS: Final = 100
_MOST_CONNECTIONS: Final = 50
_IDLE: Final = 60.0

_TOO_MANY: Final = "452 4.5.3 Too many recipients"
_BUSY: Final = b"421 4.7.0 Too many connections, please try again later\r\n"
_LATER: Final = "451 4.3.0 Cannot be stored at the moment, please try again"
_KEPT: Final = "250 2.0.0 Kept"
_NOT_OURS: Final = "550 5.7.1 Not an address of ours"


class Handler:
    """What the server asks for each mail."""

    def __init__(self) -> None:
        self.writer = ThreadPoolExecutor(1, thread_name_prefix="keep-mail")
        self._waker = ThreadPoolExecutor(1, thread_name_prefix="wake-worker")
        self._wake_wanted = False

    async def handle_RCPT(  # noqa: N802 -- the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only our own domain, and the postmaster whom every domain has."""
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return _TOO_MANY
        domain = address.rpartition("@")[2].lower()
        if domain != settings.CSBA_REPLY_DOMAIN and address.lower() != "postmaster":
            return _NOT_OURS
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """250 once the mail is committed; 451 while the database cannot be reached. Over LMTP each
        receiver has an answer (RFC 2033); for us it is one mail.
        """
        said = await self._answer(envelope)
        if isinstance(server, LMTP):
            return "\r\n".join([said] * len(envelope.rcpt_tos))
        return said

    async def _answer(self, envelope: Envelope) -> str:
        loop = asyncio.get_running_loop()
        try:
            await asyncio.wait_for(
                loop.run_in_executor(self.writer, self._keep, envelope), timeout=_PATIENCE
            )
        except (DatabaseError, TimeoutError) as problem:
            log.warning("mail not kept, the sender will try again: %s", type(problem).__name__)
            return _LATER
        self._wake_soon()
        return _KEPT

    async def handle_exception(self, error: Exception) -> str:
        """Whatever else goes wrong, the sender keeps the mail."""
        log.error("mail not kept: %s", type(error).__name__, exc_info=error)
        return _LATER

    def close(self) -> None:
        """Nothing is written any more, and the connection of the writing thread is closed."""
        self.writer.submit(connections.close_all)
        self.writer.shutdown()
        self._waker.shutdown(cancel_futures=True)

    def _keep(self, envelope: Envelope) -> None:
        """Kept; if the connection has gone bad meanwhile, over a new one."""
        try:
            self._insert(envelope)
        except (OperationalError, InterfaceError):
            connection.close()
            self._insert(envelope)

    def _insert(self, envelope: Envelope) -> None:
        content: Any = envelope.content
        inbound.keep(
            bytes(content),
            via=InboundMail.Via.SMTP,
            envelope_from=envelope.mail_from or NULL_SENDER,
            envelope_to=envelope.rcpt_tos,
        )

    def _wake_soon(self) -> None:
        # Once is enough for all mails kept before the worker is really called.
        if not self._wake_wanted:
            self._wake_wanted = True
            self._waker.submit(self._wake)

    def _wake(self) -> None:
        self._wake_wanted = False
        inbound.wake()


class _Limited:
    """No more connections at once than can be served; the others are told to come again."""

    open_now = 0

    def connection_made(self, transport: Any) -> None:
        """One more, unless they are too many; the second half of STARTTLS is no new one."""
        if not getattr(self, "_counted", False):
            if _Limited.open_now >= _MOST_CONNECTIONS:
                transport.write(_BUSY)
                transport.close()
                return
            self._counted = True
            _Limited.open_now += 1
        super().connection_made(transport)  # type: ignore[misc]

    def connection_lost(self, problem: Exception | None) -> None:
        """One less."""
        if getattr(self, "_counted", False):
            self._counted = False
            _Limited.open_now -= 1
            super().connection_lost(problem)  # type: ignore[misc]


class _SMTP(_Limited, SMTP):
    """The protocol, limited."""


class _LMTP(_Limited, LMTP):
    """The same for a mail server on this machine that delivers to us."""


def _options() -> dict[str, Any]:
    return {
        "data_size_limit": settings.CSBA_MAIL_SIZE_LIMIT,
        "enable_SMTPUTF8": True,
        "decode_data": False,
        "hostname": settings.CSBA_REPLY_DOMAIN,
        "ident": "CSBA",
        "timeout": _IDLE,
    }


def _tls() -> dict[str, Any]:
    """STARTTLS where a certificate is configured; ValueError with a sentence if it is none."""
    if settings.CSBA_SMTP_TLS is None:
        return {}
    certificate, key = settings.CSBA_SMTP_TLS
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as problem:
        raise ValueError(
            "CSBA_SMTP_CERT and CSBA_SMTP_KEY do not name a certificate and its key (PEM): "
            f"{problem}."
        ) from problem
    return {"tls_context": context, "require_starttls": settings.CSBA_SMTP_REQUIRE_TLS}


class Listener(Controller):
    """The server in a thread of its own, from start() to stop(); over LMTP with `lmtp`."""

    def __init__(self, host: str, port: int, *, lmtp: bool = False) -> None:
        self._protocol = _LMTP if lmtp else _SMTP
        self._given = _options() if lmtp else _options() | _tls()
        super().__init__(Handler(), hostname=host, port=port)

    def factory(self) -> SMTP:
        """The protocol of one connection."""
        return self._protocol(self.handler, **self._given)

    def start(self) -> None:
        """Takes mail from now on; OSError at once if the port is taken."""
        family = socket.AF_INET6 if ":" in self.hostname else socket.AF_INET
        try:
            socket.create_server((self.hostname, self.port), family=family).close()
        except OSError:
            # The loop exists since __init__; left open it would complain while Python ends.
            self.loop.close()
            self.handler.close()
            raise
        super().start()

    def stop(self, no_assert: bool = False) -> None:
        """No more mail is taken; a mail that has not been answered stays with its sender."""
        super().stop(no_assert=no_assert)
        self.handler.close()


class SocketListener(UnixSocketController):
    """LMTP at a socket of the file system, for a mail server on this machine."""

    def __init__(self, path: str) -> None:
        super().__init__(Handler(), path)

    def factory(self) -> SMTP:
        """The protocol of one connection."""
        return _LMTP(self.handler, **_options())

    def start(self) -> None:
        """Takes mail from now on; a socket that nobody listens at any more is replaced."""
        Path(self.unix_socket).unlink(missing_ok=True)
        super().start()

    def stop(self, no_assert: bool = False) -> None:
        """No more mail is taken, and the socket is gone."""
        super().stop(no_assert=no_assert)
        self.handler.close()
        Path(self.unix_socket).unlink(missing_ok=True)
