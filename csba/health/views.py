"""GET /status: database, broker, last beat, oldest due row; 200 when all is well, 503 when not."""

from datetime import datetime
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from redis.backoff import NoBackoff
from redis.retry import Retry

from csba import promises
from csba.health.models import Heartbeat


@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked. For load balancers."""
    return JsonResponse({"status": "ok"})


@never_cache
def status(request: HttpRequest) -> JsonResponse:
    """The parts the promises depend on, each with what was found; 503 names what failed."""
    at = timezone.now()
    parts: dict[str, Any] = {"database": _database(), "broker": _broker()}
    if parts["database"]["ok"]:
        parts["beat"] = _beat(at)
        parts["due"] = _due(at)
    ok = all(part["ok"] for part in parts.values())
    body = {"status": "ok" if ok else "failing", "at": at.isoformat(), **parts}
    return JsonResponse(body, status=200 if ok else 503)


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version')")
            return {"ok": True, "version": cursor.fetchone()[0]}
    except DatabaseError as problem:
        return {"ok": False, "problem": type(problem).__name__}


def _broker() -> dict[str, Any]:
    try:
        client = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=2,
            socket_connect_timeout=2,
            retry=Retry(NoBackoff(), 0),
        )
        try:
            return {"ok": bool(client.ping())}
        finally:
            client.close()
    except redis.RedisError as problem:
        return {"ok": False, "problem": type(problem).__name__}


def _beat(at: datetime) -> dict[str, Any]:
    last = Heartbeat.objects.order_by("-at").first()
    if last is None:
        return {"ok": False, "problem": "no sweep has run yet"}
    age = (at - last.at).total_seconds()
    return {
        "ok": age <= promises.BEAT_ALARM.total_seconds(),
        "last": last.at.isoformat(),
        "seconds_ago": round(age),
    }


def _due(at: datetime) -> dict[str, Any]:
    """The oldest row that a sweep should have taken; each app names its own by a dotted string."""
    oldest: dict[str, int] = {}
    for path in settings.CSBA_DUE_ROWS:
        name, due_at = import_string(path)(at)
        if due_at is not None:
            oldest[name] = round((at - due_at).total_seconds())
    worst = max(oldest.values(), default=0)
    return {
        "ok": worst <= promises.BEAT_ALARM.total_seconds() * 2,
        "oldest_seconds": worst,
        "by": oldest,
    }
