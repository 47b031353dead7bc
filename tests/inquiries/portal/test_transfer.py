"""Transfer to CSBA: the coverage is decided again, and either we take over or say why not (P21)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from csba.errors import Refused
from csba.journal import read as journal
from inquiries.models import BuyerMessage, Inquiry, LineVerdict
from inquiries.operations import buyer_messages, conversation, transfers
from sellers.models import Order, Seller
from tests.conftest import Letters, Travel
from tests.factories.sellers import OrderFactory
from tests.inquiries.portal.conftest import read

pytestmark = pytest.mark.django_db

JONAS = "jonas@buyers.test"
Status = BuyerMessage.Status


def transfer_path(message: BuyerMessage) -> str:
    return f"/portal/messages/{message.number}/transfer"


@pytest.fixture
def later(
    message: BuyerMessage, blume: Seller, served: Callable[..., Any], travel: Travel
) -> BuyerMessage:
    """The service covers the order; after the invoice Jonas writes about a broken pot."""
    served(blume)
    travel(hours=3)
    conversation.buyer_wrote(
        message.inquiry, body="Die Kanne ist kaputt angekommen.", channel="EMAIL"
    )
    return BuyerMessage.objects.latest("pk")


def test_what_is_covered_is_ours_and_buyer_and_seller_know(
    later: BuyerMessage, anna: Client, letters: Letters
) -> None:
    assert anna.post(transfer_path(later)).status_code == 302
    later.refresh_from_db()
    inquiry = Inquiry.objects.get()
    assert (later.status, later.verdict_again["verdict"]) == (Status.TRANSFERRED, "COVERED")
    assert (inquiry.status, inquiry.verdict, inquiry.topic) == ("OPEN", "COVERED", "DAMAGED")
    assert inquiry in Inquiry.objects.agents_turn(timezone.now())
    assert inquiry.waiting_since == timezone.now()
    assert LineVerdict.objects.get(inquiry=inquiry).verdict == "COVERED"
    assert letters.to(JONAS)[-1] == "received"
    assert letters.to(later.seller.default_email)[-1] == "transferred"
    assert "kaputt" not in letters.last(later.seller.default_email).text
    said = read(anna.get(f"/portal/messages/{later.number}/"))
    assert f"we answer the buyer under the number {inquiry.number}" in said


def test_two_clicks_are_one_inquiry_one_letter_one_promise(
    later: BuyerMessage, anna: Client, letters: Letters, travel: Travel
) -> None:
    anna.post(transfer_path(later))
    before = (len(letters()), Inquiry.objects.get().promise_due_at)
    travel(minutes=1)
    assert anna.post(transfer_path(later)).status_code == 302
    assert (len(letters()), Inquiry.objects.get().promise_due_at) == before
    assert [line.verb for line in journal.of(later)] == ["transferred"]


def test_after_the_transfer_the_buyers_words_come_to_the_desk(
    later: BuyerMessage, blume: Seller
) -> None:
    transfers.transfer(later, by=blume.memberships.get().user)
    conversation.buyer_wrote(later.inquiry, body="Hier ein Foto.", channel="EMAIL")
    assert BuyerMessage.objects.count() == 2


def test_the_first_message_stays_the_sellers_and_may_be_answered_beside_it(
    message: BuyerMessage, later: BuyerMessage, blume: Seller, letters: Letters
) -> None:
    person = blume.memberships.get().user
    done = transfers.transfer(message, by=person)
    assert (done.inquiry, done.verdict) == (None, "INVOICE")
    transfers.transfer(later, by=person)
    clocks = Inquiry.objects.values_list("waiting_since", "promise_due_at").get()
    buyer_messages.answer(message, body="Die Rechnung kommt per Post.", by=person)
    assert letters.to(JONAS)[-1] == "seller_reply"
    assert Inquiry.objects.values_list("waiting_since", "promise_due_at").get() == clocks
    assert Inquiry.objects.get().status == "OPEN"


def test_what_is_not_covered_stays_and_the_page_says_exactly_why(
    message: BuyerMessage, anna: Client, letters: Letters
) -> None:
    before = len(letters())
    assert anna.post(transfer_path(message)).status_code == 302
    said = read(anna.get(f"/portal/messages/{message.number}/"))
    assert "Not transferred" in said
    assert said.count("invoices are the seller") == 2
    assert "Looked at again on 4 November 2026" in said
    message.refresh_from_db()
    assert (message.status, message.verdict_again["verdict"]) == (Status.OPEN, "INVOICE")
    assert (Inquiry.objects.get().status, len(letters())) == ("ROUTED", before)
    assert [line.verb for line in journal.of(message)] == ["transfer_refused"]


REASONS = [
    ({"placed_at": "2026-07-01T08:00:00+00:00"}, "before the service began on 1 August 2026"),
    ({"channel": "AFN"}, "the marketplace shipped this order"),
    ({"programmes": ["PRIME"]}, "the programme PRIME"),
    ({"marketplace_id": "A13V1IB3VIYZZH"}, "another marketplace"),
]


@pytest.mark.parametrize(("fields", "why"), REASONS)
def test_each_reason_is_told_with_its_facts(
    fields: dict[str, Any], why: str, later: BuyerMessage, anna: Client
) -> None:
    assert later.order is not None
    Order.objects.filter(pk=later.order.pk).update(**fields)
    anna.post(transfer_path(later))
    assert why in read(anna.get(f"/portal/messages/{later.number}/"))
    later.refresh_from_db()
    assert later.status == Status.OPEN


def test_an_answered_message_is_not_handed_over(later: BuyerMessage, blume: Seller) -> None:
    person = blume.memberships.get().user
    buyer_messages.answer(later, body="Wir schicken eine neue Kanne.", by=person)
    with pytest.raises(Refused, match="Only an open message"):
        transfers.transfer(later, by=person)


@pytest.fixture
def before_an_order(
    writes: Callable[..., Inquiry], blume: Seller, served: Callable[..., Any]
) -> BuyerMessage:
    """Somebody asks before ordering, then orders and writes about the delivery."""
    served(blume)
    inquiry = writes("Passt der Deckel?", order=None, seller=blume, topic="PRE_ORDER")
    conversation.buyer_wrote(inquiry, body="Wo bleibt mein Paket?", channel="EMAIL")
    return BuyerMessage.objects.latest("pk")


def test_a_message_without_an_order_asks_for_the_number(
    before_an_order: BuyerMessage, anna: Client, order: Order
) -> None:
    path = transfer_path(before_an_order)
    anna.post(path)
    page = f"/portal/messages/{before_an_order.number}/"
    assert "no order is linked to this message" in read(anna.get(page))
    refused = anna.post(path, {"order_number": "302-9999999-9999999"})
    assert refused.status_code == 409
    assert "You have no order with this number." in read(refused)
    assert b'value="302-9999999-9999999"' in refused.content
    assert anna.post(path, {"order_number": f" {order.number} "}).status_code == 302
    before_an_order.refresh_from_db()
    assert (before_an_order.status, before_an_order.order) == (Status.TRANSFERRED, order)
    assert (Inquiry.objects.get().order, Inquiry.objects.get().status) == (order, "OPEN")


@pytest.mark.parametrize("whose", ["another buyer", "another seller"])
def test_an_order_of_somebody_else_is_not_linked(
    whose: str, before_an_order: BuyerMessage, anna: Client, blume: Seller, longmen: Seller
) -> None:
    other = (
        OrderFactory(seller=blume, buyer_email="eva@buyers.test")
        if whose == "another buyer"
        else OrderFactory(seller=longmen)
    )
    answer = anna.post(transfer_path(before_an_order), {"order_number": other.number})
    assert answer.status_code == 409
    assert "eva@buyers.test" not in answer.content.decode()
    assert Inquiry.objects.get().order is None
