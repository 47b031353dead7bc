"""What comes in shows by itself on the pages that are open, and nobody's words are lost by it."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from csba.accounts.models import User
from inquiries.models import Inquiry
from sellers.models import Seller
from tests.browser.post import Post
from tests.browser.windows import DESK, Windows, press
from tests.conftest import Travel
from tests.factories.sellers import OrderFactory
from tests.mail.posting import JONAS, SERVICE, Postman, mail

pytestmark = pytest.mark.e2e

AT_ONCE = 5_000
"""Milliseconds. A page that hears no events looks every fifteen seconds only."""

HALF = "Guten Tag Herr Weber, Ihr Paket ist seit"


@pytest.fixture
def inquiry(travel: Travel, longmen: Seller, served: Any, real_postman: Postman) -> Inquiry:
    """Jonas has asked where his parcel is."""
    served(longmen)
    order = OrderFactory(seller=longmen)
    real_postman.delivers_new(f"Wo bleibt mein Paket? Bestellung {order.number}")
    return Inquiry.objects.get()


@pytest.fixture
def desk(inquiry: Inquiry, agent: User, windows: Windows) -> Page:
    """Ines has the inquiry open, and her page hears events."""
    page = windows.open(agent, size=DESK)
    return listening(page, inquiry)


def listening(page: Page, inquiry: Inquiry) -> Page:
    """The page of the inquiry, once its event stream is open."""
    page.goto(f"/desk/inquiry/{inquiry.number}/")
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    return page


def until(page: Page, holds: Callable[[], bool]) -> None:
    """The browser goes on living until this holds; ten seconds at most."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < 10
        page.evaluate("new Promise(requestAnimationFrame)")


def writes_again(real_postman: Postman, post: Post, body: str) -> None:
    """Jonas replies to the newest letter he has."""
    letter = post.last(JONAS)
    real_postman.delivers(
        mail(
            body,
            subject=f"Re: {letter.subject}",
            to=letter.message["Reply-To"] or SERVICE,
            In_Reply_To=letter.message["Message-ID"],
        ),
        to=letter.message["Reply-To"] or SERVICE,
    )


def test_a_new_message_appears_beside_a_half_written_answer(
    desk: Page, windows: Windows, real_postman: Postman, post: Post
) -> None:
    answer = desk.get_by_role("textbox", name="Buyer")
    answer.fill(HALF)
    answer.evaluate("box => box.setSelectionRange(5, 5)")
    windows.wait(minutes=3)
    writes_again(real_postman, post, "Hat sich erledigt, es ist da.")

    conversation = desk.get_by_role("region", name="Conversation")
    expect(conversation).to_contain_text("Hat sich erledigt, es ist da.", timeout=AT_ONCE)
    expect(conversation).to_contain_text("Something new has come in.")
    expect(answer).to_have_value(HALF)
    expect(answer).to_be_focused()
    assert answer.evaluate("box => box.selectionStart") == 5


def test_what_comes_in_while_the_page_is_still_loading_is_not_lost(
    inquiry: Inquiry, agent: User, windows: Windows, real_postman: Postman, post: Post
) -> None:
    page = windows.open(agent, size=DESK)
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    held: list[Route] = []
    page.route("**/desk/live/?*", lambda route: held.append(route), times=1)
    page.goto(f"/desk/inquiry/{inquiry.number}/")
    until(page, lambda: len(held) == 1)
    # The page is drawn, its stream is not open yet.
    writes_again(real_postman, post, "Hat sich erledigt, es ist da.")
    held[0].continue_()
    expect(page.get_by_role("region", name="Conversation")).to_contain_text(
        "Hat sich erledigt", timeout=AT_ONCE
    )


def test_what_comes_in_while_the_page_fetches_something_else_is_not_lost(
    desk: Page, inquiry: Inquiry, real_postman: Postman, post: Post
) -> None:
    held: list[Route] = []
    desk.route("**/thread/*", lambda route: held.append(route), times=1)
    desk.evaluate(
        """event => {
            window.heard = 0;
            document.body.addEventListener(event, () => { window.heard += 1; });
        }""",
        f"live:inquiry-{inquiry.number}",
    )
    writes_again(real_postman, post, "Erstens: wo ist es?")
    until(desk, lambda: len(held) == 1)
    # This answer knows of the first message only, and is on its way when the second comes in.
    answer = held[0].fetch()
    writes_again(real_postman, post, "Zweitens: ich bin verreist.")
    until(desk, lambda: desk.evaluate("window.heard") >= 2)
    held[0].fulfill(response=answer)
    conversation = desk.get_by_role("region", name="Conversation")
    expect(conversation).to_contain_text("Zweitens: ich bin verreist.", timeout=AT_ONCE)


def test_an_answer_to_what_was_not_seen_is_held_back_and_kept(
    desk: Page, windows: Windows, real_postman: Postman, post: Post
) -> None:
    windows.refusals.add(409)
    answer = desk.get_by_role("textbox", name="Buyer")
    answer.fill(HALF)
    windows.wait(minutes=3)
    writes_again(real_postman, post, "Hat sich erledigt, es ist da.")
    press(desk, "Send to buyer")
    expect(desk.get_by_role("alert")).to_be_visible()
    expect(answer).to_have_value(HALF)
    expect(desk.get_by_role("listitem").filter(has_text="Hat sich erledigt")).to_contain_text("New")
    assert len(post.to(JONAS)) == 1

    answer.fill("Das freut uns.")
    press(desk, "Send to buyer")
    expect(desk.get_by_role("status")).to_contain_text("Sent to the buyer.")
    assert "Das freut uns." in post.last(JONAS).text


def test_the_queue_shows_a_new_inquiry_by_itself(
    inquiry: Inquiry, agent: User, windows: Windows, real_postman: Postman
) -> None:
    page = windows.open(agent, size=DESK)
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    order = OrderFactory(seller=inquiry.seller, buyer_email="lena@buyers.test")
    real_postman.delivers_new(
        f"Die Kanne kam zerbrochen an. {order.number}", sender="lena@buyers.test"
    )
    page.mouse.move(0, 0)
    expect(page.get_by_role("main")).to_contain_text(
        "Die Kanne kam zerbrochen an.", timeout=AT_ONCE
    )


def test_eight_tabs_of_one_browser_share_one_stream_and_all_hear(
    desk: Page, inquiry: Inquiry, windows: Windows, real_postman: Postman, post: Post
) -> None:
    streams: list[str] = []

    def note(request: Request) -> None:
        if "/live?ticket=" in request.url:
            streams.append(request.url)

    desk.context.on("request", note)
    # A browser keeps six connections to one host: with a stream each, the seventh tab would hang.
    tabs = [desk, *(listening(desk.context.new_page(), inquiry) for _tab in range(7))]
    assert streams == []
    windows.wait(minutes=3)
    writes_again(real_postman, post, "Hat sich erledigt, es ist da.")
    for tab in tabs:
        expect(tab.get_by_role("region", name="Conversation")).to_contain_text("Hat sich erledigt")

    desk.close()
    heir = tabs[1]
    expect(heir.locator("#live")).to_have_attribute("data-state", "on")
    windows.wait(minutes=3)
    writes_again(real_postman, post, "Vielen Dank nochmals!")
    for tab in tabs[1:]:
        expect(tab.get_by_role("region", name="Conversation")).to_contain_text("Vielen Dank")
    assert len(streams) == 1
