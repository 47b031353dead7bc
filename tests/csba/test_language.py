"""Choosing a language: kept with the person, in the cookie of a stranger."""

from typing import Any

import pytest
from django.test import Client

from tests.factories.sellers import UserFactory

pytestmark = pytest.mark.django_db


def test_who_is_logged_in_keeps_the_language_for_letters_too(client: Client) -> None:
    person: Any = UserFactory(language="de")
    client.force_login(person)
    client.post("/i18n/set", {"language": "zh-hans", "next": "/help/"})
    person.refresh_from_db()
    assert person.language == "zh-hans"


def test_a_stranger_reads_on_in_the_chosen_language(client: Client) -> None:
    client.post("/i18n/set", {"language": "en", "next": "/help/"})
    assert client.get("/help/").headers["Content-Language"] == "en"


@pytest.mark.parametrize("language", ["fr", "", "de'--"])
def test_an_unknown_language_changes_nothing(client: Client, language: str) -> None:
    person: Any = UserFactory(language="de")
    client.force_login(person)
    client.post("/i18n/set", {"language": language, "next": "/help/"})
    person.refresh_from_db()
    assert person.language == "de"


def test_choosing_is_a_post(client: Client) -> None:
    assert client.get("/i18n/set").status_code == 405
