"""A virus scanner that looks into files of strangers: clamd, over its own protocol (INSTREAM).

Without CSBA_CLAMD nothing is looked through. The protocol is five lines of bytes; the packages for
it have had no release in years.
"""

import socket
import struct
from typing import Final

from django.conf import settings

_CHUNK: Final = 65_536
_PATIENCE: Final = 20.0
_LONGEST_ANSWER: Final = 4_096


class ScannerAway(Exception):
    """The scanner cannot be asked at the moment, or gives no answer."""


def is_used() -> bool:
    """Is a scanner configured?"""
    return bool(settings.CSBA_CLAMD)


def virus_in(content: bytes) -> str:
    """The name of the virus in `content`, "" when there is none; ScannerAway when nobody can
    say.
    """
    try:
        with _connected() as connection:
            connection.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), _CHUNK):
                chunk = content[at : at + _CHUNK]
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            said = _answer(connection)
    except OSError as problem:
        raise ScannerAway(type(problem).__name__) from problem
    if said.endswith("FOUND"):
        return said.removeprefix("stream:").removesuffix("FOUND").strip() or "?"
    if said.endswith("OK"):
        return ""
    raise ScannerAway(said[:200])


def _connected() -> socket.socket:
    where = settings.CSBA_CLAMD
    if where.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_PATIENCE)
        connection.connect(where)
        return connection
    host, _colon, port = where.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE)


def _answer(connection: socket.socket) -> str:
    said = b""
    while len(said) < _LONGEST_ANSWER and not said.endswith(b"\0"):
        more = connection.recv(_LONGEST_ANSWER)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
