"""P12: the service speaks German or Chinese with sellers: letters, cases, questions and pages; what
an agent asks by a template needs no translation in between.
"""

import uuid

import pytest
from django.test import Client

from caselog.models import Question, QuestionTemplate
from csba.accounts.models import User
from inquiries.models import Inquiry
from inquiries.operations import seller_input
from sellers.models import Seller
from tests.conftest import Letters, Travel
from tests.factories.inquiries import InquiryFactory, MessageFactory
from tests.factories.sellers import OrderFactory
from tests.inquiries.desk.conftest import url

pytestmark = pytest.mark.django_db

ASKED = "stock-for-replacement"


def inquiry_of(seller: Seller) -> Inquiry:
    """Jonas, who writes German, asks about an order of this seller."""
    found: Inquiry = InquiryFactory(order=OrderFactory(seller=seller), topic="DAMAGED")
    MessageFactory(inquiry=found, body="Die Kanne kam zerbrochen an.")
    return found


@pytest.mark.parametrize("house", ["blume", "longmen"])
def test_one_template_is_read_by_everybody_in_their_own_language(
    house: str,
    request: pytest.FixtureRequest,
    agent: User,
    travel: Travel,
    letters: Letters,
) -> None:
    seller = request.getfixturevalue(house)
    person = seller.memberships.get().user
    template = QuestionTemplate.objects.get(code=ASKED)
    question = seller_input.ask_seller(inquiry_of(seller), by=agent, template=template)
    assert question is not None
    letter = letters.last(seller.default_email)
    assert (letter.language, person.language) == (seller.language, seller.language)
    browser = Client()
    browser.force_login(person)
    page = browser.get(f"/portal/cases/{question.case.number}/").content.decode()
    assert f'<html lang="{seller.language}"' in page
    for line in filter(None, template.bodies[seller.language].splitlines()):
        assert line.strip() in page
    for part in template.fields:
        assert part["label"][seller.language] in page


def test_a_chinese_answer_stands_on_the_desk_in_the_agents_language(
    longmen: Seller, agent: User, travel: Travel, client: Client
) -> None:
    template = QuestionTemplate.objects.get(code=ASKED)
    inquiry = inquiry_of(longmen)
    question = seller_input.ask_seller(inquiry, by=agent, template=template)
    assert question is not None
    wei = Client()
    wei.force_login(longmen.memberships.get().user)
    sent = {
        "client_id": str(uuid.uuid4()),
        "question": question.pk,
        "field-in_stock": "yes",
        "field-ship_on": "2026-11-10",
        "field-instead": "同款，带盖",
    }
    wei.post(f"/portal/cases/{question.case.number}/reply/", sent)
    question.refresh_from_db()
    assert question.status == Question.Status.ANSWERED
    agent.language = "de"
    agent.save(update_fields=["language"])
    client.force_login(agent)
    page = client.get(url("inquiry", inquiry.number)).content.decode()
    for part in template.fields:
        assert part["label"]["de"] in page
    for words in ("Ja", "10. November 2026", "同款，带盖"):
        assert words in page
