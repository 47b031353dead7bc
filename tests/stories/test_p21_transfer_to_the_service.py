"""P21: a seller transfers a buyer's message to the service; what is covered changes hands, what is
not stays with exactly the reason.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from csba.accounts.models import User
from inquiries.models import BuyerMessage, Inquiry
from inquiries.operations import conversation, intake
from sellers.models import Seller
from tests.conftest import Letters, Travel
from tests.factories.sellers import OrderFactory
from tests.inquiries.portal.conftest import read, signed_in

pytestmark = pytest.mark.django_db

JONAS = "jonas@buyers.test"


@pytest.fixture
def anna(blume: Seller, served: Callable[..., Any], travel: Travel) -> Client:
    """The owner's browser; the service is active."""
    served(blume)
    return signed_in(blume.memberships.get().user)


def invoice_wanted(seller: Seller) -> BuyerMessage:
    """Jonas asks for an invoice, which is the seller's to answer."""
    intake.receive(
        intake.Incoming(
            channel="EMAIL",
            body="Bitte schicken Sie mir eine Rechnung.",
            subject="Meine Bestellung",
            buyer_email=JONAS,
            buyer_name="Jonas Weber",
            order=OrderFactory(seller=seller),
            topic="INVOICE",
        )
    )
    return BuyerMessage.objects.get()


def moved(browser: Client, message: BuyerMessage) -> str:
    """What the seller reads after pressing «Transfer to CSBA»."""
    page = read(browser.get(f"/portal/messages/{message.number}/"))
    assert "Transfer to CSBA" in page
    browser.post(f"/portal/messages/{message.number}/transfer")
    return read(browser.get(f"/portal/messages/{message.number}/"))


def test_what_is_covered_is_answered_by_the_service_from_then_on(
    blume: Seller, anna: Client, agent: User, letters: Letters, travel: Travel
) -> None:
    message = invoice_wanted(blume)
    travel(hours=3)
    conversation.buyer_wrote(message.inquiry, body="Und die Kanne ist kaputt.", channel="EMAIL")
    broken = BuyerMessage.objects.latest("pk")
    said = moved(anna, broken)
    inquiry = Inquiry.objects.get()
    assert f"we answer the buyer under the number {inquiry.number}" in said
    assert list(Inquiry.objects.agents_turn(timezone.now())) == [inquiry]
    assert letters.to(blume.default_email)[-1] == "transferred"
    assert letters.to(JONAS)[-1] == "received"
    conversation.agent_replied(
        inquiry, body="Wir schicken Ihnen eine neue.", by=agent, seen_seq=inquiry.last_seq
    )
    assert "eine neue" in letters.last(JONAS).text


def test_what_is_not_covered_stays_and_the_seller_reads_exactly_why(
    blume: Seller, anna: Client, letters: Letters
) -> None:
    message = invoice_wanted(blume)
    before = len(letters())
    said = moved(anna, message)
    assert "Not transferred" in said
    assert "invoices are the seller" in said
    message.refresh_from_db()
    assert (message.status, len(letters())) == ("OPEN", before)
    assert not Inquiry.objects.agents_turn(timezone.now()).exists()
