"""The environment, read word by word: what cannot work ends the process with one clear sentence.

No value of a secret is ever repeated, nor one that may hold a password.
"""

import os
import re
import sys
from collections.abc import Collection
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

import environ

CANNOT_START: Final = 3
"""The exit code; it tells gunicorn that trying again is of no use."""

_YES: Final = frozenset({"1", "true", "yes", "on", "y", "t", "ok"})
_NO: Final = frozenset({"0", "false", "no", "off", "n", "f"})
_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"/]+")
_DOMAIN: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_SOCKET: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")
_HOST: Final = re.compile(r"\*|\.?[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


def stop(sentence: str) -> NoReturn:
    """One sentence on stderr and the end, whatever process reads this."""
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(CANNOT_START)


def text(name: str, default: str = "") -> str:
    """The variable as it is; what is empty counts as not set, and a `$` in it means nothing."""
    return os.environ.get(name, "") or default


def needed(name: str, what: str, spare: str | None) -> str:
    """The variable; the spare if it is not set, and the end if there is no spare."""
    value = text(name) or spare
    if not value:
        stop(f"{name} is not set: {what} Set it in the environment, or run bin/run for a demo.")
    return value


def pair(name: str, other: str, what: str) -> tuple[str, str] | None:
    """Two variables that only work together; None if neither is set."""
    values = _word(name), _word(other)
    if any(values) and not all(values):
        absent, there = (other, name) if values[0] else (name, other)
        stop(f"{absent} is not set, but {there} is: {what} Set both, or neither.")
    return values if all(values) else None


def flag(name: str, *, default: bool) -> bool:
    """On or off."""
    value = _word(name).lower()
    if value and value not in _YES | _NO:
        stop(f"{name} is {value!r}, which is neither on nor off: set it to 1 or to 0.")
    return value in _YES if value else default


def number(name: str, default: int, *, low: int = 0, high: int = 2**31 - 1) -> int:
    """A whole number from `low` to `high`."""
    value = _word(name)
    if not value:
        return default
    if not re.fullmatch(r"[0-9]{1,12}", value) or not low <= int(value) <= high:
        stop(f"{name} is {value!r}: set it to a whole number from {low} to {high}.")
    return int(value)


def port(name: str, default: int) -> int:
    """The number of a TCP port."""
    return number(name, default, low=1, high=65535)


def choice(name: str, default: str, known: Collection[str]) -> str:
    """One of a few words."""
    value = _word(name, default)
    if value not in known:
        stop(f"{name} is {value!r}: set it to one of {', '.join(known)}.")
    return value


def address(name: str, default: str) -> str:
    """One e-mail address without a name."""
    value = _word(name, default)
    if not _ADDRESS.fullmatch(value):
        stop(f"{name} is {value!r}: set it to one e-mail address, e.g. service@shop.example.")
    return value


def domain(name: str, default: str) -> str:
    """A domain in lower case."""
    value = _word(name, default).lower()
    if not _DOMAIN.fullmatch(value):
        stop(f"{name} is {value!r}: set it to a domain in ASCII, e.g. mail.shop.example.")
    return value


def hosts(name: str, default: list[str]) -> list[str]:
    """Host names, separated by commas, each without scheme and port."""
    found = [host for part in text(name).split(",") if (host := part.strip())]
    for host in found:
        if not _HOST.fullmatch(host):
            stop(
                f"{name} holds {host!r}: set it to host names without scheme and port, "
                "separated by commas, e.g. desk.shop.example,10.0.0.7."
            )
    return found or default


def socket(name: str) -> str:
    """Where a service listens: host and port, or the path of a socket; empty when it is not
    used.
    """
    value = _word(name)
    if value and not value.startswith("/") and not _SOCKET.fullmatch(value):
        stop(f"{name} is {value!r}: set it to a host and port, e.g. 127.0.0.1:3310, or to a path.")
    return value


def site(name: str, default: str) -> str:
    """The address of pages, without a slash at its end: scheme and host, perhaps a port."""
    value = _word(name, default).rstrip("/")
    if value and not _is_site(value):
        stop(
            f"{name} must be an address of http:// or https:// without a path, "
            "e.g. https://desk.shop.example."
        )
    return value


def database(name: str, url: str) -> dict[str, Any]:
    """How Django reaches the PostgreSQL database at `url`, which is the variable's value."""
    example = "set it to an address such as postgres://csba:password@db/csba"
    if url.partition("://")[0] not in {"postgres", "postgresql"}:
        stop(f"{name} does not name a PostgreSQL database, and no other will do: {example}.")
    try:
        found: dict[str, Any] = environ.Env.db_url_config(url)
    except (ValueError, LookupError):
        stop(f"{name} cannot be read: {example}, special characters of the password as %XX.")
    if not found.get("NAME"):
        stop(f"{name} does not say which database on the server: {example}.")
    return found


def broker(name: str, url: str) -> str:
    """The address of the Redis or Valkey server, which is the variable's value, as it is."""
    example = "set it to an address such as redis://redis:6379/0"
    if url.partition("://")[0] not in {"redis", "rediss"}:
        stop(f"{name} does not begin with redis:// or rediss://: {example}.")
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not re.fullmatch(r"/?|/[0-9]{1,3}", parts.path):
        stop(f"{name} cannot be read: {example}, special characters of the password as %XX.")
    return url


def _word(name: str, default: str = "") -> str:
    return text(name).strip() or default


def _is_site(value: str) -> bool:
    try:
        parts = urlsplit(value)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return whole and value == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
