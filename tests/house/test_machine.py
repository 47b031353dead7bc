"""The machine around the product: what is missing is said in a sentence, workers stay apart."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from csba.embedded.home import CHECKOUT

PRODUCTION = {
    "SECRET_KEY": "x" * 60,
    "DATABASE_URL": "postgres://csba@127.0.0.1:9/csba",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}
COMMANDS = {
    "manage.py": ["manage.py", "migrate"],
    "uvicorn": ["-m", "uvicorn", "csba.asgi:application", "--port", "0"],
    "gunicorn": ["-m", "gunicorn", "csba.wsgi:application", "--bind", "127.0.0.1:0"],
    "celery": ["-m", "celery", "-A", "csba", "worker"],
}


def _run(arguments: list[str], without: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in PRODUCTION.items() if name != without}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("name", PRODUCTION)
def test_in_production_a_missing_variable_is_named_in_one_sentence(name: str) -> None:
    done = _run(COMMANDS["manage.py"], without=name)
    assert done.returncode != 0
    assert f"{name} is not set: it " in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_every_process_of_production_says_so_and_ends(command: str) -> None:
    done = _run(COMMANDS[command], without="SECRET_KEY")
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_parallel_workers_share_neither_keys_nor_events_nor_files() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    assert os.environ["REDIS_URL"].endswith(f"/{number}")
    assert os.environ["CSBA_LIVE_PREFIX"] == f"test{number}:"
    assert Path(os.environ["CSBA_HOME"]).name == f"worker{number}"
    assert CHECKOUT not in Path(os.environ["CSBA_HOME"]).parents


@pytest.mark.parametrize("name", sorted(path.name for path in (CHECKOUT / "bin").iterdir()))
def test_a_command_can_be_run_and_is_written_in_the_language_it_names(name: str) -> None:
    script = CHECKOUT / "bin" / name
    text = script.read_text()
    assert name.startswith("_") or os.access(script, os.X_OK)
    if name.endswith(".py") or "python" in text.partition("\n")[0]:
        compile(text, name, "exec")
    else:
        subprocess.run(["bash", "-n", script], check=True)  # noqa: S607 -- from PATH
