"""Processes of their own that are killed (SIGKILL) at a chosen step, on the test's database."""

import os
import subprocess
import sys
import time

from django.db import connection

DIE = """
import os, sys, django
django.setup()

def die_after(module, name, times=1):
    \"\"\"The process ends, as by kill -9, when this function has done its work.\"\"\"
    real = getattr(module, name)
    left = [times]
    def and_then(*args, **kwargs):
        done = real(*args, **kwargs)
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), 9)
        return done
    setattr(module, name, and_then)

def die_before(module, name):
    \"\"\"The process ends before this function has done anything.\"\"\"
    setattr(module, name, lambda *args, **kwargs: os.kill(os.getpid(), 9))
"""


def run(program: str, stdin: bytes = b"", **environment: str) -> int:
    """The exit code of a Python process that runs `program` on this test's database."""
    chosen = connection.settings_dict
    url = (
        f"postgres://{chosen['USER']}:{chosen['PASSWORD']}@{chosen['HOST']}:{chosen['PORT']}"
        f"/{chosen['NAME']}"
    )
    known = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", **environment}
    done = subprocess.run(
        [sys.executable, "-c", DIE + program],
        input=stdin,
        env={**os.environ, **known},
        stdout=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    return done.returncode


def wait_until_forgotten() -> None:
    """The server ends a dead process's transaction as soon as it notices."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
            )
            if cursor.fetchone()[0] == 0:
                return
    raise AssertionError("the dead process still holds its transaction")
