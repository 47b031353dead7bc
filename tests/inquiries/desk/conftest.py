"""An order of an enrolled seller, an inquiry about it, and a browser at the desk."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from csba.accounts.models import User
from inquiries.models import Inquiry
from sellers.models import Order
from tests.factories.inquiries import InquiryFactory, LineVerdictFactory, MessageFactory
from tests.factories.sellers import OrderFactory


@pytest.fixture
def order(travel: Any, longmen: Any, served: Any) -> Order:
    served(longmen)
    found: Order = OrderFactory(seller=longmen)
    return found


@pytest.fixture
def inquiry(order: Order) -> Inquiry:
    """Open and covered; the buyer has asked once."""
    found: Inquiry = InquiryFactory(order=order)
    MessageFactory(inquiry=found)
    LineVerdictFactory(inquiry=found, line=order.lines.get())
    return found


@pytest.fixture
def at_desk(client: Client) -> Callable[[User], Client]:
    """Call with a person: their browser."""

    def enter(user: User) -> Client:
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def desk(at_desk: Callable[[User], Client], agent: User) -> Client:
    """The agent's browser."""
    return at_desk(agent)


def url(name: str, *args: Any) -> str:
    """The address of a page of the desk."""
    return reverse(f"admin:{name}", args=args)


def fresh(inquiry: Inquiry) -> Inquiry:
    """The inquiry as it stands in the database now."""
    return Inquiry.objects.get(pk=inquiry.pk)
