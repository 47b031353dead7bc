"""Every page of the login, ours and the library's: our frame, our rules for scripts, in words."""

import re
from typing import Any

import pytest
from allauth import urls as library
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from csba.accounts import urls as ours
from tests.factories.sellers import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

# What a route wants to be told; a number of nothing leads to our page that says so.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "account_confirm_email": {"key": "KEY"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "KEY"},
    "mfa_remove_webauthn": {"pk": 1},
    "mfa_edit_webauthn": {"pk": 1},
    "end_session": {"pk": 1},
}
# Beside 200 and 302: what is not there, what only a button does, and an answer for the script.
OTHERS = {
    "mfa_remove_webauthn": 404,
    "mfa_edit_webauthn": 404,
    "mfa_view_recovery_codes": 404,
    "mfa_download_recovery_codes": 404,
    "mfa_deactivate_totp": 404,
    "socialaccount_login_error": 401,
    "end_session": 405,
    "amazon_login": 404,
    "amazon_callback": 404,
}
# No page: what the passkey's script reads before it asks the browser.
FOR_SCRIPTS = {"mfa_login_webauthn"}


def names(patterns: list[Any]) -> set[str]:
    """The names of all routes below these."""
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            found.add(pattern.name)
    return found


PAGES = sorted(names(library.urlpatterns) | names(ours.urlpatterns))


@pytest.fixture
def anna() -> Any:
    person = UserFactory(email="anna@blume.test", name="Anna Blume", language="en")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def at_home(client: Client, anna: Any) -> Client:
    """Anna, who has just typed her password, so that no page asks for it again."""
    client.post(reverse("account_login"), {"login": anna.email, "password": PASSWORD})
    return client


def looked_at(client: Client, name: str, language: str) -> None:
    answer = client.get(
        reverse(name, kwargs=ARGUMENTS.get(name)), headers={"accept-language": language}
    )
    assert answer.status_code in {200, 302, OTHERS.get(name, 200)}, name
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "unsafe" not in policy
    if answer.status_code == 302 or name in FOR_SCRIPTS:
        return
    page = answer.content.decode()
    assert f'<html lang="{language}">' in page
    assert 'class="skip"' in page
    assert "css/portal.css" in page
    assert page.count("<h1") == 1
    for script in re.findall(r"<script[^>]*>", page):
        source = re.search(r'src="/static/([^"?]+)"', script)
        assert source or 'type="application/json"' in script, script
        assert not source or finders.find(source[1])
    assert not re.search(r"<[^>]+ (?:style|on[a-z]+)=", page)


def test_the_walk_knows_the_doors_that_we_promise() -> None:
    assert len(PAGES) > 30
    assert {"account_login", "mfa_index", "usersessions_list", "profile"} <= set(PAGES)


@pytest.mark.parametrize("language", ["de", "zh-hans", "en"])
def test_a_stranger_meets_every_page_in_our_frame(language: str, client: Client) -> None:
    for name in PAGES:
        looked_at(client, name, language)


@pytest.mark.parametrize("language", ["de", "zh-hans", "en"])
def test_who_is_signed_in_meets_every_page_in_our_frame(
    language: str, at_home: Client, anna: Any
) -> None:
    anna.language = language
    anna.save(update_fields=["language"])
    for name in PAGES:
        looked_at(at_home, name, language)


# --- the profile
def test_a_person_changes_name_language_and_zone_and_reads_on_in_the_new_language(
    at_home: Client, anna: Any
) -> None:
    sent = {"name": "Anna B.", "language": "zh-hans", "time_zone": "Asia/Shanghai"}
    answer = at_home.post(reverse("profile"), sent, follow=True)
    anna.refresh_from_db()
    assert (anna.name, anna.language, anna.time_zone) == tuple(sent.values())
    assert '<html lang="zh-hans">' in answer.content.decode()


def test_a_zone_that_does_not_exist_comes_back_with_the_typed_name(
    at_home: Client, anna: Any
) -> None:
    answer = at_home.post(
        reverse("profile"), {"name": "Typed", "language": "en", "time_zone": "Mars/Olympus"}
    )
    assert answer.status_code == 400
    assert 'value="Typed"' in answer.content.decode()
    anna.refresh_from_db()
    assert anna.name == "Anna Blume"


# --- sessions
def test_a_person_ends_one_session_and_that_browser_is_out(at_home: Client, anna: Any) -> None:
    other = Client(headers={"user-agent": "Phone"})
    other.post(reverse("account_login"), {"login": anna.email, "password": PASSWORD})
    session = UserSession.objects.get(session_key=other.session.session_key)
    assert "End this session" in at_home.get(reverse("usersessions_list")).content.decode()
    for _twice in range(2):
        answer = at_home.post(reverse("end_session", args=[session.pk]))
        assert answer.headers["Location"] == reverse("usersessions_list")
    assert other.get(reverse("profile")).status_code == 302
    assert at_home.get(reverse("profile")).status_code == 200


def test_nobody_ends_the_session_of_somebody_else(at_home: Client, anna: Any) -> None:
    wei = UserFactory(email="wei@longmen.test")
    EmailAddress.objects.create(user=wei, email=wei.email, verified=True, primary=True)
    other = Client()
    other.post(reverse("account_login"), {"login": wei.email, "password": PASSWORD})
    session = UserSession.objects.get(user=wei)
    at_home.post(reverse("end_session", args=[session.pk]))
    assert other.get(reverse("profile")).status_code == 200


# --- what tells nothing, and how often
def test_a_wrong_password_and_an_unknown_address_read_alike(client: Client, anna: Any) -> None:
    said = []
    for email in (anna.email, "nobody@blume.test"):
        page = client.post(reverse("account_login"), {"login": email, "password": "no-no-no"})
        said.append(re.findall(r'class="notice error"[^>]*>(.+?)<', page.content.decode()))
    assert said[0] == said[1] != []
    sent = [
        client.post(reverse("account_reset_password"), {"email": email}).headers["Location"]
        for email in (anna.email, "nobody@blume.test")
    ]
    assert sent[0] == sent[1]


def test_who_tries_too_often_reads_when_to_come_back(
    client: Client, anna: Any, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    answers = [
        client.post(
            reverse("account_login"),
            {"login": anna.email, "password": "no-no-no"},
            headers={"accept-language": "en"},
            REMOTE_ADDR="192.0.2.77",
        )
        for _try in range(3)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "<h1>" in answers[2].content.decode()


# --- the second factor
@pytest.mark.parametrize(
    ("demanded", "kind", "lands"),
    [
        (True, None, "mfa_index"),
        (True, Authenticator.Type.RECOVERY_CODES, "mfa_index"),
        (True, Authenticator.Type.TOTP, None),
        (True, Authenticator.Type.WEBAUTHN, None),
        (False, None, None),
    ],
)
def test_staff_work_only_with_a_second_factor_unless_it_is_the_demo(
    demanded: bool, kind: str | None, lands: str | None, client: Client, settings: Any
) -> None:
    settings.CSBA_STAFF_SECOND_FACTOR = demanded
    person = UserFactory(is_staff=True, is_superuser=True)
    if kind:
        Authenticator.objects.create(user=person, type=kind, data={})
    client.force_login(person)
    answer = client.get("/desk/")
    sent = answer.headers.get("Location", "")
    assert (sent == reverse("mfa_index")) == (lands is not None)


# --- what only a button does
def test_an_address_of_a_button_answers_a_look_in_words(at_home: Client) -> None:
    answer = at_home.get("/i18n/set")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "This address does not open by itself" in answer.content.decode()
