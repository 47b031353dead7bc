"""A second process that ends what the supervisor leaves behind when it is killed outright.

On Linux the children are tied to the supervisor and get their signal from the kernel; but a child
may be slow to obey, and a child of a child is not tied. The guardian waits on a pipe that closes
with the supervisor, whatever the reason, and then sees to it that the sessions are gone. It
inherits the lock of the data folder: a new start waits until the old one has been cleared away.
"""

import contextlib
import os
import select
import signal
import time

PATIENCE = 3.5
DONE = "done"


class Guardian:
    """Watches over the sessions it is told of, until it is dismissed or the supervisor dies."""

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            # Nothing of the caller's may run here, not even its clean-up.
            try:
                os.close(self._writing)
                _watch(reading)
            finally:
                os._exit(0)
        os.close(reading)

    def guard(self, pid: int) -> None:
        """The session of this process must not outlive the supervisor."""
        self._say(f"+{pid}")

    def forget(self, pid: int) -> None:
        """The process has ended and its session has been cleared."""
        self._say(f"-{pid}")

    def dismiss(self) -> None:
        """All is cleared away by the supervisor itself; the guardian is gone."""
        self._say(DONE)
        os.close(self._writing)
        os.waitpid(self._pid, 0)

    def _say(self, word: str) -> None:
        # A guardian that was itself killed is no reason to stop: the ties to the children hold.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._writing, f"{word}\n".encode())


def _watch(reading: int) -> None:
    os.setsid()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):  # a pipe behind `bin/run | tee` must be able to end
        os.dup2(nowhere, standard)
    words = b""
    while part := os.read(reading, 4096):
        words += part
    guarded: set[int] = set()
    for word in words.decode().split():
        if word == DONE:
            return
        pid = int(word[1:])
        if word[0] == "+":
            guarded.add(pid)
        else:
            guarded.discard(pid)
    _clear(guarded)


def _clear(guarded: set[int]) -> None:
    _signal_all(guarded, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while guarded and time.monotonic() < deadline:
        select.select([], [], [], 0.05)
        guarded = {pid for pid in guarded if _signal(pid, 0)}
    _signal_all(guarded, signal.SIGKILL)


def _signal_all(guarded: set[int], number: int) -> None:
    for pid in guarded:
        _signal(pid, number)


def _signal(pid: int, number: int) -> bool:
    """The session exists and was sent the signal."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
