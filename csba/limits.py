"""How often something may happen within a time, counted in the cache: a brake, never a promise."""

import hashlib
import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


def exceeded(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Counts once more; True if `who` has now done `what` more than `most` times within `seconds`.

    Without a broker nothing is refused: a brake that fails must not stop the mail.
    """
    key = _key(what, who)
    try:
        if cache.add(key, 1, timeout=seconds):
            return False
        return bool(cache.incr(key) > most)
    except (RedisError, ValueError) as problem:
        log.warning("%s is not counted: %s", what, type(problem).__name__)
        return False


def forget(what: str, who: str) -> None:
    """The count begins anew."""
    try:
        cache.delete(_key(what, who))
    except RedisError as problem:
        log.warning("%s is not forgotten: %s", what, type(problem).__name__)


def network(request: HttpRequest) -> str:
    """Who calls; behind our own proxy the last address it names: anybody can write the others."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))


def _key(what: str, who: str) -> str:
    # Addresses are personal data: the cache holds only what cannot be read back.
    return f"limit:{what}:{hashlib.sha256(who.lower().encode()).hexdigest()[:32]}"
