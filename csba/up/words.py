"""What the person at the terminal reads while the system starts, runs and ends."""

import contextlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path


def say(line: str = "") -> None:
    """One line on the terminal, at once; a terminal that has gone away is no reason to fail."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


def complain(text: str) -> None:
    """What went wrong and what to do about it."""
    with contextlib.suppress(OSError):
        print(f"\n{text}", file=sys.stderr, flush=True)


def step(what: str, detail: str, seconds: float) -> None:
    """One thing is done, with the time that it took."""
    say(f"  {what:<18} {detail:<28} {seconds:4.1f} s")


def ready(
    url: str,
    *,
    seconds: float,
    sink: str,
    smtp_port: int,
    places: Iterable[Path],
    logins: Sequence[tuple[str, str, str]],
) -> None:
    """Everything answers: where to look, and who may log in."""
    rows = [
        ("Agents' desk", f"{url}/desk/"),
        ("Sellers' portal", f"{url}/portal/"),
        ("Buyers' page", f"{url}/help/"),
        ("System status", f"{url}/status"),
        ("Incoming mail", f"SMTP at localhost:{smtp_port}"),
        ("Outgoing mail", sink),
        ("Data and logs", ", ".join(map(str, places))),
    ]
    say(f"\nCSBA is ready after {seconds:.1f} s. Ctrl-C stops everything.\n")
    for name, where in rows:
        say(f"  {name:<18} {where}")
    if logins:
        say("\n  Demo logins")
        width = max(len(email) for _, email, _ in logins)
        for role, email, password in logins:
            say(f"  {role:<18} {email:<{width}}  {password}")
    else:
        say("\n  No demo: make the first login with  bin/manage createsuperuser")
    say()


class Tail:
    """What the logs have gained since the last look, each line with its log's name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen = {path: path.stat().st_size for path in folder.glob("*.log")}

    def show(self) -> None:
        """The new lines are on the terminal."""
        for path in sorted(self.folder.glob("*.log")):
            start = self.seen.get(path, 0)
            size = path.stat().st_size
            if size < start:
                start = 0
            if size > start:
                with path.open("rb") as stream:
                    stream.seek(start)
                    whole, newline, _ = stream.read(size - start).rpartition(b"\n")
                self.seen[path] = start + len(whole) + len(newline)
                for line in whole.decode(errors="replace").splitlines():
                    say(f"{path.stem:>9} | {line}")
