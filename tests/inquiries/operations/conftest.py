"""A covered order and an inquiry about it."""

from collections.abc import Callable
from typing import Any

import pytest

from csba.journal import read
from inquiries.models import Inquiry
from inquiries.operations import intake
from tests.factories.sellers import OrderFactory


@pytest.fixture
def order(travel: Any, longmen: Any, served: Any) -> Any:
    served(longmen)
    return OrderFactory(seller=longmen)


@pytest.fixture
def write_in(order: Any) -> Callable[..., Inquiry]:
    """Call to have the buyer of `order` write in; fields of Incoming may be given."""

    def write(**fields: Any) -> Inquiry:
        known = {
            "channel": "EMAIL",
            "body": "Welche Ersatzteilnummer hat die Dichtung?",
            "subject": "Dichtung",
            "buyer_email": order.buyer_email,
            "order": order,
            "topic": "PRODUCT",
        }
        return intake.receive(intake.Incoming(**(known | fields)))

    return write


@pytest.fixture
def inquiry(write_in: Callable[..., Inquiry]) -> Inquiry:
    return write_in()


@pytest.fixture
def story() -> Callable[[Any], list[str]]:
    """The verbs of the journal of an object, oldest first."""
    return lambda subject: [line.verb for line in read.of(subject)]
