"""The embedded engines: they keep what they were given, and leave nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from csba.embedded import CannotRun, Engines, Home
from csba.embedded import home as home_module
from csba.embedded.process import command_of, free_port, release, taken

LAUNCHER = """
import sys, time
from pathlib import Path
from csba.embedded import Engines, Home
home = Home(Path(sys.argv[1]))
home.lock()
engines = Engines(home).start()
print(*(engine.process.pid for engine in engines.running), flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that user nobody may enter; pytest's own is private to its user."""
    path = Path(tempfile.mkdtemp(prefix="csba-engines-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


def _gone(*pids: int, within: float = 5.0) -> bool:
    deadline = time.monotonic() + within
    while any(command_of(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_what_was_written_is_there_after_a_second_start(folder: Path) -> None:
    engines = Engines(Home(folder))
    with engines, psycopg.connect(engines.environment["DATABASE_URL"]) as database:
        database.execute("CREATE TABLE kept AS SELECT 'grün 龙门' AS word")
        with redis.Redis.from_url(engines.environment["REDIS_URL"]) as broker:
            broker.set("kept", "yes")
    pids = [engine.process for engine in engines.running]
    assert pids == [None, None]
    again = Engines(Home(folder))
    with again, psycopg.connect(again.environment["DATABASE_URL"]) as database:
        assert database.execute("SELECT upper(word) FROM kept").fetchone() == ("GRÜN 龙门",)
        with redis.Redis.from_url(again.environment["REDIS_URL"]) as broker:
            assert broker.get("kept") == b"yes"
    assert again.postgres is not None
    assert not again.postgres.fresh


def test_a_killed_launcher_leaves_no_engine_and_loses_nothing(folder: Path) -> None:
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, folder], stdout=subprocess.PIPE, text=True
    )
    with launcher:
        assert launcher.stdout is not None
        pids = [int(word) for word in launcher.stdout.readline().split()]
        assert len(pids) == 2
        launcher.kill()
    assert _gone(*pids)
    with Engines(Home(folder)) as engines:
        psycopg.connect(engines.environment["DATABASE_URL"]).close()


def test_engines_that_were_killed_recover(folder: Path) -> None:
    engines = Engines(Home(folder), broker=False).start()
    assert engines.postgres is not None
    assert engines.postgres.process is not None
    with psycopg.connect(engines.environment["DATABASE_URL"]) as database:
        database.execute("CREATE TABLE kept (n int)")
        database.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    os.kill(engines.postgres.process.pid, signal.SIGKILL)
    assert _gone(engines.postgres.process.pid) or engines.dead() == "PostgreSQL"
    engines.stop()
    again = Engines(Home(folder), broker=False)
    with again, psycopg.connect(again.environment["DATABASE_URL"]) as database:
        assert database.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_an_engine_left_over_is_ended_before_the_next_starts(folder: Path) -> None:
    left = Engines(Home(folder)).start()
    left_pids = [engine.process.pid for engine in left.running if engine.process]
    with Engines(Home(folder)) as fresh:
        assert [engine.process.poll() for engine in left.running if engine.process] == [0, 0]
        new_pids = [engine.process.pid for engine in fresh.running if engine.process]
        assert not set(left_pids) & set(new_pids)
        psycopg.connect(fresh.environment["DATABASE_URL"]).close()
    left.stop()


def test_nobody_gets_in_without_the_password(folder: Path) -> None:
    with Engines(Home(folder), durable=False) as engines:
        assert engines.postgres is not None
        assert engines.valkey is not None
        port = engines.postgres.port
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgres://csba@127.0.0.1:{port}/csba")
        with (
            redis.Redis(port=engines.valkey.port, retry=Retry(NoBackoff(), 0)) as stranger,
            pytest.raises(redis.AuthenticationError),
        ):
            stranger.ping()
        secrets = [engines.postgres.url, engines.valkey.url]
        running = [command_of(engine.process.pid) for engine in engines.running if engine.process]
    words = [url.split(":")[2].split("@")[0] for url in secrets]
    assert not any(word in line for word in words for line in running)
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.glob("*.password"))


def test_a_lost_password_is_replaced(folder: Path) -> None:
    with Engines(Home(folder), broker=False):
        pass
    (folder / "pg18.password").unlink()
    with Engines(Home(folder), broker=False) as engines:
        psycopg.connect(engines.environment["DATABASE_URL"]).close()


def test_two_checkouts_run_side_by_side(folder: Path) -> None:
    one, other = folder / "one", folder / "other"
    with Engines(Home(one), durable=False) as first, Engines(Home(other), durable=False) as second:
        urls = {*first.environment.values(), *second.environment.values()}
        assert len(urls) == 4
        for engines in (first, second):
            psycopg.connect(engines.environment["DATABASE_URL"]).close()


def test_one_folder_serves_one_launcher(folder: Path) -> None:
    holder = Home(folder)
    holder.lock()
    holder.write_note(url="http://localhost:8000")
    with pytest.raises(CannotRun, match=rf"already runs .* http://localhost:8000 .*{os.getpid()}"):
        Home(folder).lock(patience=0.2)
    holder.unlock()
    after = Home(folder)
    after.lock(patience=0.2)
    after.unlock()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give way to another user")
def test_as_root_the_data_lie_where_the_engines_user_can_reach_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_module, "SYSTEM_PLACE", folder / "system")
    private = folder / "private"
    private.mkdir(mode=0o700)
    home = Home(private / "checkout" / "var")
    with Engines(home, durable=False) as engines:
        assert engines.postgres is not None
        assert engines.postgres.data.is_relative_to(folder / "system")
        assert engines.postgres.data.stat().st_uid != 0
        psycopg.connect(engines.environment["DATABASE_URL"]).close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write anywhere")
def test_a_folder_of_somebody_else_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(CannotRun, match="set CSBA_HOME to a folder of your own"):
        Home(tmp_path)


def test_a_port_that_is_taken_is_passed_over() -> None:
    first = free_port(21000)
    second = free_port(first)
    assert second > first
    release(first)
    release(second)
    assert not taken(first)
