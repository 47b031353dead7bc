"""Anna of Blume in her browser, and buyers who write to her."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from inquiries.models import BuyerMessage, Inquiry
from inquiries.operations import intake
from sellers.models import Order, Seller
from tests.conftest import Travel
from tests.factories.sellers import OrderFactory


def signed_in(person: Any) -> Client:
    """A browser in which this person is signed in, reading English."""
    person.language = "en"
    person.save(update_fields=["language"])
    browser = Client()
    browser.force_login(person)
    return browser


def read(answer: Any) -> str:
    """The words of the page's main part."""
    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


@pytest.fixture
def anna(blume: Seller, travel: Travel) -> Client:
    """The owner's browser."""
    return signed_in(blume.memberships.get(role="OWNER").user)


@pytest.fixture
def order(blume: Seller, travel: Travel) -> Order:
    """An order of Jonas's with Blume."""
    found: Order = OrderFactory(seller=blume)
    return found


@pytest.fixture
def writes(order: Order) -> Callable[..., Inquiry]:
    """Call to have Jonas write about `order`; fields of Incoming may be given."""

    def write(body: str = "Bitte schicken Sie mir eine Rechnung.", **fields: Any) -> Inquiry:
        known: dict[str, Any] = {
            "channel": "EMAIL",
            "body": body,
            "subject": "Meine Bestellung",
            "buyer_email": "jonas@buyers.test",
            "buyer_name": "Jonas Weber",
            "order": order,
            "topic": "INVOICE",
            "topic_words": "Rechnung",
        }
        return intake.receive(intake.Incoming(**(known | fields)))

    return write


@pytest.fixture
def message(writes: Callable[..., Inquiry]) -> BuyerMessage:
    """Jonas asks for an invoice, which is Blume's to answer."""
    return BuyerMessage.objects.get(inquiry=writes())
