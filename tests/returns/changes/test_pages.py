"""The pages about changes: the seller's yes and no, the desk's form."""

from typing import Any

import pytest
from django.test import Client

from csba.accounts.models import User
from returns.models import OrderChange
from returns.operations import changes
from sellers.models import Order, Seller
from tests.conftest import START, Travel
from tests.factories.sellers import MembershipFactory, OrderFactory, SellerFactory, UserFactory

Kind = OrderChange.Kind
Via = OrderChange.Via


@pytest.fixture
def order(blume: Seller, travel: Travel) -> Order:
    made: Order = OrderFactory(seller=blume, status="UNSHIPPED", placed_at=START)
    travel(hours=1)
    return made


@pytest.fixture
def change(order: Order) -> OrderChange:
    return changes.ask(
        order, kind=Kind.REPLACE, via=Via.DESK, line=order.lines.get(), wish={"words": "Zerkratzt"}
    )


@pytest.fixture
def anna(client: Client, blume: Seller) -> Client:
    client.force_login(User.objects.get(email="anna@blume.test"))
    return client


def test_the_seller_sees_the_wish_and_says_yes(anna: Client, change: OrderChange) -> None:
    page = anna.get(f"/portal/changes/{change.number}/")
    assert "Zerkratzt" in page.content.decode()
    answer = anna.post(f"/portal/changes/{change.number}/answer/", {"answer": "yes", "stock": "on"})
    assert answer.status_code == 302
    change.refresh_from_db()
    assert change.status == OrderChange.Status.ACCEPTED
    anna.post(f"/portal/changes/{change.number}/done/")
    change.refresh_from_db()
    assert change.status == OrderChange.Status.DONE


def test_a_yes_without_stock_comes_back_with_the_typed_text(
    anna: Client, change: OrderChange
) -> None:
    page = anna.post(
        f"/portal/changes/{change.number}/answer/", {"answer": "yes", "reason": "Kommt Freitag"}
    )
    assert page.status_code == 422
    assert "Kommt Freitag" in page.content.decode()
    change.refresh_from_db()
    assert change.status == OrderChange.Status.WITH_SELLER


def test_a_strangers_change_is_not_there(client: Client, change: OrderChange) -> None:
    stranger = UserFactory()
    MembershipFactory(seller=SellerFactory(), user=stranger)
    client.force_login(stranger)
    assert client.get(f"/portal/changes/{change.number}/").status_code == 404
    answer = client.post(f"/portal/changes/{change.number}/answer/", {"answer": "no"})
    assert answer.status_code == 404


def test_the_list_costs_the_same_for_one_and_for_twenty(
    anna: Client, blume: Seller, change: OrderChange, django_assert_max_num_queries: Any
) -> None:
    anna.get("/portal/changes/")
    for _ in range(20):
        order = OrderFactory(seller=blume, status="UNSHIPPED", placed_at=START)
        changes.ask(order, kind=Kind.CANCEL, via=Via.BUYER)
    with django_assert_max_num_queries(9):
        page = anna.get("/portal/changes/")
    assert page.content.decode().count('class="row"') == 21


def test_an_agent_asks_for_a_change_and_sees_why_it_goes_to_the_seller(
    client: Client, agent: User, order: Order
) -> None:
    client.force_login(agent)
    assert client.get(f"/desk/order/{order.number}/change/?kind=CANCEL").status_code == 200
    answer = client.post(f"/desk/order/{order.number}/change/", {"kind": "CANCEL"}, follow=True)
    page = answer.content.decode()
    assert "The seller decides as long as nothing is shipped." in page
    assert OrderChange.objects.get().asked_by == agent


def test_a_refused_wish_keeps_what_was_typed(client: Client, agent: User, order: Order) -> None:
    client.force_login(agent)
    page = client.post(
        f"/desk/order/{order.number}/change/", {"kind": "ADDRESS", "words": "Bitte eilig"}
    )
    assert page.status_code == 422
    assert "Bitte eilig" in page.content.decode()
    assert not OrderChange.objects.exists()


def test_the_desk_decides_when_the_sellers_time_is_over(
    client: Client, agent: User, change: OrderChange, travel: Travel
) -> None:
    client.force_login(agent)
    where = f"/desk/changes/{change.number}/decide/"
    early = client.post(where, {"verdict": "no", "reason": "Nicht auf Lager"})
    assert early.status_code == 422
    travel(hours=24)
    assert client.post(where, {"verdict": "no", "reason": ""}).status_code == 422
    assert client.post(where, {"verdict": "no", "reason": "Nicht auf Lager"}).status_code == 302
    change.refresh_from_db()
    assert change.status == OrderChange.Status.REFUSED


def test_an_auditor_may_look_and_not_decide(
    client: Client, auditor: User, change: OrderChange
) -> None:
    client.force_login(auditor)
    assert client.get(f"/desk/changes/{change.number}/").status_code == 200
    assert client.post(f"/desk/changes/{change.number}/decide/").status_code == 403
