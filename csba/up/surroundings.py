"""What the processes are told by environment: addresses, keys, where mail goes."""

import os
import shlex
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from csba import environment
from csba.embedded import CannotRun, Home
from csba.embedded.process import free_port
from csba.up.words import say

WEB, SMTP, SINK_SMTP, SINK = 8000, 2525, 1025, 8025


@dataclass
class Surroundings:
    """The ports of this machine and the variables of every process."""

    web_port: int
    smtp_port: int
    sink_smtp_port: int
    sink_port: int
    own_sink: bool
    env: dict[str, str] = field(repr=False)

    @property
    def url(self) -> str:
        """Where a browser finds the pages; `localhost` by name, because passkeys need it."""
        return self.env["CSBA_BASE_URL"]


def choose(home: Home, *, demo: bool, wanted_port: int) -> Surroundings:
    """Free ports, and every variable that the caller has not set."""
    env = {**os.environ, "PYTHONUNBUFFERED": "1", "CSBA_HOME": str(home.path)}
    own_sink = "EMAIL_HOST" not in env
    found = Surroundings(
        web_port=_port("the pages", wanted_port),
        smtp_port=_port("incoming mail", environment.port("CSBA_SMTP_PORT", SMTP)),
        sink_smtp_port=_port("outgoing mail", SINK_SMTP) if own_sink else 0,
        sink_port=_port("the mail sink", SINK) if own_sink else 0,
        own_sink=own_sink,
        env=env,
    )
    env.setdefault("SECRET_KEY", home.secret("secret"))
    env.setdefault("CSBA_BASE_URL", f"http://localhost:{found.web_port}")
    env.setdefault("CSBA_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    env |= {"CSBA_WEB_PORT": str(found.web_port), "CSBA_SMTP_PORT": str(found.smtp_port)}
    if own_sink:
        env |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(found.sink_smtp_port)}
        env["CSBA_SINK_URL"] = f"http://localhost:{found.sink_port}/"
    env.pop("CSBA_DEMO", None)
    if demo:
        env["CSBA_DEMO"] = "1"
    return found


def must_answer() -> None:
    """Servers that the caller has named are there; a wrong address would only fail much later."""
    for name, port in (("DATABASE_URL", 5432), ("REDIS_URL", 6379)):
        address = urlsplit(os.environ.get(name, ""))
        if (
            address.hostname and "%2f" not in address.hostname.lower()
        ):  # that would be a socket file
            place = (address.hostname, address.port or port)
            try:
                socket.create_connection(place, timeout=5).close()
            except OSError as problem:
                raise CannotRun(
                    f"{name} names {place[0]}:{place[1]}, where nothing answers ({problem}): "
                    f"start that server, or unset {name} to use our own."
                ) from problem


def leave(home: Home, env: dict[str, str]) -> None:
    """bin/manage finds the running system by this file, which only its owner can read."""
    ours = {name: value for name, value in env.items() if os.environ.get(name) != value}
    handle = os.open(home.path / "env", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        for name, value in sorted(ours.items()):
            stream.write(f"export {name}={shlex.quote(value)}\n")


def take_back(home: Home) -> None:
    """Nothing runs here any more."""
    (home.path / "env").unlink(missing_ok=True)


def _port(what: str, wanted: int) -> int:
    port = free_port(wanted)
    if port != wanted:
        say(f"  port {wanted} is taken: {what} on {port}")
    return port
