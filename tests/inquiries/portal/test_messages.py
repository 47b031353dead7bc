"""Buyer messages in the portal: the list, one message, its clock (P20, domain 4.7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba.journal import read as journal
from inquiries.models import BuyerMessage, Inquiry
from inquiries.portal import message_rows
from sellers.models import Order, Seller
from tests.conftest import Letters, Travel
from tests.factories.inquiries import BuyerMessageFactory
from tests.factories.sellers import MembershipFactory
from tests.inquiries.portal.conftest import read, signed_in

pytestmark = pytest.mark.django_db

JONAS = "jonas@buyers.test"
LIST = "/portal/messages/"
Status = BuyerMessage.Status


def page_of(message: BuyerMessage, act: str = "") -> str:
    return f"{LIST}{message.number}/{act}"


def many(order: Order, count: int, **fields: Any) -> None:
    """So many messages about one order."""
    for _each in range(count):
        BuyerMessageFactory(inquiry__order=order, **fields)


def test_a_message_comes_with_its_clock_its_reason_and_a_letter_without_the_words(
    message: BuyerMessage, anna: Client, letters: Letters
) -> None:
    said = read(anna.get(page_of(message)))
    assert "invoices are the seller" in said
    assert "because of “Rechnung”" in said
    assert "Bitte schicken Sie mir eine Rechnung." in said
    assert message.order is not None
    assert message.order.number in said
    assert "Teekanne aus Glas" in said
    assert "The buyer reads German" in said
    assert "5 November 2026, 10:00 (Europe/Berlin" in said
    assert message.response_due_at == message.received_at + timedelta(hours=24)
    letter = letters.last(message.seller.default_email)
    assert letter.template.endswith("buyer_message")
    assert "schicken" not in letter.text
    assert JONAS not in letter.text


def test_a_buyers_address_is_never_shown(writes: Callable[..., Inquiry], anna: Client) -> None:
    inquiry = writes("Rechnung bitte an jonas.weber@web.de", subject=f"Von {JONAS}")
    message = BuyerMessage.objects.get(inquiry=inquiry)
    for address in (LIST, page_of(message), "/portal/"):
        page = anna.get(address).content.decode()
        assert "jonas.weber@web.de" not in page
        assert JONAS not in page
    assert "Rechnung bitte an [e-mail address hidden]" in read(anna.get(page_of(message)))


def test_open_ones_stand_first_by_their_due_time_then_the_settled_newest_first(
    order: Order, anna: Client
) -> None:
    now = timezone.now()
    for subject, hours in (("Due later", 20), ("Due sooner", 2), ("Overdue", -1)):
        BuyerMessageFactory(
            inquiry__order=order, subject=subject, response_due_at=now + timedelta(hours=hours)
        )
    for subject, hours in (("Settled first", 30), ("Settled last", 3)):
        BuyerMessageFactory(
            inquiry__order=order,
            subject=subject,
            status=Status.ANSWERED,
            received_at=now - timedelta(hours=hours),
            settled_at=now,
        )
    said = read(anna.get(LIST))
    names = ("Overdue", "Due sooner", "Due later", "Settled last", "Settled first")
    places = [said.index(name) for name in names]
    assert places == sorted(places)
    assert "Answered late" in said[places[4] :]
    only = read(anna.get(LIST, {"show": "open"}))
    assert "Due later" in only
    assert "Settled last" not in only


def test_page_by_page_every_message_is_shown_once(blume: Seller, order: Order) -> None:
    many(order, 30)
    many(order, 25, status=Status.ANSWERED, settled_at=timezone.now())
    seen: list[str] = []
    after, lengths = "", []
    while True:
        found = message_rows.page(blume, at=timezone.now(), after=after)
        lengths.append(len(found.waiting) + len(found.others))
        seen += [row.number for row in found.waiting + found.others]
        after = found.after
        if not after:
            break
    assert lengths == [25, 25, 5]
    assert len(set(seen)) == 55


def test_exactly_one_page_of_open_messages_leads_on_to_the_settled(
    blume: Seller, order: Order
) -> None:
    many(order, 25)
    many(order, 1, status=Status.NO_RESPONSE, settled_at=timezone.now())
    first = message_rows.page(blume, at=timezone.now())
    assert (len(first.waiting), first.others) == (25, [])
    second = message_rows.page(blume, at=timezone.now(), after=first.after)
    assert (len(second.waiting), len(second.others), second.after) == (0, 1, "")


@pytest.mark.parametrize("after", ["x", "n12", "r-5", "r" + "9" * 40 + "-1"])
def test_a_place_that_is_none_is_the_beginning(
    after: str, message: BuyerMessage, anna: Client
) -> None:
    assert message.number in read(anna.get(LIST, {"after": after})) or (
        message.number.encode() in anna.get(LIST, {"after": after}).content
    )


def test_the_list_takes_the_same_statements_for_1_and_50_messages(
    order: Order, anna: Client
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert anna.get(LIST).status_code == 200
        return len(found)

    settled = {"status": Status.ANSWERED, "settled_at": timezone.now()}
    many(order, 1)
    many(order, 1, **settled)
    anna.get(LIST)
    few = count()
    many(order, 10)
    many(order, 39, **settled)
    assert count() == few <= 8


def test_no_response_needed_takes_the_message_off_the_clock_once(
    message: BuyerMessage, anna: Client, letters: Letters
) -> None:
    before = letters.to(JONAS)
    for _click in range(2):
        assert anna.post(page_of(message, "no-response")).status_code == 302
    message.refresh_from_db()
    assert message.status == Status.NO_RESPONSE
    assert letters.to(JONAS) == before
    assert [line.verb for line in journal.of(message)] == ["needs_no_response"]
    assert "data-countdown" not in anna.get(page_of(message)).content.decode()


def test_after_24_hours_the_message_is_overdue_and_an_answer_is_late(
    message: BuyerMessage, anna: Client, travel: Travel, blume: Seller
) -> None:
    travel(hours=24, minutes=1)
    anna.force_login(blume.memberships.get().user)
    assert "Overdue" in read(anna.get(LIST))
    anna.post(page_of(message, "answer"), {"body": "Entschuldigung, hier ist sie."})
    said = read(anna.get(page_of(message)))
    assert "Answered late" in said
    assert "after the 24 hours" in said


def test_a_reader_sees_the_message_and_no_form(message: BuyerMessage, blume: Seller) -> None:
    reader = signed_in(MembershipFactory(seller=blume, role="READER").user)
    page = reader.get(page_of(message))
    assert "You may read here." in read(page)
    assert f'action="{LIST}' not in page.content.decode()
    for act in ("answer", "no-response", "transfer"):
        assert reader.post(page_of(message, act), {"body": "x"}).status_code == 403


def test_another_sellers_message_is_not_there(
    message: BuyerMessage, longmen: Seller, travel: Travel
) -> None:
    wei = signed_in(longmen.memberships.get().user)
    assert wei.get(page_of(message)).status_code == 404
    for act in ("answer", "no-response", "transfer"):
        assert wei.post(page_of(message, act), {"body": "x"}).status_code == 404
    assert message.number not in wei.get(LIST).content.decode()
