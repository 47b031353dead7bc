"""Every page in its reader's language and time; staff only with a second factor."""

from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from csba.accounts.models import User
from tests.factories.sellers import UserFactory

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def show(request: HttpRequest) -> HttpResponse:
    """A page that says which language and time it was made in."""
    template = engines["django"].from_string(
        "{% load i18n %}{% get_current_language as now %}{{ now }} {{ noon|date:'H:i' }}"
    )
    return HttpResponse(template.render({"noon": NOON}, request))


urlpatterns = [path("show", show), path("accounts/show", show), path("", include("csba.urls"))]


@pytest.fixture
def page(settings: Any, client: Client, db: None) -> Client:
    """A visitor of a house with one more page."""
    settings.ROOT_URLCONF = __name__
    return client


def _shown(page: Client, **headers: str) -> str:
    return page.get("/show", headers=headers).content.decode()


@pytest.mark.parametrize(
    ("language", "zone", "shown"),
    [
        ("de", "Europe/Berlin", "de 14:00"),
        ("zh-hans", "Asia/Shanghai", "zh-hans 20:00"),
        ("en", "America/New_York", "en 08:00"),
    ],
)
def test_a_person_reads_in_their_own_language_and_zone(
    language: str, zone: str, shown: str, page: Client
) -> None:
    page.force_login(UserFactory(language=language, time_zone=zone))
    assert _shown(page, **{"accept-language": "fr"}) == shown
    assert page.get("/show").headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("zh-CN,zh;q=0.9", "zh-hans 14:00"),
        ("en-GB", "en 14:00"),
        ("fr", "de 14:00"),
        ("", "de 14:00"),
        ("\x00;;q=", "de 14:00"),
    ],
)
def test_a_stranger_reads_in_the_browsers_language_and_the_marketplaces_time(
    wanted: str, shown: str, page: Client
) -> None:
    assert _shown(page, **{"accept-language": wanted}) == shown
    assert "Accept-Language" in page.get("/show").headers["Vary"]


def test_a_stranger_may_choose_another_language(page: Client) -> None:
    page.post("/i18n/set", {"language": "zh-hans", "next": "/show"})
    assert _shown(page, **{"accept-language": "de"}) == "zh-hans 14:00"


def test_the_next_reader_does_not_inherit_the_language(page: Client) -> None:
    page.force_login(UserFactory(language="zh-hans", time_zone="Asia/Shanghai"))
    assert _shown(page) == "zh-hans 20:00"
    page.logout()
    assert _shown(page) == "de 14:00"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", ""])
def test_an_unknown_zone_locks_nobody_out(zone: str, page: Client) -> None:
    page.force_login(UserFactory(time_zone=zone))
    assert _shown(page) == "de 14:00"


@pytest.fixture
def strict(settings: Any, page: Client) -> Client:
    """The house as in production."""
    settings.CSBA_STAFF_SECOND_FACTOR = True
    return page


@pytest.mark.parametrize("where", ["/show", "/desk/", "/portal/"])
def test_staff_without_a_second_factor_are_led_to_set_one_up(
    where: str, strict: Client, agent: User
) -> None:
    strict.force_login(agent)
    answer = strict.get(where)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/2fa/")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_done_without_it_either(method: str, strict: Client, agent: User) -> None:
    strict.force_login(agent)
    assert getattr(strict, method)("/show").headers["Location"] == "/accounts/2fa/"


@pytest.mark.parametrize("where", ["/accounts/show", "/healthz"])
def test_to_set_one_up_staff_may_enter_the_pages_for_it(
    where: str, strict: Client, agent: User
) -> None:
    strict.force_login(agent)
    assert strict.get(where).status_code == 200


def test_the_page_that_sets_it_up_does_not_lead_in_circles(strict: Client, agent: User) -> None:
    strict.force_login(agent)
    answer = strict.get("/show", follow=True)
    assert all(where.startswith("/accounts/") for where, _code in answer.redirect_chain)
    assert answer.status_code == 200


def test_staff_with_a_second_factor_come_in(strict: Client, agent: User) -> None:
    Authenticator.objects.create(user=agent, type=Authenticator.Type.TOTP, data={"secret": "x"})
    strict.force_login(agent)
    assert strict.get("/show").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(strict: Client, agent: User) -> None:
    Authenticator.objects.create(
        user=agent, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0}
    )
    strict.force_login(agent)
    assert strict.get("/show").headers["Location"] == "/accounts/2fa/"


def test_sellers_and_strangers_need_none(strict: Client) -> None:
    assert strict.get("/show").status_code == 200
    strict.force_login(UserFactory())
    assert strict.get("/show").status_code == 200


def test_the_demo_needs_none(page: Client, agent: User) -> None:
    page.force_login(agent)
    assert page.get("/show").status_code == 200


def test_the_second_factor_costs_one_statement_a_page(strict: Client, agent: User) -> None:
    Authenticator.objects.create(user=agent, type=Authenticator.Type.TOTP, data={"secret": "x"})
    strict.force_login(agent)
    strict.get("/show")
    with CaptureQueriesContext(connection) as statements:
        strict.get("/show")
    # The person and their second factor; the session lies in the cache.
    assert len(statements) <= 2
