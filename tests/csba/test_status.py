"""GET /status and /healthz: what monitors and load balancers see, also when something is down."""

import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba.accounts.models import User
from csba.embedded.home import CHECKOUT
from csba.health.models import Heartbeat
from csba.sweep import sweep
from tests.conftest import Travel
from tests.csba.conftest import process_environment
from tests.csba.factories import outgoing_mail


@pytest.fixture
def beat(db: None, travel: Travel) -> None:
    """A sweep has just run."""
    Heartbeat.objects.beat("tests.sweep", at=timezone.now())


def _status(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/status")
    return answer.status_code, answer.json()


def _failing(body: dict[str, Any]) -> set[str]:
    return {name for name, part in body.items() if isinstance(part, dict) and not part["ok"]}


def test_when_all_is_well_every_part_says_so(client: Client, beat: None, travel: Travel) -> None:
    travel(seconds=20)
    code, body = _status(client)
    assert (code, body["status"], _failing(body)) == (200, "ok", set())
    assert body["database"]["version"]
    assert body["beat"]["seconds_ago"] == 20
    assert body["due"] == {"ok": True, "oldest_seconds": 0, "by": {}}
    assert client.get("/status").headers["Cache-Control"].count("no-store")


def test_before_the_first_sweep_it_fails_by_the_beat(client: Client, db: None) -> None:
    code, body = _status(client)
    assert (code, body["status"], _failing(body)) == (503, "failing", {"beat"})
    assert body["beat"]["problem"] == "no sweep has run yet"


@pytest.mark.parametrize(("seconds", "code"), [(180, 200), (181, 503)])
def test_after_three_minutes_without_a_sweep_it_fails_by_the_beat(
    client: Client, beat: None, travel: Travel, seconds: int, code: int
) -> None:
    travel(seconds=seconds)
    assert _status(client)[0] == code


def test_a_sweep_brings_the_beat_back(client: Client, beat: None, travel: Travel) -> None:
    travel(hours=1)
    at = timezone.now()
    sweep(
        "tests.other",
        Heartbeat.objects.none(),
        stamps={"count": 0},
        effects=lambda rows, at: None,
        at=at,
    )
    assert _status(client)[0] == 200


def test_without_redis_it_fails_by_the_broker_and_still_tells_the_rest(
    client: Client, beat: None, settings: Any, nobody_listens: int
) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{nobody_listens}/0"
    code, body = _status(client)
    assert (code, _failing(body)) == (503, {"broker"})
    assert body["broker"]["problem"] == "ConnectionError"


@pytest.mark.parametrize(("minutes", "code"), [(6, 200), (7, 503)])
def test_a_row_that_nobody_takes_fails_it_and_names_where_it_lies(
    client: Client, beat: None, travel: Travel, minutes: int, code: int
) -> None:
    outgoing_mail()
    outgoing_mail(send_after=timezone.now() + timedelta(days=1))
    travel(minutes=minutes)
    Heartbeat.objects.beat("tests.sweep", at=timezone.now())
    found, body = _status(client)
    assert found == code
    assert body["due"]["by"] == {"outbox": minutes * 60}
    assert _failing(body) == ({"due"} if code == 503 else set())


def test_it_costs_the_same_few_statements_however_many_rows_there_are(
    client: Client, beat: None
) -> None:
    counts = []
    for _round in range(2):
        for _number in range(10):
            outgoing_mail()
        with CaptureQueriesContext(connection) as statements:
            _status(client)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 11


def test_alive_asks_nothing_even_for_a_person_who_is_logged_in(client: Client, agent: User) -> None:
    client.force_login(agent)
    with CaptureQueriesContext(connection) as statements:
        assert client.get("/healthz").json() == {"status": "ok"}
    assert len(statements) == 0


ASK = """
import json, sys
import django
django.setup()
from django.test import Client
person = Client(raise_request_exception=False)
person.cookies["csba_session"] = "somebody-who-was-logged-in-before"
for path in ("/healthz", "/status"):
    answer = person.get(path)
    print(answer.status_code, answer.content.decode())
"""


def test_without_the_database_it_says_so_also_to_a_browser_with_a_session(
    nobody_listens: int,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=CHECKOUT,
        env={
            **process_environment(),
            "DATABASE_URL": f"postgres://csba@127.0.0.1:{nobody_listens}/csba",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    alive, status = done.stdout.splitlines()
    assert alive == '200 {"status": "ok"}'
    code, _space, body = status.partition(" ")
    assert code == "503"
    assert _failing(json.loads(body)) == {"database"}
    assert json.loads(body)["database"]["problem"] == "OperationalError"
