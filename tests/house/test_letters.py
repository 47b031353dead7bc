"""Every letter there is, in every language: whole, translated, and between the parties the wall."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from csba.accounts.models import User
from csba.outbox.render import as_html
from tests.caselog.test_letters import LETTERS as OF_THE_CASE_LOG
from tests.conftest import Travel
from tests.house.letters import LETTERS, TO_BUYERS, Scene, written

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
APPS = ("sellers", "caselog", "returns", "inquiries")
ELSEWHERE = {f"caselog/mail/{name}" for name in OF_THE_CASE_LOG} | {
    "caselog/mail/support_received"  # tests/caselog/test_contact.py
}
BUYERS = ("Jonas", "Weber", "jonas@buyers.test", "Karl-Heine", "04229", "Leipzig", "Kowalski")


def test_every_letter_is_written_by_a_test() -> None:
    there = {
        f"{app}/mail/{file.stem}"
        for app in APPS
        for file in (ROOT / app / "templates" / app / "mail").glob("[!_]*.txt")
    }
    assert there == LETTERS.keys() | ELSEWHERE


def sentences(text: str) -> set[str]:
    """Lines with five words of Latin letters or more, without names and addresses."""
    text = re.sub(r"https?://\S+|Customer Service by Amazon|Kowalski.*", "", text)
    return {line for line in text.splitlines() if len(re.findall(r"[A-Za-zäöüß]{2,}", line)) > 4}


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_is_whole_in_every_language(name: str, agent: User, travel: Travel) -> None:
    said: dict[str, set[str]] = {}
    for language, _name in settings.LANGUAGES:
        with transaction.atomic():
            subject, text, in_language = written(name, Scene(language, agent))
            transaction.set_rollback(True)
        page = as_html(subject, text, language=language)
        assert in_language == language
        assert subject
        assert len(text.splitlines()) > 2
        for sign in ("{{", "{%", "}}", "None", "\ue000", "&#x27;", "&amp;"):
            assert sign not in subject + text, sign
        assert f'lang="{language}"' in page
        if name not in TO_BUYERS:
            found = [word for word in BUYERS if word in subject + text]
            assert not found, name
        said[language] = sentences(f"{subject}\n{text}")
    for language in ("de", "zh-hans"):
        assert not said[language] & said["en"], language
