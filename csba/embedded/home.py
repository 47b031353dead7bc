"""Where a checkout keeps its data: var/, or the folder named by CSBA_HOME."""

import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import time
from functools import cached_property
from pathlib import Path
from typing import IO

from csba.embedded.process import Account, CannotRun, command_of

CHECKOUT = Path(__file__).resolve().parents[2]
SYSTEM_PLACE = Path("/var/lib/csba")


class Home:
    """One folder of data, used by one launcher at a time."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = (path or Path(os.environ.get("CSBA_HOME") or CHECKOUT / "var")).resolve()
        self._lock: IO[str] | None = None
        try:
            if not self.path.exists():
                self.path.mkdir(parents=True)
                self.path.chmod(0o711)  # others may pass through to what is theirs, not look around
            if not os.access(self.path, os.W_OK | os.X_OK):
                raise PermissionError
        except OSError as problem:
            raise CannotRun(
                f"{self.path} cannot be written to: set CSBA_HOME to a folder of your own."
            ) from problem

    def folder(self, name: str) -> Path:
        """A private folder inside."""
        path = self.path / name
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def secret(self, name: str) -> str:
        """A random secret that is made once and readable by its owner only."""
        path = self.path / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
        return path.read_text()

    def lock(self, patience: float = 6.0) -> None:
        """This process alone works in this folder, until it ends.

        A launcher that was killed may leave its clean-up behind for some seconds; we wait.
        """
        handle = (self.path / "run.lock").open("a+")
        deadline = time.monotonic() + patience
        while not _locked(handle):
            note = self.note()
            if command_of(int(note.get("pid", 0))) or time.monotonic() > deadline:
                handle.close()
                where = f" at {note['url']}" if note.get("url") else ""
                raise CannotRun(
                    f"CSBA already runs from this folder{where} "
                    f"(process {note.get('pid', 'unknown')}). Stop that one with Ctrl-C, "
                    "or set CSBA_HOME to another folder to run a second one."
                )
            time.sleep(0.1)
        self._lock = handle
        self.write_note()

    def write_note(self, **facts: str) -> None:
        """Leave word, for a second launcher, of who runs here and at which address."""
        if self._lock:
            self._lock.seek(0)
            self._lock.truncate()
            json.dump({"pid": os.getpid(), **facts}, self._lock)
            self._lock.flush()

    def note(self) -> dict[str, str]:
        """What the launcher that holds this folder has left word of."""
        try:
            found: dict[str, str] = json.loads((self.path / "run.lock").read_text())
        except (OSError, ValueError):
            return {}
        return found

    def unlock(self) -> None:
        """Another process may work in this folder."""
        if self._lock:
            self._lock.close()
            self._lock = None

    @cached_property
    def place(self) -> Path:
        """Where the engines keep their files: here; as root, where their user can reach them."""
        if os.geteuid() != 0 or _open_to_all(self.path):
            return self.path
        mark = hashlib.sha256(str(self.path).encode()).hexdigest()[:8]
        place = SYSTEM_PLACE / f"{self.path.parent.name}-{mark}"
        try:
            place.mkdir(parents=True, exist_ok=True)
            SYSTEM_PLACE.chmod(0o755)
            place.chmod(0o711)
        except OSError as problem:
            raise CannotRun(
                f"As root the database runs as user nobody, who cannot enter {self.path}: "
                "set CSBA_HOME to a folder that everybody can enter."
            ) from problem
        return place

    def account(self, data: Path) -> Account | None:
        """Who the engines run as: PostgreSQL refuses root, who gives way to the data's owner."""
        if os.geteuid() != 0:
            return None
        owner = data.stat().st_uid if data.exists() else 0
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
        return Account(entry.pw_uid, entry.pw_gid)

    def reachable(self, program: Path, tree: Path, account: Account | None) -> Path:
        """The program, or its copy in a place where the account may run it.

        `tree` is copied with it: programs find their libraries by the place in it.
        """
        if account is None or _runs(program, account):
            return program
        state = program.stat()
        mark = hashlib.sha256(f"{tree} {state.st_size} {state.st_mtime_ns}".encode()).hexdigest()[
            :8
        ]
        copy = self.place / f"bin-{tree.name}-{mark}"
        if not copy.exists():
            for older in self.place.glob(f"bin-{tree.name}-*"):
                shutil.rmtree(older)
            fresh = self.place / f"bin-{tree.name}-new"
            leave = shutil.ignore_patterns("include", "__pycache__", "pginstall", "*.a")
            shutil.copytree(tree, fresh / tree.name, ignore=leave)
            libraries = tree.with_name(f"{tree.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.name)
            for path in [fresh, *fresh.rglob("*")]:
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
            fresh.rename(copy)
        return copy / tree.name / program.relative_to(tree)


def _locked(handle: IO[str]) -> bool:
    """The file's lock is ours."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _open_to_all(folder: Path) -> bool:
    """Every user may pass through this folder and all above it."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in [folder, *folder.parents])


def _runs(program: Path, account: Account) -> bool:
    """The account can execute the program: asked of the system, not of mode bits."""
    try:
        asked = subprocess.run(
            [program, "--version"],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return asked.returncode == 0
