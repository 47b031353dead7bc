"""What all pages share: refusals as messages, navigation, doors, and a policy for scripts."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.test import Client, RequestFactory

from csba import context
from csba.errors import Conflict, DomainError, Refused, refusals_as_messages


@pytest.fixture
def request_with_messages(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/")
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


@pytest.mark.parametrize("kind", [Refused, Conflict, DomainError])
def test_a_refusal_becomes_a_message(
    kind: type[DomainError], request_with_messages: HttpRequest
) -> None:
    with refusals_as_messages(request_with_messages):
        raise kind("Not now. Please ask again tomorrow.")
    found = [(str(message), message.level_tag) for message in get_messages(request_with_messages)]
    assert found == [("Not now. Please ask again tomorrow.", "error")]


def test_what_is_no_refusal_stays_an_error(request_with_messages: HttpRequest) -> None:
    with pytest.raises(LookupError), refusals_as_messages(request_with_messages):
        raise LookupError


def test_each_refusal_has_a_code() -> None:
    assert Refused("No").code == "refused"
    assert Refused("No", code="too_late").code == "too_late"
    assert Conflict("No").code == "conflict"
    assert str(Conflict("Look again.")) == "Look again."


def _home(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"label": "Home", "url": "/portal/", "badge": 0}]


def _cases(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"label": "Case Log", "url": "/portal/cases/", "badge": 2}]


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/portal/", ["Home"]),
        ("/portal/cases/", ["Case Log"]),
        ("/portal/cases/CASE-1/", ["Case Log"]),
    ],
)
def test_the_navigation_marks_where_one_is(
    path: str, here: list[str], rf: RequestFactory, settings: Any
) -> None:
    settings.CSBA_PORTAL_NAV = [f"{__name__}._home", f"{__name__}._cases"]
    entries = context.portal_nav(rf.get(path))
    assert [entry["label"] for entry in entries] == ["Home", "Case Log"]
    assert [entry["label"] for entry in entries if entry["here"]] == here


def test_the_navigation_is_asked_only_when_a_page_shows_it(
    rf: RequestFactory, settings: Any
) -> None:
    settings.CSBA_PORTAL_NAV = ["nowhere.to.be.found"]
    assert set(context.frame(rf.get("/"))) == {"portal_nav", "demo", "sink_url"}


@pytest.mark.parametrize(
    ("door", "leads"), [("/", "/portal/"), ("/admin/", "/desk/"), ("/portal/", None)]
)
def test_the_doors_of_the_house(door: str, leads: str | None, client: Client, db: None) -> None:
    answer = client.get(door)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(leads or "/accounts/login/")


def test_no_page_may_run_a_script_that_is_not_a_file_of_ours(client: Client, db: None) -> None:
    headers = client.get("/accounts/login/").headers
    policy = {
        name: values
        for name, *values in (
            part.split() for part in headers["Content-Security-Policy"].split(";")
        )
    }
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
