"""A buyer who writes, a seller who stays silent, and the clock that carries money."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from caselog.operations import questions
from csba.accounts.models import User
from inquiries.models import Inquiry
from inquiries.operations import seller_input
from returns.operations import payouts
from sellers.models import Order, Parcel, Seller
from tests.conftest import Travel
from tests.factories.sellers import OrderFactory, OrderLineFactory, ParcelFactory

BERLIN = ZoneInfo("Europe/Berlin")
JONAS = "jonas@buyers.test"


def at(moment: str) -> datetime:
    """A moment in Berlin, as "11-06 17:30" of 2026 or "2027-01-05 10:00"."""
    text = moment if moment.startswith("20") else f"2026-{moment}"
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.fixture
def seller(blume: Seller, served: Callable[..., Any], travel: Travel) -> Seller:
    """In Berlin, served since 1 August 2026."""
    served(blume)
    return blume


@pytest.fixture
def order_of(seller: Seller) -> Callable[..., Order]:
    """Call with the day of the order and, if it came, of the delivery."""

    def make(placed: str, delivered: str = "", **fields: Any) -> Order:
        line = fields.pop("line", {})
        signed = fields.pop("signed", False)
        parcel = fields.pop("parcel", {})
        order: Order = OrderFactory(seller=seller, placed_at=at(placed), line=None, **fields)
        OrderLineFactory(order=order, **line)
        if delivered or parcel:
            ParcelFactory(
                order=order,
                shipped_at=order.placed_at + timedelta(days=1),
                delivered_at=at(delivered) if delivered else None,
                status=Parcel.Status.DELIVERED if delivered else Parcel.Status.IN_TRANSIT,
                signature=signed,
                **parcel,
            )
        return order

    return make


@pytest.fixture
def writes(travel: Travel) -> Callable[..., Inquiry]:
    """Call with words, order and moment: the buyer of the order has written on the contact
    page.
    """

    def write(words: str, order: Order, moment: str) -> Inquiry:
        travel.to(at(moment))
        typed = {
            "email": order.buyer_email,
            "order_number": order.number,
            "body": words,
            "client_id": str(uuid.uuid4()),
        }
        answer = Client(headers={"accept-language": "de"}).post("/help/", typed)
        assert answer.status_code == 302, answer.content.decode()
        return Inquiry.objects.latest("id")

    return write


@pytest.fixture
def lapsed(writes: Callable[..., Inquiry], agent: User, travel: Travel) -> Callable[..., Inquiry]:
    """Call as `writes`: the seller was asked at once and let the 24 hours pass."""

    def write(words: str, order: Order, moment: str) -> Inquiry:
        inquiry = writes(words, order, moment)
        seller_input.ask_seller(inquiry, body="Was schlagen Sie vor?", by=agent)
        travel(hours=24)
        assert questions.lapse_overdue(timezone.now())
        return Inquiry.objects.get(pk=inquiry.pk)

    return write


def paid_out() -> None:
    """The hold is over and the payment service has answered."""
    later = timezone.now() + timedelta(hours=3)
    payouts.release_due(later)
    payouts.send_due(later)
