"""axe finds nothing serious on any page: one half of them in German light and wide, the other in
Chinese dark and narrow; no page is wider than its window, with its long German words.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from caselog.models import Question
from csba.accounts.models import User
from inquiries.models import BuyerMessage, Inquiry
from inquiries.operations import conversation, intake, seller_input
from sellers.models import Seller, Terms
from sellers.operations import invitations
from tests.browser.findings import Findings
from tests.browser.windows import DESK, LAPTOP, PHONE, Windows
from tests.factories.caselog import QuestionFactory
from tests.factories.sellers import MembershipFactory, OrderFactory, ParcelFactory, ProductFactory

pytestmark = pytest.mark.e2e

LOOK: dict[str, dict[str, Any]] = {
    "de": {"only": "light", "first": 0},
    "zh-hans": {"only": "dark", "first": 1, "all_widths": False},
}
in_every_language = pytest.mark.parametrize("language", LOOK)


@dataclass
class Marketplace:
    """A little of everything that the pages show."""

    seller: Seller
    invited: Seller
    owner: User
    agent: User
    inquiry: Inquiry
    question: Question
    message: BuyerMessage


def reads(user: User, language: str) -> User:
    """The same person, who reads this language."""
    user.language = language
    user.save(update_fields=["language"])
    return user


@pytest.fixture
def marketplace(
    windows: Windows,
    longmen: Seller,
    blume: Seller,
    served: Any,
    agent: User,
    policy_admin: User,
) -> Marketplace:
    """One seller with everything, another who may opt in; one person owns both."""
    served(longmen)
    owner = longmen.memberships.get().user
    MembershipFactory(seller=blume, user=owner)
    invitations.invite(blume, email="service@blume.test", by=policy_admin)
    order = OrderFactory(seller=longmen)
    line = order.lines.get()
    ProductFactory(asin=line.asin)
    ParcelFactory(order=order)

    def received(body: str, **fields: Any) -> Inquiry:
        known = {"channel": "EMAIL", "buyer_email": order.buyer_email, "buyer_name": "Jonas Weber"}
        return intake.receive(intake.Incoming(body=body, order=order, **(known | fields)))

    inquiry = received("Ist die Kanne spülmaschinenfest?", topic="PRODUCT", subject="Teekanne")
    received("Das Ladegerät raucht!", topic="DEFECTIVE", signal="SAFETY")
    received("Ich brauche eine Rechnung.", topic="INVOICE")
    windows.wait(minutes=10)
    question = seller_input.ask_seller(inquiry, body="Is the handle glued?", by=agent)
    conversation.add_note(inquiry, body="Jonas ordered twice.", by=agent)
    conversation.buyer_wrote(inquiry, body="Noch etwas: passt der Deckel?", channel="EMAIL")
    for status in ("ANSWERED", "LAPSED"):
        QuestionFactory(case__seller=longmen, status=status)
    windows.wait(hours=23)
    return Marketplace(
        seller=longmen,
        invited=blume,
        owner=owner,
        agent=agent,
        inquiry=inquiry,
        question=question,
        message=BuyerMessage.objects.get(),
    )


@in_every_language
def test_everybody_can_read_and_use_the_public_pages(windows: Windows, language: str) -> None:
    windows.refusals.add(422)
    page = windows.open(language=language, size=DESK)
    findings = Findings(page, narrow=PHONE, **LOOK[language])
    findings.look("/accounts/login/")
    findings.look("/accounts/password/reset/")
    findings.look("/portal/interest/")
    findings.look("/help/")
    page.get_by_role("main").get_by_role("button").last.click()
    page.get_by_role("alert").wait_for()
    findings.look()
    assert not findings.found, "\n".join(findings.found)


@in_every_language
def test_everybody_can_read_and_use_the_portal(
    windows: Windows, marketplace: Marketplace, language: str
) -> None:
    page = windows.open(reads(marketplace.owner, language), size=DESK)
    findings = Findings(page, narrow=PHONE, **LOOK[language])
    findings.look("/portal/switch/")
    choose(page, marketplace.seller)
    for path in (
        "/portal/",
        "/portal/account/",
        "/portal/services/",
        "/portal/services/csba/opt-out/",
        "/portal/services/csba/terms/",
        "/portal/cases/",
        f"/portal/cases/{marketplace.question.case.number}/",
        "/portal/messages/",
        f"/portal/messages/{marketplace.message.number}/",
        "/portal/people/",
        "/portal/preferences/",
        "/portal/contact/",
        "/portal/pages/",
        f"/portal/services/csba/terms/{Terms.objects.earliest('pk').pk}/",
        "/accounts/profile/",
        "/accounts/2fa/",
        "/accounts/sessions/",
    ):
        findings.look(path)
    page.goto("/portal/switch/")
    choose(page, marketplace.invited)
    findings.look("/portal/services/")
    findings.look("/portal/services/csba/opt-in/")
    assert not findings.found, "\n".join(findings.found)


@in_every_language
def test_everybody_can_read_and_use_the_desk(
    windows: Windows, marketplace: Marketplace, language: str
) -> None:
    page = windows.open(reads(marketplace.agent, language), size=DESK)
    # Agents sit at a desk: a laptop is the narrowest they have.
    findings = Findings(page, narrow=LAPTOP, **LOOK[language])
    of_inquiry = f"/desk/inquiry/{marketplace.inquiry.number}/"
    for path in (
        "/desk/queue/",
        "/desk/queue/resolved/",
        of_inquiry,
        f"{of_inquiry}withdraw/",
        "/desk/cases/",
        "/desk/records/",
        "/desk/inquiries/inquiry/",
        f"{of_inquiry}ask/template/?template=spare-part",
    ):
        findings.look(path)
    assert not findings.found, "\n".join(findings.found)


@in_every_language
def test_everybody_can_read_and_use_the_policy_admins_pages(
    windows: Windows, marketplace: Marketplace, policy_admin: User, language: str
) -> None:
    page = windows.open(reads(policy_admin, language), size=DESK)
    findings = Findings(page, narrow=LAPTOP, **LOOK[language])
    for path in (
        "/desk/invitations/",
        "/desk/invitations/new/",
        "/desk/invitations/list/",
        "/desk/waiting-list/",
        "/desk/standing/",
        "/desk/activation/",
        "/desk/terms/",
        "/desk/terms/new/",
        f"/desk/terms/{Terms.objects.earliest('pk').pk}/",
        "/desk/templates/",
        "/desk/templates/spare-part/",
        "/desk/templates/repair-or-replace/edit/",
    ):
        findings.look(path)
    assert not findings.found, "\n".join(findings.found)


def choose(page: Page, seller: Seller) -> None:
    """From now on the person acts for this seller."""
    page.get_by_role("main").get_by_role("button", name=seller.name).click()
    page.wait_for_url("**/portal/")
