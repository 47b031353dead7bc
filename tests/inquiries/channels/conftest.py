"""A covered order of Jonas's, and the inquiry that his first mail about it makes."""

from typing import Any

import pytest

from inquiries.models import Inquiry
from sellers.models import Order
from tests.factories.sellers import OrderFactory
from tests.mail.posting import JONAS


@pytest.fixture
def order(travel: Any, blume: Any, served: Any) -> Order:
    """A covered order of Jonas's."""
    served(blume)
    return OrderFactory(seller=blume, buyer_email=JONAS)


@pytest.fixture
def inquiry(postman: Any, order: Order) -> Inquiry:
    """Jonas has written about it."""
    kept = postman.delivers_new("Die Lampe flackert.", subject=f"Bestellung {order.number}")
    return kept.inquiry
