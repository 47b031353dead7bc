"""pytest plugin: the engines run before Django reads its settings, one set for all workers.

Loaded by `-p tests.services_plugin` (pyproject.toml), because a conftest.py comes too late: by then
pytest-django has read the settings. The workers of pytest-xdist inherit the addresses by
environment; each has its own Redis database, prefix for live events and folder for files.

TEST_PG_BIN names a folder of PostgreSQL programs, TEST_REDIS_BIN a server of the Redis protocol;
TEST_DATABASE_URL and TEST_REDIS_URL name servers that already run, where none can be started.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from csba.embedded import CannotRun, Engines, Home
from csba.messages import compile_all

PREFIX = "csba-tests-"
KEPT = {"CSBA_CHROMIUM", "CSBA_REQUIRE_E2E", "CSBA_PYTHON"}

_started: list[tuple[Engines, Home]] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Before anything reads settings: engines in the process that leads, addresses in all."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        _clean_environment()
        compile_all()  # a fresh checkout has catalogues only, and would speak English
        try:
            _start()
        except CannotRun as sentence:
            _stop()
            raise pytest.UsageError(str(sentence)) from sentence
    _own_corner(int(worker.removeprefix("gw") or 0) + 1 if worker else 0)
    return (yield)


def pytest_report_header() -> str:
    """Which engines the tests run on."""
    return f"engines: {os.environ['CSBA_TEST_ENGINES']}"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """The engines and their data are gone; what a killed run leaves, the next one removes."""
    _stop()


def _clean_environment() -> None:
    """The caller's settings change nothing that tests see; no test reaches a real database."""
    for name in list(os.environ):
        if name.startswith(("CSBA_", "EMAIL_")) and name not in KEPT:
            del os.environ[name]
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
        if f"TEST_{name}" in os.environ:
            os.environ[name] = os.environ[f"TEST_{name}"]


def _start() -> None:
    _remove_leftovers()
    home = Home(Path(tempfile.mkdtemp(prefix=PREFIX)))
    home.path.chmod(0o711)
    home.lock()
    named, found = (
        os.environ.get("TEST_PG_BIN"),
        os.environ.get("TEST_REDIS_BIN") or shutil.which("redis-server"),
    )
    engines = Engines(
        home,
        durable=False,
        database="DATABASE_URL" not in os.environ,
        broker="REDIS_URL" not in os.environ,
        pg_bin=Path(named) if named else None,
        redis_bin=Path(found) if found else None,
    )
    _started.append((engines, home))
    atexit.register(_stop)
    engines.start()
    os.environ.update(engines.environment, CSBA_TEST_HOME=str(home.path))
    words = [f"{engine.name} {engine.version}" for engine in reversed(engines.running)]
    words += [
        f"{name} as given" for name in ("TEST_DATABASE_URL", "TEST_REDIS_URL") if name in os.environ
    ]
    os.environ["CSBA_TEST_ENGINES"] = ", ".join(words)


def _own_corner(number: int) -> None:
    """What workers would otherwise share: keys, live events (not per database), files."""
    base = os.environ["REDIS_URL"].rpartition("/")[0]
    home = Path(os.environ["CSBA_TEST_HOME"], f"worker{number}")
    (home / "staticfiles").mkdir(parents=True, exist_ok=True)  # WhiteNoise wants it
    os.environ.update(
        REDIS_URL=f"{base}/{number}",
        CSBA_REDIS_DB=str(number),
        CSBA_LIVE_PREFIX=f"test{number}:",
        CSBA_HOME=str(home),
    )


def _stop() -> None:
    while _started:
        engines, home = _started.pop()
        engines.stop()
        home.unlock()
        for folder in {home.place, home.path}:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers() -> None:
    """The data of runs that were killed: nobody holds their lock any more."""
    for note in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/run.lock"):
        with contextlib.suppress(OSError), note.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(note.parent, ignore_errors=True)
