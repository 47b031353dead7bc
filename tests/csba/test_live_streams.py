"""Event streams over a real server: heard by those who may, without holding the database."""

import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
import redis
from django.conf import settings as product
from django.db import transaction
from django.test import Client

from csba import live
from csba.accounts.models import User
from csba.embedded.home import CHECKOUT
from tests.csba.broker import CHANNEL, kill_connections
from tests.csba.conftest import process_environment

PATIENCE = 20


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[int]:
    """The port of one uvicorn process, as in production: with the connection pool."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(128)
        command = [
            *(sys.executable, "-m", "uvicorn", "csba.asgi:application"),
            *("--fd", str(door.fileno()), "--lifespan", "off", "--log-level", "warning"),
            *("--timeout-graceful-shutdown", "1"),
        ]
        with subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env={**process_environment(), "CSBA_PROCESS": "live"},
            pass_fds=[door.fileno()],
        ) as process:
            yield door.getsockname()[1]
            process.terminate()


class Stream:
    """An open event stream of one person."""

    def __init__(self, port: int, person: Client, ticket: str) -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        cookie = f"{product.SESSION_COOKIE_NAME}={person.session.session_key}"
        self.link.request("GET", f"/live?ticket={quote(ticket)}", headers={"Cookie": cookie})
        self.answer = self.link.getresponse()

    def opened(self) -> "Stream":
        """The stream has begun: whatever happens from now on is heard."""
        assert self.answer.status == 200
        assert self.answer.readline() == b"retry: 2000\n"
        return self

    def event(self) -> tuple[str, int]:
        """The next event."""
        while not (line := self.answer.readline()).startswith(b"data: "):
            assert line, "the stream has ended"
        found = json.loads(line.removeprefix(b"data: "))
        return found["topic"], found["upto"]

    def close(self) -> None:
        self.answer.close()
        self.link.close()


Listen = Callable[..., Stream]


@pytest.fixture
def listen(server: int, committed: None, agent: User) -> Iterator[Listen]:
    """Call it with topics for a stream of the agent."""
    person = Client()
    person.force_login(agent)
    streams: list[Stream] = []

    def start(*topics: str) -> Stream:
        streams.append(Stream(server, person, live.ticket(agent.pk, topics)))
        return streams[-1].opened()

    yield start
    for stream in streams:
        stream.close()


def test_what_is_published_reaches_the_page_that_listens(listen: Listen) -> None:
    stream = listen("case:1", "queue")
    assert stream.answer.headers["Content-Type"] == "text/event-stream"
    assert stream.answer.headers["Cache-Control"] == "no-store"
    assert stream.answer.headers["X-Accel-Buffering"] == "no"
    with transaction.atomic():
        live.publish("case:2", 1)
        live.publish("case:1", 2)
    live.publish("queue")
    assert [stream.event(), stream.event()] == [("case:1", 2), ("queue", 0)]


def test_a_page_that_comes_back_hears_again(listen: Listen) -> None:
    stream = listen("case:1")
    live.publish("case:1", 1)
    assert stream.event() == ("case:1", 1)
    stream.close()
    again = listen("case:1")
    live.publish("case:1", 2)
    assert again.event() == ("case:1", 2)


def test_a_page_is_told_to_look_when_events_may_have_been_missed(listen: Listen) -> None:
    stream = listen("case:1")
    assert kill_connections(subscribed=True) >= 1
    assert stream.event() == ("case:1", 0)


def test_more_streams_than_the_pool_has_connections_leave_pages_their_database(
    listen: Listen, server: int
) -> None:
    streams = [listen("case:1", f"case:{number}") for number in range(2, 27)]
    assert len(streams) > 20
    link = http.client.HTTPConnection("127.0.0.1", server, timeout=PATIENCE)
    link.request("GET", "/accounts/login/", headers={"Cookie": "csba_session=none"})
    assert link.getresponse().read()
    link.request("GET", "/status")
    assert json.loads(link.getresponse().read())["database"]["ok"]
    link.close()
    with redis.Redis.from_url(product.REDIS_URL) as broker:
        assert broker.pubsub_numsub(CHANNEL) == [(CHANNEL.encode(), 1)]
    live.publish("case:1", 5)
    assert {stream.event() for stream in streams} == {("case:1", 5)}


def test_a_stranger_is_turned_away_over_the_wire(
    server: int, committed: None, agent: User, other_agent: User
) -> None:
    person = Client()
    person.force_login(other_agent)
    stream = Stream(server, person, live.ticket(agent.pk, ["queue"]))
    assert stream.answer.status == 403
    stream.close()
