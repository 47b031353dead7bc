"""P24: product questions are answered from the product page; where the page is silent the seller is
asked, and finds the question among those the page should answer.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from csba.accounts.models import User
from inquiries.models import Inquiry, PageGap
from inquiries.operations import intake, seller_input
from sellers.feeds.facts import ProductFacts
from sellers.models import Order, Seller
from sellers.operations import products
from tests.conftest import Travel
from tests.factories.sellers import OrderFactory
from tests.inquiries.desk.conftest import url
from tests.inquiries.portal.conftest import read, signed_in

pytestmark = pytest.mark.django_db

QUESTION = "Ist die Teekanne für Induktion geeignet?"


@pytest.fixture
def order(blume: Seller, served: Callable[..., Any], travel: Travel) -> Order:
    served(blume)
    found: Order = OrderFactory(seller=blume)
    return found


def feed(order: Order, *bullets: str) -> None:
    """The seller's feed brings the page of the product, which says this."""
    page = ProductFacts(
        asin=order.lines.get().asin,
        marketplace_id=order.marketplace_id,
        line=1,
        title="Teekanne aus Glas",
        bullets=bullets,
    )
    products.take_in([page], source="products.json")


def asked(order: Order) -> Inquiry:
    return intake.receive(
        intake.Incoming(
            channel="EMAIL",
            body=QUESTION,
            buyer_email=order.buyer_email,
            buyer_name=order.buyer_name,
            order=order,
            topic="PRODUCT",
        )
    )


def test_what_the_page_says_stands_beside_the_inquiry(
    order: Order, agent: User, client: Client
) -> None:
    feed(order, "Mit Sieb", "Für Induktion geeignet")
    client.force_login(agent)
    shown = client.get(url("inquiry", asked(order).number)).content.decode()
    assert "Für Induktion geeignet" in shown.replace("<mark>", "").replace("</mark>", "")


def test_what_the_page_lacks_is_asked_counted_and_ticked_off(
    blume: Seller, order: Order, agent: User, travel: Travel
) -> None:
    feed(order, "Mit Sieb")
    inquiry = asked(order)
    seller_input.ask_seller(inquiry, body="Geht sie auf Induktion?", by=agent)
    gap = PageGap.objects.get()
    assert (gap.seller, gap.asin, gap.wording) == (blume, order.lines.get().asin, QUESTION)
    anna = signed_in(blume.memberships.get().user)
    page = anna.get("/portal/pages/")
    said = read(page)
    assert QUESTION in said
    assert "Jonas" not in said
    seen = page.content.decode().split('name="seen" value="')[1].split('"')[0]
    travel(minutes=5)
    anna.post(f"/portal/pages/{gap.marketplace_id}/{gap.asin}/updated", {"seen": seen})
    assert QUESTION not in read(anna.get("/portal/pages/"))
    assert not PageGap.objects.open().exists()
