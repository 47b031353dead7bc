"""What the tests of returns share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from csba.accounts.models import User
from returns.models import ReturnRequest
from returns.operations import returns
from returns.reasons import Condition, Reason
from sellers.models import OrderLine, Seller
from tests.returns.requests.goods_bought import bought, german_address


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> None:
    """Kept files lie in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def headphones(blume: Seller) -> OrderLine:
    """79 EUR, delivered on Monday 5 October 2026; the seller has an address in Germany."""
    german_address(blume)
    return bought(
        blume,
        "ELECTRONICS",
        "79.00",
        placed="2026-10-02T10:00:00+02:00",
        delivered="2026-10-05T11:00:00+02:00",
        title="Kopfhörer",
    )


@pytest.fixture
def drone(longmen: Seller) -> OrderLine:
    """149 EUR, shipped from China, delivered on 2 November 2026."""
    return bought(
        longmen,
        "TOYS",
        "149.00",
        placed="2026-10-20T10:00:00+02:00",
        delivered="2026-11-02T11:00:00+01:00",
        title="Drohne",
    )


@pytest.fixture
def opened() -> Callable[..., ReturnRequest]:
    """Call with a line: a return of it, as the buyer would open it."""

    def open_it(line: OrderLine, quantity: int | None = None, **fields: Any) -> ReturnRequest:
        values: dict[str, Any] = {
            "reason": Reason.NOT_NEEDED,
            "condition": Condition.OPENED,
            "via": ReturnRequest.Via.BUYER,
        }
        return returns.open_return(
            line.order, lines={line: quantity or line.quantity}, **{**values, **fields}
        )

    return open_it


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    """A browser in which the agent is signed in."""
    client.force_login(agent)
    return client


@pytest.fixture
def portal(blume: Seller) -> Client:
    """A browser in which somebody of Blume is signed in."""
    browser = Client()
    browser.force_login(User.objects.get(email="anna@blume.test"))
    return browser
