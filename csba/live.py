"""Live events: hints of the form «topic, up to which sequence number». The database is the truth.

Publishing happens after commit, through Redis. Each process that serves streams holds one
subscription, whatever the number of streams. A page may listen to the topics of its signed ticket
and to no others, so no permission has to be looked up again.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Iterable
from typing import Any

import redis
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from redis import asyncio as redis_async
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)

KEEP_ALIVE = 15.0
JOIN_WAITS = 5.0
TRY_AGAIN_AFTER = 1.0
TICKET_AGE = 24 * 3600
_SALT = "csba.live"

_publisher: redis.Redis | None = None


def publish(topic: str, upto: int = 0) -> None:
    """After this transaction commits, pages that listen to `topic` hear that it has moved up to
    `upto`.
    """
    transaction.on_commit(lambda: _send([(topic, upto)]), robust=True)


def publish_many(events: Iterable[tuple[str, int]]) -> None:
    """As publish, for many, in one round trip."""
    found = list(dict.fromkeys(events))
    transaction.on_commit(lambda: _send(found), robust=True)


def ticket(user_id: int, topics: Iterable[str]) -> str:
    """A signed permission for this person to listen to these topics for a day."""
    return signing.dumps([user_id, sorted(topics)], salt=_SALT)


def _send(events: list[tuple[str, int]]) -> None:
    global _publisher
    if _publisher is None:
        _publisher = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=2,
            socket_connect_timeout=2,
            retry=Retry(NoBackoff(), 0),
        )
    try:
        pipe = _publisher.pipeline(transaction=False)
        for topic, upto in events:
            pipe.publish(_channel(), json.dumps([topic, upto]))
        pipe.execute()
    except redis.RedisError as problem:
        # The page polls every 15 s as well; a lost hint costs seconds, never content.
        log.warning("live events not published: %s", problem)


def _channel() -> str:
    return f"{settings.CSBA_LIVE_PREFIX}live"


class Hub:
    """One subscription of this process, handed on to all its streams."""

    def __init__(self) -> None:
        self.listeners: dict[str, set[asyncio.Queue[tuple[str, int]]]] = {}
        self.task: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()
        self.missed = False

    async def join(self, topics: Iterable[str]) -> asyncio.Queue[tuple[str, int]]:
        """A queue that from now on receives every event of these topics. While Redis is away it
        receives none, and one for each topic when Redis is back.
        """
        queue: asyncio.Queue[tuple[str, int]] = asyncio.Queue(maxsize=1000)
        for topic in topics:
            self.listeners.setdefault(topic, set()).add(queue)
        if self.task is None or self.task.done():
            self.ready.clear()
            self.task = asyncio.create_task(self._run())
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ready.wait(), timeout=JOIN_WAITS)
        except BaseException:
            self.leave(queue, topics)
            raise
        return queue

    def leave(self, queue: asyncio.Queue[tuple[str, int]], topics: Iterable[str]) -> None:
        """The queue receives nothing more."""
        for topic in topics:
            group = self.listeners.get(topic)
            if group is not None:
                group.discard(queue)
                if not group:
                    del self.listeners[topic]

    async def _run(self) -> None:
        while True:
            client = redis_async.Redis.from_url(
                settings.REDIS_URL, socket_connect_timeout=5, socket_keepalive=True
            )
            try:
                async with client.pubsub() as subscription:
                    await subscription.subscribe(_channel())
                    async for message in subscription.listen():
                        self._heard(message)
            except (redis.RedisError, OSError) as problem:
                log.warning("live subscription lost, trying again: %s", problem)
                self.ready.clear()
                self.missed = True
                await asyncio.sleep(TRY_AGAIN_AFTER)
            finally:
                await client.aclose()

    def _heard(self, message: dict[str, Any]) -> None:
        if message["type"] == "message":
            try:
                topic, upto = json.loads(message["data"])
            except (TypeError, ValueError):
                log.warning("not a live event: %r", message["data"])
            else:
                self._hand_on(topic, upto)
        elif message["type"] == "subscribe":
            # Only now the server passes events on. After a gap nobody knows what was missed:
            # everybody is told to look.
            self.ready.set()
            if self.missed:
                self._tell_all()
            self.missed = True

    def _hand_on(self, topic: str, upto: int) -> None:
        for queue in self.listeners.get(topic, ()):
            if not queue.full():
                queue.put_nowait((topic, upto))

    def _tell_all(self) -> None:
        for topic in list(self.listeners):
            self._hand_on(topic, 0)


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """The hub of the running event loop."""
    for loop in [loop for loop in _hubs if loop.is_closed()]:
        del _hubs[loop]
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


async def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """GET /live?ticket=...: Server-Sent Events for the topics of the ticket; 403 for anybody
    else's ticket.
    """
    user = await request.auser()
    try:
        user_id, topics = signing.loads(
            request.GET.get("ticket", ""), salt=_SALT, max_age=TICKET_AGE
        )
    except signing.BadSignature:
        return HttpResponse(status=403)
    if not user.is_authenticated or user.pk != user_id:
        return HttpResponse(status=403)
    # A stream lives for hours; it must not hold a database connection meanwhile.
    await sync_to_async(lambda: connection.close())()
    return sse_response(_events(topics))


def sse_response(events: AsyncIterator[str]) -> StreamingHttpResponse:
    """A streaming answer that no cache, proxy or compressor holds back."""
    response = StreamingHttpResponse(events, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


async def _events(topics: list[str]) -> AsyncIterator[str]:
    here = hub()
    queue = await here.join(topics)
    try:
        yield "retry: 2000\n\n"
        while True:
            try:
                event: Any = await asyncio.wait_for(queue.get(), timeout=KEEP_ALIVE)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            yield f"event: moved\ndata: {json.dumps({'topic': event[0], 'upto': event[1]})}\n\n"
    finally:
        here.leave(queue, topics)
