"""The letters to sellers: every one, in every language, and never a word about the buyer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from caselog.models import Entry
from caselog.operations import cases, questions
from sellers.models import Seller
from tests.caselog.conftest import ASKED
from tests.factories.caselog import CaseFactory
from tests.factories.sellers import OrderFactory, SellerFactory

pytestmark = pytest.mark.django_db

SECRETS = (
    ASKED,
    "Jonas",
    "Weber",
    "jonas@buyers.test",
    "Karl-Heine",
    "Leipzig",
    "04229",
    "spülmaschinenfest",
    "302-7654321-1234567",
    "INQ-00000001",
    "part number 4711",
)
ZONES = {"de": "Europe/Berlin", "zh-hans": "Asia/Shanghai", "en": "America/New_York"}
DUE = {
    "de": ["5. November 2026 10:00 (Europe/Berlin, UTC+01:00)"],
    "zh-hans": [
        "2026年11月5日 17:00 (Asia/Shanghai, UTC+08:00)",
        "2026年11月5日 10:00 (Europe/Berlin, UTC+01:00)",
    ],
    "en": [
        "5 November 2026, 04:00 (America/New_York, UTC-05:00)",
        "5 November 2026, 10:00 (Europe/Berlin, UTC+01:00)",
    ],
}


def asked(seller: Seller, by: Any) -> Any:
    case = CaseFactory(
        seller=seller,
        reference="INQ-00000001",
        order=OrderFactory(seller=seller, number="302-7654321-1234567"),
    )
    return questions.ask(case, body=ASKED, by=by)


def reminded(seller: Seller, by: Any, travel: Any) -> None:
    asked(seller, by)
    travel(hours=12)
    questions.remind(timezone.now())


def lapsed(seller: Seller, by: Any, travel: Any) -> None:
    question = asked(seller, by)
    questions.lapse_overdue(question.reply_due_at)


LETTERS: dict[str, Callable[[Seller, Any, Any], Any]] = {
    "question_asked": lambda seller, by, travel: asked(seller, by),
    "question_withdrawn": lambda seller, by, travel: questions.withdraw(asked(seller, by), by=by),
    "question_lapsed": lapsed,
    "reminder": reminded,
    "notice": lambda seller, by, travel: cases.post_notice(
        seller, subject="News", body=f"{ASKED} It has part number 4711."
    ),
    "desk_wrote": lambda seller, by, travel: cases.write(
        CaseFactory(seller=seller, reference="INQ-00000001"), body=ASKED, by=by
    ),
}


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_in_every_language_carries_number_and_link_and_nothing_of_the_buyer(
    letter: str, language: str, travel: Any, agent: Any, letters: Any
) -> None:
    seller = SellerFactory(language=language, time_zone=ZONES[language])
    LETTERS[letter](seller, agent, travel)
    mail = letters.last(seller.default_email)
    assert mail.template == f"caselog/mail/{letter}"
    assert mail.language == language
    case = seller.cases.get()
    written = f"{mail.subject}\n{mail.text}\n{mail.html}"
    assert case.number in mail.subject
    assert f"{settings.CSBA_BASE_URL}/portal/cases/{case.number}/" in mail.text
    assert f'lang="{language}"' in mail.html
    assert mail.automatic
    assert [secret for secret in SECRETS if secret in written] == []
    assert "{{" not in written
    assert "{%" not in written


@pytest.mark.parametrize("letter", ["question_asked", "reminder", "question_lapsed"])
@pytest.mark.parametrize("language", ZONES)
def test_the_deadline_is_told_in_the_sellers_zone_and_in_the_marketplaces(
    letter: str, language: str, travel: Any, agent: Any, letters: Any
) -> None:
    seller = SellerFactory(language=language, time_zone=ZONES[language])
    LETTERS[letter](seller, agent, travel)
    text = letters.last(seller.default_email).text
    assert [line for line in DUE[language] if line not in text] == []
    assert text.count("UTC") == len(DUE[language])


def test_the_letters_of_one_case_hang_together_in_a_mail_program(
    travel: Any, agent: Any, letters: Any, blume: Any
) -> None:
    question = asked(blume, agent)
    questions.reply(question.case, body="4711", by=None, via=Entry.Via.MAIL)
    questions.ask(question.case, body="And the seal?", by=agent)
    travel(hours=22)
    questions.remind(timezone.now())
    roots = {mail.references for mail in letters()}
    assert len(roots) == 1
    assert question.case.number.lower() in roots.pop()


def test_letters_go_to_the_default_address_of_the_moment(
    travel: Any, agent: Any, letters: Any, blume: Any
) -> None:
    question = asked(blume, agent)
    Seller.objects.filter(pk=blume.pk).update(default_email="neu@blume.test")
    questions.lapse_overdue(question.asked_at + timedelta(hours=24))
    assert letters.to("neu@blume.test") == ["question_lapsed"]
    assert letters.to("service@blume.test") == ["question_asked"]
