"""One question on one screen: typed fields, files, «save for later», two browsers at once."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from caselog.models import Draft, DraftFile, Entry, EntryFile, Question
from caselog.operations import questions
from tests.caselog.pages import shown, url
from tests.factories.caselog import CaseFactory
from tests.factories.sellers import MembershipFactory
from tests.returns.money.asking import PNG

pytestmark = pytest.mark.django_db

FIELDS = [
    {"key": "fits", "kind": "YES_NO", "required": True, "label": {"en": "Does it fit?"}},
    {"key": "offer", "kind": "AMOUNT", "required": False, "label": {"en": "Your offer"}},
    {"key": "photo", "kind": "FILE", "required": True, "label": {"en": "A photo"}},
]


@pytest.fixture
def typed(blume: Any, agent: Any, travel: Any, settings: Any, tmp_path: Any) -> Question:
    settings.MEDIA_ROOT = tmp_path
    return questions.ask(
        CaseFactory(seller=blume),
        body="Passt der Deckel?",
        by=agent,
        fields=FIELDS,
        bodies={"de": "Passt der Deckel?", "zh-hans": "盖子合适吗？"},
    )


def photo(content: bytes = PNG, name: str = "lid.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def form(question: Question, **more: Any) -> dict[str, Any]:
    return {"client_id": str(uuid.uuid4()), "question": question.pk, **more}


def test_the_question_stands_there_in_german_and_chinese_with_its_fields(
    page: Client, typed: Question
) -> None:
    found = shown(page.get(url("case", typed.case)))
    for words in ('lang="de"', "盖子合适吗？", 'name="field-fits"', "Your offer", "Save for later"):
        assert words in found


def test_typed_values_and_a_photo_are_the_answer(page: Client, typed: Question) -> None:
    sent = form(typed, **{"field-fits": "yes", "field-offer": "12,50", "field-photo": photo()})
    assert page.post(url("reply-case", typed.case), sent).status_code == 302
    entry = Entry.objects.get(author="SELLER")
    assert entry.answers_given == {"fits": True, "offer": "12.50", "photo": ["lid.png"]}
    assert Question.objects.get().status == "ANSWERED"
    kept = EntryFile.objects.get()
    assert (kept.entry, kept.field) == (entry, "photo")
    found = shown(page.get(url("case", typed.case)))
    assert url("case", typed.case) + f"files/{kept.pk}/" in found
    assert "12.50" in found


def test_a_wrong_value_gives_everything_back_and_the_photo_waits(
    page: Client, typed: Question
) -> None:
    sent = form(
        typed,
        body="See below",
        **{"field-fits": "yes", "field-offer": "much", "field-photo": photo()},
    )
    answer = page.post(url("reply-case", typed.case), sent)
    assert answer.status_code == 422
    found = shown(answer)
    for words in ("See below", 'value="much"', "12.50", "lid.png", "marked fields"):
        assert words in found
    assert not Entry.objects.filter(author="SELLER").exists()
    again = form(typed, **{"field-fits": "yes", "field-offer": "9"})
    assert page.post(url("reply-case", typed.case), again).status_code == 302
    assert EntryFile.objects.get().file.name == "lid.png"
    assert not Draft.objects.exists()


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00program", b"<html>"])
def test_a_file_that_is_not_what_it_says_is_named_and_refused(
    page: Client, asked: Question, content: bytes
) -> None:
    sent = form(asked, body="It fits.", files=photo(content, "lid.png"))
    answer = page.post(url("reply-case", asked.case), sent)
    assert answer.status_code == 422
    assert "It fits." in shown(answer)
    assert "lid.png" in shown(answer) or not content
    assert Question.objects.get().status == "OPEN"


def test_what_was_saved_for_later_comes_back_to_this_person_only(
    page: Client, typed: Question, blume: Any
) -> None:
    sent = form(typed, later="1", body="Half an answer", files=photo(), **{"field-offer": "7"})
    page.post(url("reply-case", typed.case), sent)
    assert Question.objects.get().status == "OPEN"
    found = shown(page.get(url("case", typed.case)))
    for words in ("Half an answer", 'value="7"', "lid.png", "It is not sent yet"):
        assert words in found
    waiting = DraftFile.objects.get()
    address = url("case", typed.case) + f"draft-files/{waiting.pk}/"
    mine: Any = page.get(address)
    assert b"".join(mine.streaming_content) == PNG
    colleague = Client()
    colleague.force_login(MembershipFactory(seller=blume, role="OPERATOR").user)
    assert "Half an answer" not in shown(colleague.get(url("case", typed.case)))
    assert colleague.get(address).status_code == 404
    for _ in range(2):
        assert page.post(url("drop-draft", typed.case)).status_code == 302
    assert not Draft.objects.exists()


def test_of_two_browsers_one_answers_and_the_other_keeps_its_words(
    page: Client, asked: Question
) -> None:
    address = url("reply-case", asked.case)
    assert page.post(address, form(asked, body="First")).status_code == 302
    second = page.post(address, form(asked, body="Second"))
    assert second.status_code == 422
    assert "answered a moment ago" in shown(second)
    assert "Second" in shown(second)
    assert Entry.objects.filter(author="SELLER").count() == 1


def test_a_file_is_saved_with_safe_headers_and_not_found_by_a_stranger(
    page: Client, asked: Question
) -> None:
    page.post(url("reply-case", asked.case), form(asked, body="It fits.", files=photo()))
    address = url("case", asked.case) + f"files/{EntryFile.objects.get().pk}/"
    answer: Any = page.get(address)
    assert b"".join(answer.streaming_content) == PNG
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    stranger = Client()
    stranger.force_login(MembershipFactory().user)
    assert stranger.get(address).status_code == 404


@override_settings(CSBA_CASE_ALSO=["tests.caselog.test_portal_answer.no_cards"])
def test_cards_that_settings_name_are_asked_for(page: Client, asked: Question) -> None:
    asked_about.clear()
    assert page.get(url("case", asked.case)).status_code == 200
    assert asked_about == [asked.case]


asked_about: list[Any] = []


def no_cards(case: Any, at: Any) -> list[Any]:
    asked_about.append(case)
    return []
