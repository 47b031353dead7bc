"""P23 in the Case Log: the seller receives and replies, by the portal and by mail, and is told at
the default e-mail address.
"""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from caselog.access import get_case
from caselog.models import Case, Entry, Question
from caselog.operations import cases, questions
from csba import addresses
from csba.outbox.smtp import as_bytes
from sellers.models import Seller

pytestmark = pytest.mark.django_db

LONGMEN = "service@longmen.test"


def link(text: str) -> str:
    """The path of the one link of a letter."""
    (found,) = [word for word in text.split() if word.startswith(settings.CSBA_BASE_URL)]
    return found.removeprefix(settings.CSBA_BASE_URL)


def test_a_question_arrives_by_letter_is_read_and_answered_in_the_portal(
    longmen: Any, agent: Any, travel: Any, letters: Any, client: Client
) -> None:
    case = cases.open_case(longmen, kind="INQUIRY", subject="Product question", topic="PRODUCT")
    questions.ask(case, body="Which part number has the seal?", by=agent)
    letter = letters.last(LONGMEN)
    assert "part number" not in letter.text
    page = link(letter.text)
    client.force_login(longmen.memberships.get().user)
    assert "Which part number has the seal?" in client.get("/portal/cases/").content.decode() + (
        client.get(page).content.decode()
    )
    client.post(f"{page}reply/", {"body": "密封圈的零件号是 4711。"})
    question = Question.objects.get()
    assert question.status == "ANSWERED"
    assert question.answer is not None
    assert question.answer.body == "密封圈的零件号是 4711。"
    assert "4711" in client.get(page).content.decode()


def test_the_address_to_reply_to_leads_back_to_this_case_and_to_no_other_lane(
    longmen: Any, agent: Any, travel: Any, letters: Any
) -> None:
    case = cases.open_case(longmen, kind="INQUIRY", subject="Product question")
    questions.ask(case, body="Which part number has the seal?", by=agent)
    wire = as_bytes(letters.last(LONGMEN)).decode()
    assert "Auto-Submitted: auto-generated" in wire
    address = addresses.read(letters.last(LONGMEN).reply_to)
    assert address == addresses.Address(addresses.SELLER_LANE, case.number)
    found = get_case(longmen, address.number)
    entry = questions.reply(found, body="4711", by=None, via=Entry.Via.MAIL, sender=LONGMEN)
    assert Question.objects.get().answer == entry


def test_a_notice_is_told_and_can_be_replied_to_without_a_deadline(
    longmen: Any, travel: Any, letters: Any, client: Client
) -> None:
    case = cases.post_notice(longmen, subject="您的退货政策已获批准", body="自明天起生效。")
    assert letters.to(LONGMEN) == ["notice"]
    cases.close(case)
    travel(days=3)
    client.force_login(longmen.memberships.get().user)
    page = link(letters.last(LONGMEN).text)
    assert "自明天起生效。" in client.get(page).content.decode()
    client.post(f"{page}reply/", {"body": "谢谢。"})
    now = Case.objects.get()
    assert (now.status, now.last_seq) == ("OPEN", 2)
    assert not Entry.objects.get(author="SELLER").late


def test_whoever_changes_the_default_address_gets_the_next_letter_there(
    longmen: Any, agent: Any, travel: Any, letters: Any
) -> None:
    case = cases.open_case(longmen, kind="INQUIRY", subject="Product question")
    question = questions.ask(case, body="Which part number has the seal?", by=agent)
    Seller.objects.filter(pk=longmen.pk).update(default_email="kf@longmen.test")
    questions.withdraw(question, by=agent)
    assert letters.to(LONGMEN) == ["question_asked"]
    assert letters.to("kf@longmen.test") == ["question_withdrawn"]
