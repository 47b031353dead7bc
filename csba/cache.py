"""The cache as what it is, a convenience: when Redis is away nothing is found and nothing is kept,
and every page still works. Sessions are then read from the database.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")
Method = Callable[Concatenate["ForgivingCache", P], R]


def _or(instead: Any) -> Callable[[Method[P, R]], Method[P, R]]:
    """The method's answer, or `instead` (called, when it can be) while Redis is away."""

    def forgiving(method: Method[P, R]) -> Method[P, R]:
        @wraps(method)
        def tried(self: "ForgivingCache", *args: P.args, **options: P.kwargs) -> R:
            try:
                return method(self, *args, **options)
            except redis.RedisError as problem:
                log.warning("cache: %s without Redis: %s", method.__name__, problem)
                found: R = instead() if callable(instead) else instead
                return found

        return tried

    return forgiving


class ForgivingCache(RedisCache):
    """Redis as Django uses it, without its errors. `clear` is not forgiven: whoever calls it must
    know whether it was done.
    """

    @_or(None)
    def _get(self, key: str, version: int | None) -> tuple[Any] | None:
        missing = object()
        found = super().get(key, missing, version)
        return None if found is missing else (found,)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = self._get(key, version)
        return default if found is None else found[0]

    @_or(True)
    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """True also while Redis is away: callers wait for a lock until it is theirs."""
        return bool(super().add(key, value, timeout, version))

    @_or(None)
    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        super().set(key, value, timeout, version)

    @_or(False)
    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(super().touch(key, timeout, version))

    @_or(False)
    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(super().delete(key, version))

    @_or(dict)
    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        return dict(super().get_many(keys, version))

    @_or(False)
    def has_key(self, key: str, version: int | None = None) -> bool:
        return bool(super().has_key(key, version))

    @_or(0)
    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(super().incr(key, delta, version))

    @_or(list)
    def set_many(
        self, data: dict[str, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[str]:
        return list(super().set_many(data, timeout, version))

    @_or(None)
    def delete_many(self, keys: Any, version: int | None = None) -> None:
        super().delete_many(keys, version)
