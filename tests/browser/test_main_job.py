"""The main job from end to end, with nothing left out but the wires: a buyer's mail comes in over
SMTP, an agent asks the seller in Shenzhen, the seller answers or stays silent, the buyer reads.
"""

import re
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from caselog import tasks as caselog_tasks
from caselog.models import Case, Entry
from caselog.operations import questions
from csba.accounts.models import User
from inquiries.models import Decision, Inquiry
from sellers.models import Seller
from tests.browser.post import Post
from tests.browser.windows import DESK, PHONE, Windows, fits, known, press, sign_in, words
from tests.conftest import Travel
from tests.factories.sellers import OrderFactory
from tests.mail.posting import JONAS, Postman

pytestmark = pytest.mark.e2e

ORDER = "302-4711081-5150001"
SELLER = "service@longmen.test"
MAIL_ID = "<dichtung@mail.buyers.test>"


@pytest.fixture
def wei(travel: Travel, longmen: Seller, served: Any) -> User:
    """Longmen's owner; the service runs for Longmen, and Jonas has ordered there."""
    served(longmen)
    OrderFactory(seller=longmen, number=ORDER)
    return known(longmen.memberships.get().user)


@pytest.fixture
def asked(wei: User, agent: User, real_postman: Postman, windows: Windows, post: Post) -> Page:
    """Jonas has written, Ines has found him on the queue, read whose inquiry it is, and asked."""
    real_postman.delivers_new(
        f"Guten Tag,\n\nwelche Ersatzteilnummer hat die Dichtung der Kanne?\nBestellung {ORDER}\n",
        subject="Dichtung der Teekanne",
        message_id=MAIL_ID,
    )
    assert post.last(JONAS).language == "de"

    windows.wait(minutes=20)
    desk = windows.open(agent, size=DESK)
    expect(desk).to_have_url(re.compile("/desk/queue/"))
    desk.get_by_role("link", name="Jonas Weber").click()
    conversation = desk.get_by_role("region", name="Conversation")
    expect(conversation).to_contain_text("welche Ersatzteilnummer hat die Dichtung der Kanne?")
    expect(conversation).to_contain_text(
        "Covered: shipped by the seller, ordered 2 November 2026, "
        "service active since 1 August 2026, 08:00."
    )
    write(desk, "Ask the seller", "Which part number has the seal of the glass teapot?")
    press(desk, "Ask seller")
    expect(conversation).to_contain_text("left for the seller")
    return desk


def write(desk: Page, lane: str, body: str) -> None:
    """The words stand in the composer, in the lane that is called so."""
    desk.get_by_role("radiogroup").locator("label", has_text=lane).click()
    desk.get_by_role("textbox", name=re.compile(f"^{lane}:")).fill(body)


def test_a_buyers_question_is_answered_with_the_sellers_help(
    asked: Page, wei: User, windows: Windows, post: Post
) -> None:
    # The seller, seven hours ahead, gets a letter without a word of the buyer's, and follows it.
    letter = post.last(SELLER)
    assert letter.language == "zh-hans"
    assert "2026年11月5日 17:20 (Asia/Shanghai, UTC+08:00)" in letter.text
    assert "Jonas" not in letter.text
    assert "Ersatzteil" not in letter.text

    windows.wait(hours=15)
    phone = windows.open(language="zh-hans", size=PHONE)
    phone.goto(letter.link)
    sign_in(phone, wei.email)
    expect(phone.get_by_role("main")).to_contain_text("Which part number has the seal")
    assert fits(phone)
    phone.get_by_role("textbox").fill("密封圈的零件号是 4711，可单独订购。")
    press(phone, words("zh-hans", "Send to customer service"))
    expect(phone.get_by_role("article").last).to_contain_text("密封圈的零件号是 4711")
    assert fits(phone)

    # It stands on the agent's page without a reload.
    conversation = asked.get_by_role("region", name="Conversation")
    expect(conversation).to_contain_text("密封圈的零件号是 4711，可单独订购。")

    expect(asked.get_by_text("Something new has come in.")).to_be_visible()

    # Sent without having read it, it comes back with the words kept; the second press sends.
    windows.wait(minutes=5)
    windows.refusals.add(409)
    write(asked, "Buyer", "Die Dichtung hat die Nummer 4711 und ist einzeln erhältlich.")
    press(asked, "Send and resolve")
    expect(asked.get_by_role("alert")).to_contain_text("The seller has answered")
    expect(asked.locator(".said.new")).to_contain_text("密封圈的零件号是 4711")
    press(asked, "Send and resolve")
    expect(conversation).to_contain_text("Resolved")

    reply = post.last(JONAS)
    assert "Die Dichtung hat die Nummer 4711 und ist einzeln erhältlich." in reply.text
    assert reply.message["In-Reply-To"] == MAIL_ID
    assert reply.message["Reply-To"].endswith(f"@{settings.CSBA_REPLY_DOMAIN}")
    inquiry = Inquiry.objects.get()
    assert (inquiry.status, inquiry.outcome) == ("RESOLVED", "ANSWERED")


def test_an_answer_read_on_the_open_page_does_not_stop_the_reply(asked: Page) -> None:
    questions.reply(Case.objects.get(), body="零件号 4711", by=None, via=Entry.Via.MAIL)
    news = asked.get_by_text("Something new has come in.")
    expect(news).to_be_visible()
    press(asked, "I have seen it")
    expect(news).to_be_hidden()
    write(asked, "Buyer", "Die Dichtung hat die Nummer 4711.")
    press(asked, "Send to buyer")
    expect(asked.get_by_role("status")).to_contain_text("Sent to the buyer.")


def test_a_seller_who_stays_silent_leaves_the_decision_to_the_agent(
    asked: Page, windows: Windows, post: Post
) -> None:
    conversation = asked.get_by_role("region", name="Conversation")
    decide = asked.get_by_role("link", name="Decide…")
    expect(decide).to_have_count(0)

    for hours in (12, 10):
        windows.wait(hours=hours)
        caselog_tasks.remind_sellers()
    windows.wait(hours=1, minutes=59)
    caselog_tasks.lapse_overdue_questions()
    asked.reload()
    expect(asked.locator("#live")).to_have_attribute("data-state", "on")
    expect(conversation).to_contain_text("left for the seller")
    expect(decide).to_have_count(0)

    windows.wait(minutes=1)
    caselog_tasks.lapse_overdue_questions()
    # To the minute, and by itself on the page that has been open all the time.
    expect(conversation).to_contain_text("Not answered in time: we may decide")
    assert len(post.to(SELLER)) == 4

    decide.click()
    dialog = asked.get_by_role("dialog")
    expect(dialog).to_contain_text("judgment")
    dialog.get_by_label("Outcome").select_option("ANSWERED")
    dialog.get_by_label("Why, for our record").fill("The maker's page lists the seal as 4711.")
    dialog.get_by_label("What the buyer is told").fill("Die Dichtung hat die Nummer 4711.")
    dialog.get_by_role("button", name="Decide").click()
    expect(conversation).to_contain_text("The maker's page lists the seal as 4711.")
    expect(conversation).to_contain_text("Resolved")

    assert "Die Dichtung hat die Nummer 4711." in post.last(JONAS).text
    assert "4711" not in post.last(SELLER).text
    decision = Decision.objects.get()
    assert (decision.basis, decision.facts["question_status"]) == ("JUDGEMENT", "LAPSED")
