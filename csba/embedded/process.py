"""Processes and ports of the launcher: each in its own session, none outlives its parent."""

import contextlib
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 5_000_000
FIRST_OUTGOING_PORT = 32768  # above it an outgoing connection may sit on any port

# Loaded before any fork: between fork and exec nothing may be imported.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_reserved: dict[int, socket.socket] = {}


class CannotRun(Exception):
    """The system cannot be started; `str()` is a sentence for the person at the terminal."""


@dataclass(frozen=True)
class Account:
    """The user a process runs as, when it is not the one who started us."""

    uid: int
    gid: int


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    stdin: bytes = b"",
) -> subprocess.Popen[bytes]:
    """A process in its own session that writes to `log`; gets `death_signal` when we die.

    Its own session keeps the terminal's Ctrl-C away: what stops in which order is ours to say.
    """
    trim(log)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_tie(os.getpid(), death_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    if stdin and process.stdin:
        process.stdin.write(stdin)
        process.stdin.close()
    return process


def _tie(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    """Tie a new process to us (Linux); after the change of user, which would loosen the tie."""
    libc = _libc
    if libc is None:
        return None

    def tie() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # the parent died before the tie held
            os._exit(1)

    return tie


def end(
    process: subprocess.Popen[bytes] | None,
    how: signal.Signals = signal.SIGTERM,
    timeout: float = 3.0,
) -> None:
    """The process and its session are gone, politely within `timeout`, else by force."""
    if process is None:
        return
    if process.poll() is None:
        process.send_signal(how)
    clear(process, timeout)


def clear(process: subprocess.Popen[bytes], timeout: float) -> None:
    """A process that was asked to end has ended, with its session; after `timeout` by force."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def end_orphan(
    pid_file: Path, *, program: str, folder: Path, how: signal.Signals, timeout: float = 5.0
) -> None:
    """A process that a killed launcher left behind is gone, and so is its stale pid file."""
    try:
        pid = int(pid_file.read_text().split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        pid_file.unlink(missing_ok=True)
        return
    deadline = time.monotonic() + timeout
    asked = False
    while _works_in(pid, folder, program):
        if not asked:
            os.kill(pid, how)
            asked = True
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    pid_file.unlink(missing_ok=True)


def _works_in(pid: int, folder: Path, program: str) -> bool:
    """This is that program at work in that folder, not a stranger who got the number later."""
    if program not in command_of(pid):
        return False
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder
    except OSError:  # no /proc, or not ours to read (root without all rights): the name must do
        return True


def command_of(pid: int) -> str:
    """The command line of a process; empty when there is no such process, or only its remains."""
    if sys.platform == "linux":
        try:
            return (
                Path(f"/proc/{pid}/cmdline")
                .read_bytes()
                .replace(b"\0", b" ")
                .decode(errors="replace")
            )
        except OSError:
            return ""
    answer = subprocess.run(
        ["ps", "-p", str(pid), "-o", "command="],  # noqa: S607 -- where ps lies differs
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip()


def free_port(wanted: int) -> int:
    """The wanted port, or the next one that nobody listens on; ours until this process ends."""
    for port in range(wanted, min(wanted + 300, FIRST_OUTGOING_PORT)):
        if _reserve(port):
            if not taken(port):
                return port
            _reserved.pop(port).close()
    raise CannotRun(f"No free port between {wanted} and {wanted + 300}: end what listens there.")


def taken(port: int) -> bool:
    """Somebody listens on this port, on either of the two addresses that `localhost` may mean."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as problem:
            if problem.errno in (errno.EADDRINUSE, errno.EACCES):
                return True
    return False


def _reserve(port: int) -> bool:
    """Of two launchers in the same second only one gets the port (Linux: an abstract socket)."""
    if port in _reserved:
        return False
    sign = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if sys.platform == "linux":
            sign.bind(f"\0csba-port-{port}")
    except OSError:
        sign.close()
        return False
    _reserved[port] = sign
    return True


def release(port: int) -> None:
    """The port may be chosen again."""
    sign = _reserved.pop(port, None)
    if sign:
        sign.close()


def trim(log: Path) -> None:
    """A log that has grown long is put aside; one older log is kept."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, for a message that says why something stopped."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - 8192))
            return "\n".join(stream.read().decode(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
