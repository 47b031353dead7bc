"""A mail relay of our own on loopback: it speaks SMTP, and a test says where it refuses, hangs up
or makes the sender wait.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

PATIENCE = 20.0
"""Seconds after which a test and its relay stop waiting for each other."""


@dataclass
class Taken:
    """A mail that the relay has accepted or at least read to its end."""

    sender: str
    to: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail as a reader's program sees it."""
        found = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class TestRelay:
    """Accepts everything until told otherwise: `answers` by step, `hang_up` and `stall_at` name a
    step (MAIL, RCPT, DATA, which is after the content).
    """

    __test__ = False

    answers: dict[str, str] = field(default_factory=dict)
    answer_to: Callable[[str, str], str | None] | None = None
    hang_up: str = ""
    stall_at: str = ""
    before: Callable[[str], None] | None = None
    taken: list[Taken] = field(default_factory=list)
    sessions: int = 0

    def __post_init__(self) -> None:
        self.arrived = threading.Event()
        self.go_on = threading.Event()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.BaseTransport] = set()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="test relay", daemon=True)

    def start(self) -> "TestRelay":
        """The relay listens at `port`."""
        self._thread.start()
        assert self._started.wait(PATIENCE)
        return self

    def stop(self) -> None:
        """Nothing of the relay is left."""
        self.go_on.set()
        self._loop.call_soon_threadsafe(self._ended.set_result, None)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    def message_ids(self) -> list[str]:
        """The Message-ID of each mail that came in, in order."""
        return [str(mail.message["Message-ID"]) for mail in self.taken]

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        self._loop.close()

    async def _serve(self) -> None:
        self._ended: asyncio.Future[None] = self._loop.create_future()
        server = await self._loop.create_server(self._session, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._ended
        server.close()
        await server.wait_closed()
        for transport in self._open:
            transport.close()
        rest = asyncio.all_tasks(self._loop) - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _session(self) -> SMTP:
        self.sessions += 1
        relay = self

        class Kept(SMTP):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                relay._open.add(transport)
                super().connection_made(transport)

        return Kept(self, hostname="relay.test", ident="ready", loop=self._loop)

    async def _step(self, name: str, server: Any, detail: str) -> str | None:
        if self.before is not None:
            await self._loop.run_in_executor(None, self.before, name)
        if self.stall_at == name:
            self.arrived.set()
            await self._loop.run_in_executor(None, self.go_on.wait, PATIENCE)
        if self.hang_up == name:
            server.transport.abort()
        if self.answer_to is not None and (answer := self.answer_to(name, detail)):
            return answer
        return self.answers.get(name)

    async def handle_MAIL(  # noqa: N802 -- the library calls it so
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := await self._step("MAIL", server, address):
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 -- the library calls it so
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := await self._step("RCPT", server, address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- the library calls it so
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = Taken(str(envelope.mail_from), [str(to) for to in envelope.rcpt_tos], content)
        if answer := await self._step("DATA", server, mail.to[0]):
            if answer.startswith("2"):
                self.taken.append(mail)
            return answer
        self.taken.append(mail)
        return "250 taken"
