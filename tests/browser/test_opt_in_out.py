"""P16, P18 and P19 as a seller sees them: opting in, becoming active, opting out, coming back."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from inquiries.operations import intake, seller_input
from sellers import tasks
from sellers.models import Enrolment
from sellers.operations import invitations
from tests.browser.post import Post
from tests.browser.windows import PHONE, Windows, press, sign_in
from tests.factories.sellers import OrderFactory, SellerFactory

pytestmark = pytest.mark.e2e


@pytest.fixture
def anna(blume: Any, policy_admin: Any) -> Any:
    """The owner of Blume, which is invited; she reads English here."""
    user = blume.memberships.get().user
    user.language = "en"
    user.save(update_fields=["language"])
    invitations.invite(blume, email=user.email, by=policy_admin)
    return user


def service(page: Page) -> Any:
    """The card of the service under Your Services."""
    return page.get_by_role("article")


def opt_in(page: Page) -> None:
    """From Your Services to the click on Opt-in Now."""
    press(page, "Ready to Opt-in")
    page.get_by_role("checkbox").check()
    press(page, "Opt-in Now")


def test_a_seller_opts_in_opts_out_while_an_old_order_is_served_and_comes_back(
    windows: Windows, anna: Any, blume: Any, agent: Any
) -> None:
    page = windows.open(anna, size=PHONE)
    page.get_by_role("navigation").get_by_role("link", name="Account Info").click()
    press(page, "Manage")
    opt_in(page)
    expect(page.get_by_role("status")).to_contain_text("You have opted in")
    expect(service(page)).to_contain_text("Activating")

    windows.wait(minutes=1)
    tasks.activate_due_enrolments()
    page.reload()
    expect(service(page)).to_contain_text("Active since")

    windows.wait(days=2)
    old = OrderFactory(seller=blume)
    windows.wait(days=1)
    press(page, "Opt-out of CSBA")
    expect(page.get_by_role("main")).to_contain_text("Existing orders stay with the service")
    press(page, "Opt-out now")
    expect(service(page)).to_contain_text("Opted out")

    windows.wait(days=1)
    # Jonas asks about the order from before: it is still the service's, and the seller reads so.
    inquiry = intake.receive(
        intake.Incoming(
            body="Wo bleibt sie?", channel="EMAIL", order=old, buyer_email=old.buyer_email
        )
    )
    assert inquiry.status == "OPEN"
    question = seller_input.ask_seller(inquiry, body="Ist sie unterwegs?", by=agent)
    page.goto("/portal/cases/")
    expect(page.get_by_role("main")).to_contain_text(str(question.case.number))
    page.goto("/portal/services/")
    opt_in(page)
    tasks.activate_due_enrolments()
    page.reload()
    expect(service(page)).to_contain_text("Active since")
    expect(page.get_by_role("heading", name="Earlier times")).to_be_visible()
    assert [stint.status for stint in Enrolment.objects.order_by("id")] == ["ENDED", "ACTIVE"]


def test_who_is_invited_by_letter_makes_an_account_opts_in_and_is_active(
    windows: Windows, post: Post, policy_admin: Any
) -> None:
    nord = SellerFactory(name="Werkstatt Nord GmbH", language="en")
    invitations.invite(nord, email="lena@werkstatt.test", by=policy_admin)
    page = windows.open()
    page.goto(post.last("lena@werkstatt.test").link)
    expect(page.get_by_role("main")).to_contain_text("Werkstatt Nord GmbH")
    press(page, "Create an account")
    page.locator("#id_email").fill("lena@werkstatt.test")
    page.locator("#id_password1").fill("sieben-nasse-Schrauben")
    page.locator("#id_password2").fill("sieben-nasse-Schrauben")
    page.locator("#id_password2").press("Enter")
    page.wait_for_url("**/confirm-email/")
    letter = post.last("lena@werkstatt.test")
    assert (letter.subject, letter.language) == ("Please confirm your e-mail address", "en")
    page.goto(letter.link)
    press(page, "Confirm")
    sign_in(page, "lena@werkstatt.test", "sieben-nasse-Schrauben")
    # The invitation has not been forgotten on the way, nor the language.
    press(page, "Accept the invitation")
    expect(page.get_by_role("status")).to_contain_text("You now act for Werkstatt Nord GmbH")
    opt_in(page)
    windows.wait(minutes=1)
    tasks.activate_due_enrolments()
    # The page asks by itself and needs no reload.
    expect(service(page)).to_contain_text("Active since", timeout=15_000)
    told = {letter.subject for letter in post.to(nord.default_email)}
    assert "Customer Service by Amazon is active" in told


def test_without_the_tick_nobody_opts_in(windows: Windows, anna: Any) -> None:
    page = windows.open(anna)
    page.goto("/portal/services/")
    press(page, "Ready to Opt-in")
    press(page, "Opt-in Now")
    # Chromium itself keeps the form, and says which box it wants.
    assert page.get_by_role("checkbox").evaluate("box => box.matches(':invalid')")
    assert page.url.endswith("/opt-in/")
    assert not Enrolment.objects.exists()


def test_who_may_not_opt_in_reads_every_reason_and_finds_no_button(
    windows: Windows, anna: Any, blume: Any
) -> None:
    blume.standing = "AT_RISK"
    blume.professional = False
    blume.save(update_fields=["standing", "professional"])
    page = windows.open(anna)
    page.goto("/portal/services/csba/opt-in/")
    reasons = page.get_by_role("region", name="Requirements").get_by_role("listitem")
    expect(reasons.filter(has_text="needs a professional selling plan")).to_be_visible()
    expect(reasons.filter(has_text="not in good standing")).to_be_visible()
    expect(page.get_by_role("button", name="Opt-in Now")).to_have_count(0)
