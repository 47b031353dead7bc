"""How often something may happen within a time, counted in the cache: a brake, never a promise."""

import hashlib
import logging

from django.core.cache import cache
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


def _key(what: str, who: str) -> str:
    # Addresses are personal data: the cache holds only what cannot be read back.
    return f"limit:{what}:{hashlib.sha256(who.lower().encode()).hexdigest()[:32]}"
