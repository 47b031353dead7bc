"""Our judgment and «Try a case» in a real browser: the panel that comes later, one click that
decides, and an outcome that follows what is typed.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from csba.accounts.models import User
from inquiries.models import Decision, Inquiry
from returns.models import Refund
from sellers.models import Order
from tests.browser.windows import DESK, PHONE, Windows, fits, press
from tests.inquiries.judgement.conftest import at, lapsed, order_of, seller, writes

pytestmark = pytest.mark.e2e

__all__ = ["lapsed", "order_of", "seller", "writes"]


@pytest.fixture
def lost(
    committed: None, order_of: Callable[..., Order], lapsed: Callable[..., Inquiry]
) -> Inquiry:
    """A parcel past its grace and a seller who stayed silent."""
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    return lapsed("Wo ist mein Paket?", order, "11-06 10:00")


def test_an_agent_sees_why_and_decides_with_one_click(
    lost: Inquiry, agent: User, windows: Windows
) -> None:
    desk = windows.open(agent, size=DESK)
    desk.goto(f"/desk/inquiry/{lost.number}/")
    panel = desk.locator(".judgement-panel")
    expect(panel).to_contain_text("Refund in full: €18.90")
    panel.get_by_role("link", name="See why, and decide…").click()
    best = desk.get_by_role("form", name="Refund in full: €18.90")
    expect(best).to_contain_text("Recommended")
    best.get_by_role("button", name="Decide and do it").click()
    expect(desk).to_have_url(re.compile(f"/desk/inquiry/{lost.number}/$"))
    assert Decision.objects.get().decided_by == agent
    assert Refund.objects.count() == 1


def test_the_judgment_fits_a_phone(lost: Inquiry, agent: User, windows: Windows) -> None:
    phone = windows.open(agent, size=PHONE)
    phone.goto(f"/desk/inquiry/{lost.number}/judge/")
    assert fits(phone)
    for part in (".judgement-card", ".judgement-facts", ".outcome"):
        box = phone.locator(part).first.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= PHONE[0], part


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_is_typed_changes_the_outcome_and_mistakes_are_said(
    committed: None, agent: User, windows: Windows, size: tuple[int, int]
) -> None:
    windows.refusals.add(422)
    page = windows.open(agent, size=size)
    page.goto("/desk/try/")
    result = page.locator("#trial-result")
    expect(result).to_contain_text("€82.99")
    page.get_by_label("Paid for these pieces").fill("50")
    expect(result).to_contain_text("€53.99")
    page.get_by_label("Paid for these pieces").fill("fifty")
    expect(result.get_by_role("alert")).to_contain_text("Paid for these pieces")
    expect(page.get_by_label("Paid for these pieces")).to_have_value("fifty")
    page.get_by_label("Paid for these pieces").fill("60")
    expect(result).to_contain_text("€63.99")
    assert fits(page)


def test_without_scripts_the_form_is_sent_and_answered(
    agent: User, windows: Windows, asgi_server: Any
) -> None:
    page = windows.open(agent, size=DESK)
    state = page.context.storage_state()
    bare = windows.browser.new_context(
        base_url=asgi_server.url, java_script_enabled=False, storage_state=state
    )
    plain = bare.new_page()
    plain.goto("/desk/try/")
    plain.get_by_label("Paid for these pieces").fill("50")
    press(plain, "Work it out")
    expect(plain.locator("#trial-result")).to_contain_text("€53.99")
    bare.close()
