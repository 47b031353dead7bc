"""One buyer's message and one gap of a product page, and the addresses of their pages."""

from typing import Any

from django.utils import timezone

from inquiries.models import BuyerMessage, PageGap
from inquiries.operations import intake
from sellers.models import Seller
from tests.factories.sellers import OrderFactory


def made(seller: Seller) -> dict[str, list[Any]]:
    """Arguments of the addresses, by the name of the page."""
    order = OrderFactory(seller=seller)
    inquiry = intake.receive(
        intake.Incoming(
            channel="PAGE",
            body="Bitte eine Rechnung.",
            buyer_email=order.buyer_email,
            order=order,
            topic="INVOICE",
        )
    )
    message = [BuyerMessage.objects.get(inquiry=inquiry).number]
    line = order.lines.get()
    PageGap.objects.create(
        seller=seller,
        marketplace_id=order.marketplace_id,
        asin=line.asin,
        title=line.title,
        inquiry=inquiry,
        wording="Ist der Deckel dabei?",
        language="de",
        asked_at=timezone.now(),
    )
    return {
        "message": message,
        "answer-message": message,
        "no-response": message,
        "transfer-message": message,
        "close-gaps": [order.marketplace_id, line.asin],
    }
