"""P12 and P23 on a phone: a seller in Shenzhen fills in what an agent asked by a template, saves it
for later, comes back and sends; the agent reads it in German.
"""

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from caselog.models import Draft, Question, QuestionTemplate
from csba.accounts.models import User
from inquiries.models import Inquiry
from inquiries.operations import intake
from tests.browser.windows import DESK, PHONE, Windows, fits, press, words
from tests.factories.sellers import OrderFactory
from tests.returns.money.asking import PNG

pytestmark = pytest.mark.e2e

CHINESE = "zh-hans"
PHOTO: FilePayload = {"name": "货架.png", "mimeType": "image/png", "buffer": PNG}


@pytest.fixture
def inquiry(windows: Windows, longmen: Any, served: Any, agent: User, settings: Any) -> Inquiry:
    """Jonas has a teapot in pieces; the agent reads German."""
    served(longmen)
    agent.language = "de"
    agent.save(update_fields=["language"])
    order = OrderFactory(seller=longmen)
    return intake.receive(
        intake.Incoming(
            body="Die Kanne kam in Scherben an.",
            channel="EMAIL",
            topic="DAMAGED",
            order=order,
            buyer_email=order.buyer_email,
            buyer_name="Jonas Weber",
        )
    )


@pytest.fixture
def desk(windows: Windows, agent: User, inquiry: Inquiry) -> Page:
    return windows.open(agent, size=DESK)


def said(text: str, context: str | None = None) -> str:
    """What a Chinese page says for it."""
    return words(CHINESE, text, context)


def test_an_agent_asks_by_a_template_and_a_seller_answers_by_phone_in_chinese(
    windows: Windows,
    desk: Page,
    inquiry: Inquiry,
    longmen: Any,
    settings: Any,
    tmp_path: Any,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    template = QuestionTemplate.objects.get(code="stock-for-replacement")
    desk.goto(f"/desk/inquiry/{inquiry.number}/")
    desk.locator("label.lane-seller").click()
    press(desk, words("de", "Ask by a template…"))
    desk.get_by_role("link", name=template.names["de"]).click()
    expect(desk.get_by_role("main")).to_contain_text(template.bodies[CHINESE])
    press(desk, words("de", "Ask seller"))
    desk.wait_for_url(f"**/desk/inquiry/{inquiry.number}/")
    expect(desk.get_by_role("main")).to_contain_text(template.bodies["de"])

    windows.wait(hours=2)
    wei = longmen.memberships.get().user
    assert wei.language == CHINESE
    phone = windows.open(wei, size=PHONE)
    phone.goto("/portal/cases/")
    question = Question.objects.select_related("case").get()
    phone.get_by_role("link", name=question.case.number).first.click()
    expect(phone.get_by_role("main")).to_contain_text(template.bodies[CHINESE])
    assert fits(phone)
    phone.get_by_label(said("Yes", "answer"), exact=True).check()
    phone.locator("input[type=file][name=files]").set_input_files([PHOTO])
    press(phone, said("Save for later"))
    expect(phone.get_by_role("status")).to_contain_text(
        said("Saved for later. It is not sent yet: the time to answer runs on.")
    )
    assert Question.objects.get().status == "OPEN"

    windows.wait(hours=1)
    phone.goto(f"/portal/cases/{question.case.number}/")
    expect(phone.get_by_label(said("Yes", "answer"), exact=True)).to_be_checked()
    expect(phone.get_by_role("link", name="货架.png")).to_be_visible()
    press(phone, said("Send to customer service"))
    expect(phone.locator(".answers-given")).to_contain_text(said("Yes", "answer"))
    assert fits(phone)
    assert Question.objects.get().status == "ANSWERED"
    assert not Draft.objects.exists()

    desk.reload()
    answer = desk.locator(".said.seller")
    expect(answer).to_contain_text(words("de", "Yes", "answer"))
    expect(answer.get_by_role("link", name="货架.png")).to_be_visible()
