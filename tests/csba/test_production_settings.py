"""Production mode: what is missing is said in one sentence, what is left unset is safe."""

import json
import os
import subprocess
import sys

import pytest

from csba.embedded.home import CHECKOUT

PRODUCTION = {
    "SECRET_KEY": "kept-secret-" + "0123456789abcdef" * 4,
    "DATABASE_URL": "postgres://csba@127.0.0.1:9/csba",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "CSBA_BASE_URL": "https://csba.example",
}


def _run(*arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], **PRODUCTION}
    for name, value in changes.items():
        env.pop(name, None)
        if value is not None:
            env[name] = value
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_a_missing_variable_ends_every_command_with_one_sentence(
    name: str, value: str | None
) -> None:
    done = _run("manage.py", "check", **{name: value})
    assert done.returncode != 0
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"{name} is not set: ")
    assert "bin/run" in lines[0]


def test_a_setting_that_cannot_work_is_one_sentence_too() -> None:
    done = _run("manage.py", "migrate", DATABASE_URL="mysql://csba@db/csba")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "MySQLdb" in done.stderr


@pytest.mark.parametrize("command", ["help", "version"])
def test_help_is_there_with_all_variables_set(command: str) -> None:
    done = _run("manage.py", command)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_checks_for_deployment_find_nothing() -> None:
    done = _run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


SHOW = """
import json
from django.conf import settings
names = ("DEBUG DEMO CSBA_STAFF_SECOND_FACTOR SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE "
         "SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS").split()
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def _settings(**changes: str | None) -> dict[str, object]:
    done = _run("-c", SHOW, DJANGO_SETTINGS_MODULE="csba.settings", **changes)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_production_is_strict_without_being_told() -> None:
    assert _settings() == {
        "DEBUG": False,
        "DEMO": False,
        "CSBA_STAFF_SECOND_FACTOR": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "ALLOWED_HOSTS": ["csba.example"],
        "CSRF_TRUSTED_ORIGINS": ["https://csba.example"],
    }


def test_only_the_demo_does_without_the_variables_and_the_second_factor() -> None:
    found = _settings(CSBA_DEMO="1", SECRET_KEY=None, DATABASE_URL=None, REDIS_URL=None)
    assert (found["DEMO"], found["CSBA_STAFF_SECOND_FACTOR"], found["DEBUG"]) == (
        True,
        False,
        False,
    )
    assert _settings(CSBA_DEBUG="1")["CSBA_STAFF_SECOND_FACTOR"] is True
