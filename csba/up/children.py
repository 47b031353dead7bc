"""The processes under the supervisor: how each is started, known as ready, and ended."""

import http.client
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from csba.embedded.process import clear, last_lines, spawn, trim
from csba.up.guardian import Guardian

TRIES = 3
STEADY = 60.0  # a child that ran this long counts as healthy again

Ready = Callable[["Child"], bool]


@dataclass
class Child:
    """One process of the product."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    is_ready: Ready
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    log_start: int = 0
    tries: int = 0
    again_at: float = field(default=0.0)

    def start(self, guardian: Guardian) -> None:
        """The process runs, which does not mean that it is ready."""
        trim(self.log)
        self.log_start = self.log.stat().st_size if self.log.exists() else 0
        self.process = spawn(self.command, log=self.log, env=self.env)
        self.started_at = time.monotonic()
        guardian.guard(self.process.pid)

    @property
    def ready(self) -> bool:
        """The process does its work."""
        return self.process is not None and self.is_ready(self)

    @property
    def dead(self) -> bool:
        """The process has ended without being asked to."""
        return self.process is not None and self.process.poll() is not None

    @property
    def exit_code(self) -> int:
        """How the process has ended."""
        return self.process.returncode if self.process else 0

    def bury(self, guardian: Guardian) -> str:
        """What is left of the dead process is gone; returns why it died, if its log tells."""
        assert self.process is not None
        pid, code = self.process.pid, self.process.returncode
        clear(self.process, 0)
        guardian.forget(pid)
        self.process = None
        if time.monotonic() - self.started_at > STEADY:
            self.tries = 0
        self.again_at = time.monotonic() + 2**self.tries
        self.tries += 1
        how = f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
        return f"{self.name} ended ({how}). Its last words ({self.log}):\n{last_lines(self.log)}"


def end_all(children: Sequence[Child], guardian: Guardian, timeout: float) -> None:
    """All these processes and their sessions are gone, asked together, forced after `timeout`."""
    living = [child.process for child in children if child.process is not None]
    for process in living:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + timeout
    for process in living:
        clear(process, max(0.0, deadline - time.monotonic()))
        guardian.forget(process.pid)


def answers_http(port: int, path: str) -> Ready:
    """Ready means: a GET of this page is answered with 200."""

    def ready(child: Child) -> bool:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            link.request("GET", path, headers={"Host": f"localhost:{port}"})
            return link.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()

    return ready


def greets_smtp(port: int) -> Ready:
    """Ready means: whoever connects is greeted as by a mail server."""

    def ready(child: Child) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as link:
                greeted = link.recv(512).startswith(b"220")
                link.sendall(b"QUIT\r\n")
                return greeted
        except OSError:
            return False

    return ready


def says(word: str) -> Ready:
    """Ready means: this word stands in the log since the last start."""

    def ready(child: Child) -> bool:
        try:
            with child.log.open("rb") as stream:
                stream.seek(child.log_start)
                return word.encode() in stream.read()
        except OSError:
            return False

    return ready
