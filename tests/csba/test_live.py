"""Live events: who may listen, what is published when, and the one subscription."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings as product
from django.db import transaction
from django.test import Client

from csba import live
from csba.accounts.models import User
from tests.conftest import Travel
from tests.csba.broker import CHANNEL, kill_connections

PATIENCE = 20


def _status(client: Client, ticket: str) -> int:
    return client.get("/live", {"ticket": ticket}).status_code


def test_an_anonymous_visitor_hears_nothing(client: Client, agent: User) -> None:
    assert _status(client, live.ticket(agent.pk, ["queue"])) == 403
    assert _status(client, live.ticket(0, ["queue"])) == 403


def test_nobody_listens_with_another_persons_ticket(
    client: Client, agent: User, other_agent: User
) -> None:
    client.force_login(other_agent)
    assert _status(client, live.ticket(agent.pk, ["queue"])) == 403


@pytest.mark.parametrize("change", ["", "x", "cut", "other"])
def test_a_ticket_that_we_have_not_signed_is_none(client: Client, agent: User, change: str) -> None:
    client.force_login(agent)
    genuine = live.ticket(agent.pk, ["queue"])
    forged = {"": "", "x": "x", "cut": genuine[:-1], "other": f"a{genuine}"}[change]
    assert _status(client, forged) == 403


def test_a_ticket_ends_after_a_day(client: Client, agent: User, travel: Travel) -> None:
    ticket = live.ticket(agent.pk, ["queue"])
    travel(hours=24, seconds=1)
    client.force_login(agent)
    assert _status(client, ticket) == 403


@pytest.fixture
def heard() -> Iterator[Callable[[], list[Any]]]:
    """Call it for the next event on the channel."""
    with redis.Redis.from_url(product.REDIS_URL) as broker, broker.pubsub() as subscription:
        subscription.subscribe(CHANNEL)
        assert subscription.get_message(timeout=PATIENCE)["type"] == "subscribe"

        def next_event() -> list[Any]:
            message = subscription.get_message(timeout=PATIENCE)
            assert message is not None, "nothing was published"
            event: list[Any] = json.loads(message["data"])
            return event

        yield next_event


def test_events_leave_with_the_commit_and_not_at_all_after_a_rollback(
    committed: None, heard: Callable[[], list[Any]]
) -> None:
    with transaction.atomic():
        live.publish("case:1", 7)
        transaction.set_rollback(True)
    with transaction.atomic():
        live.publish("case:2", 8)
        live.publish_many([("queue", 0), ("case:3", 9)])
    assert [heard() for _number in range(3)] == [["case:2", 8], ["queue", 0], ["case:3", 9]]


def test_the_first_event_after_redis_was_restarted_is_heard(
    committed: None, heard: Callable[[], list[Any]]
) -> None:
    live.publish("case:1", 1)
    assert heard() == ["case:1", 1]
    assert kill_connections(subscribed=False) >= 1
    live.publish("case:1", 2)
    assert heard() == ["case:1", 2]


def test_without_redis_the_writer_goes_on_at_once(
    committed: None, settings: Any, nobody_listens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{nobody_listens}/0"
    monkeypatch.setattr(live, "_publisher", None)
    begun = time.monotonic()
    live.publish("case:1", 1)
    assert time.monotonic() - begun < 1


async def _next(queue: asyncio.Queue[tuple[str, int]]) -> tuple[str, int]:
    return await asyncio.wait_for(queue.get(), PATIENCE)


def test_a_queue_receives_the_events_of_its_topics_only() -> None:
    async def listen() -> None:
        mine = await live.hub().join(["case:1", "queue"])
        other = await live.hub().join(["case:2"])
        live._send([("case:3", 1), ("case:2", 2), ("case:1", 3), ("queue", 4)])
        assert [await _next(mine), await _next(mine)] == [("case:1", 3), ("queue", 4)]
        assert await _next(other) == ("case:2", 2)

    asyncio.run(listen())


def test_who_has_left_is_forgotten() -> None:
    async def listen() -> None:
        here = live.hub()
        queue = await here.join(["case:1", "queue"])
        here.leave(queue, ["case:1", "queue"])
        assert here.listeners == {}

    asyncio.run(listen())


def test_who_goes_away_while_joining_is_forgotten(settings: Any, nobody_listens: int) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{nobody_listens}/0"

    async def listen() -> None:
        here = live.hub()
        joining = asyncio.create_task(here.join(["queue"]))
        await asyncio.sleep(0)
        joining.cancel()
        await asyncio.gather(joining, return_exceptions=True)
        assert here.listeners == {}

    asyncio.run(listen())


def test_all_streams_of_a_loop_share_one_hub_and_other_loops_have_their_own() -> None:
    async def two() -> tuple[live.Hub, live.Hub]:
        return live.hub(), live.hub()

    first, second = asyncio.run(two()), asyncio.run(two())
    assert first[0] is first[1]
    assert second[0] is second[1]
    assert first[0] is not second[0]


def test_after_a_lost_subscription_everybody_is_told_to_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "TRY_AGAIN_AFTER", 0.01)

    async def listen() -> None:
        mine = await live.hub().join(["case:1", "queue"])
        other = await live.hub().join(["case:2"])
        assert await asyncio.to_thread(kill_connections, subscribed=True) >= 1
        assert {await _next(mine), await _next(mine)} == {("case:1", 0), ("queue", 0)}
        assert await _next(other) == ("case:2", 0)
        live._send([("case:1", 5)])
        assert await _next(mine) == ("case:1", 5)

    asyncio.run(listen())


def test_a_first_subscription_tells_nobody_to_look() -> None:
    async def listen() -> None:
        mine = await live.hub().join(["case:1"])
        live._send([("case:1", 5)])
        assert await _next(mine) == ("case:1", 5)

    asyncio.run(listen())


def test_who_came_while_redis_was_away_is_told_when_it_is_back(
    settings: Any, nobody_listens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "TRY_AGAIN_AFTER", 0.01)
    monkeypatch.setattr(live, "JOIN_WAITS", 0.1)
    alive = product.REDIS_URL
    settings.REDIS_URL = f"redis://127.0.0.1:{nobody_listens}/0"

    async def listen() -> None:
        mine = await live.hub().join(["case:1"])
        settings.REDIS_URL = alive
        assert await _next(mine) == ("case:1", 0)

    asyncio.run(listen())


@pytest.mark.parametrize("nonsense", ["", "no json", "1", "[1]", '{"a": 1}'])
def test_nonsense_on_the_channel_ends_nothing(nonsense: str) -> None:
    async def listen() -> None:
        mine = await live.hub().join(["case:1"])
        with redis.Redis.from_url(product.REDIS_URL) as broker:
            broker.publish(CHANNEL, nonsense)
        live._send([("case:1", 5)])
        assert await _next(mine) == ("case:1", 5)

    asyncio.run(listen())
