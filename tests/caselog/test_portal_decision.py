"""What a seller reads once customer service has decided (P10)."""

from typing import Any

import pytest
from django.test import Client

from caselog.models import Question
from inquiries.operations import decision
from tests.caselog.pages import shown, url
from tests.factories.inquiries import InquiryFactory

pytestmark = pytest.mark.django_db


def test_after_the_deadline_the_case_shows_the_decision_and_takes_a_late_answer(
    page: Client, asked: Question, blume: Any, agent: Any, travel: Any, settings: Any
) -> None:
    settings.CSBA_CASE_ALSO = ["inquiries.portal.decisions.cards"]
    inquiry = InquiryFactory(seller=blume, case=asked.case)
    address = url("case", asked.case)
    assert "What was decided" not in shown(page.get(address))
    travel(hours=25)
    decision.decide(
        inquiry,
        outcome="DECLINED",
        reasoning="The buyer was rude.",
        reply="We are sorry.",
        by=agent,
    )
    found = shown(page.get(address))
    for words in ("What was decided", "Declined", "did not answer in time", "Nothing"):
        assert words in found
    assert "rude" not in found
    late = page.post(url("reply-case", asked.case), {"body": "It fits."}, follow=True)
    assert "Late answer" in shown(late)
