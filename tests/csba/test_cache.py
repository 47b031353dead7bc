"""The cache is a convenience: with Redis it keeps, without it every page still works."""

import time
from typing import Any

import pytest
import redis
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from csba.accounts.models import User
from tests.factories.sellers import PASSWORD

BACKEND = "csba.cache.ForgivingCache"


@pytest.fixture
def kept(settings: Any) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "BACKEND": BACKEND}}


@pytest.fixture
def lost(settings: Any, nobody_listens: int) -> None:
    location = f"redis://127.0.0.1:{nobody_listens}/0"
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "BACKEND": BACKEND, "LOCATION": location}
    }


def test_with_redis_it_keeps_and_forgets(kept: None) -> None:
    assert cache.get("a") is None
    cache.set("a", None)
    assert cache.get("a", "nothing") is None
    assert cache.add("a", 2) is False
    assert cache.add("b", 2) is True
    assert cache.incr("b") == 3
    assert cache.has_key("b")
    assert cache.touch("b", 60)
    cache.set_many({"c": 3, "d": [4]})
    assert cache.get_many(["b", "c", "d", "e"]) == {"b": 3, "c": 3, "d": [4]}
    cache.delete_many(["c", "d"])
    assert cache.delete("b")
    assert cache.get_or_set("c", lambda: 7) == 7


def test_without_redis_nothing_is_found_and_nothing_fails(lost: None) -> None:
    cache.set("a", 1)
    cache.set_many({"a": 1})
    assert cache.get("a", "nothing") == "nothing"
    assert cache.get_many(["a"]) == {}
    assert cache.add("a", 1) is True
    assert cache.incr("a") == 0
    assert cache.has_key("a") is False
    assert cache.touch("a") is False
    assert cache.delete("a") is False
    cache.delete_many(["a"])
    assert cache.get_or_set("a", 7) == 7


def test_without_redis_emptying_it_is_an_error(lost: None) -> None:
    with pytest.raises(redis.ConnectionError):
        cache.clear()


def test_without_redis_who_is_logged_in_stays_so_and_others_can_log_in(
    agent: User, client: Client, request: pytest.FixtureRequest
) -> None:
    EmailAddress.objects.create(user=agent, email=agent.email, verified=True, primary=True)
    request.getfixturevalue("kept")
    client.force_login(agent)
    request.getfixturevalue("lost")
    begun = time.monotonic()
    assert client.get("/accounts/email/").status_code == 200
    other = Client()
    answer = other.post("/accounts/login/", {"login": agent.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert other.get("/accounts/email/").status_code == 200
    assert time.monotonic() - begun < 5


def test_without_redis_logging_out_works_too(agent: User, client: Client, lost: None) -> None:
    client.force_login(agent)
    client.post("/accounts/logout/")
    assert client.get("/accounts/email/").status_code == 302
