"""The list of sessions names browsers as people know them."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from csba.accounts.templatetags.browsers import browser
from tests.factories.sellers import UserFactory

KNOWN = [
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:126.0) Gecko/20100101 Firefox/126.0",
        "Firefox 126 · Windows 10",
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
        " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
        "Mobile Safari 17 · iOS 17 · iPhone",
    ),
    ("some-robot", "some-robot"),
    ("", ""),
]


@pytest.mark.parametrize(("said", "words"), KNOWN)
def test_a_browser_is_named(said: str, words: str) -> None:
    assert browser(said) == words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "words"),
    [(KNOWN[0][0], KNOWN[0][1]), ("<i>x</i>", "&lt;i&gt;x&lt;/i&gt;"), ("", "—")],
)
def test_the_page_of_sessions_says_so_and_strange_words_stay_words(
    client: Client, said: str, words: str
) -> None:
    person = UserFactory(language="en")
    client.force_login(person)
    UserSession.objects.create(
        user=person, ip="127.0.0.1", session_key=client.session.session_key, user_agent=said
    )
    assert words in client.get("/accounts/sessions/").content.decode()
