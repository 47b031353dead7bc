"""A seller's answer to a buyer: sent, stopped, come back (P20, domain 5.8)."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from csba import addresses
from csba.errors import Refused
from csba.journal import read as journal
from csba.outbox.models import OutgoingMail
from inquiries.models import BuyerMessage, Inquiry, Message
from inquiries.operations import buyer_messages, conversation
from sellers.models import Seller
from tests.conftest import Letters
from tests.factories.sellers import MembershipFactory
from tests.inquiries.portal.conftest import read

pytestmark = pytest.mark.django_db

JONAS = "jonas@buyers.test"
LIST = "/portal/messages/"
Status = BuyerMessage.Status


def page_of(message: BuyerMessage, act: str = "") -> str:
    return f"{LIST}{message.number}/{act}"


def test_the_answer_goes_to_the_buyer_and_the_buyers_answer_comes_back_to_the_seller(
    message: BuyerMessage, anna: Client, letters: Letters
) -> None:
    answer = anna.post(page_of(message, "answer"), {"body": "Die Rechnung liegt der Ware bei."})
    assert answer.status_code == 302
    message.refresh_from_db()
    assert (message.status, message.answer) == (
        Status.ANSWERED,
        "Die Rechnung liegt der Ware bei.",
    )
    letter = letters.last(JONAS)
    assert letter.template == "inquiries/mail/seller_reply"
    assert "Die Rechnung liegt der Ware bei." in letter.text
    assert letter.language == "de"
    assert not letter.automatic
    assert message.seller.default_email not in letter.text
    inquiry = message.inquiry
    assert letter.reply_to == addresses.write(addresses.BUYER_LANE, inquiry.number)
    conversation.buyer_wrote(inquiry, body="Danke, aber sie fehlt.", channel="EMAIL")
    again = BuyerMessage.objects.latest("pk")
    assert (again.seller, again.status, again.body) == (
        message.seller,
        Status.OPEN,
        "Danke, aber sie fehlt.",
    )
    assert not Inquiry.objects.agents_turn(timezone.now()).exists()
    said = read(anna.get(page_of(again)))
    assert "1 earlier message" in said
    assert "Die Rechnung liegt der Ware bei." in said


def test_the_buyers_mail_to_the_letter_comes_to_the_seller_and_not_to_the_agents(
    message: BuyerMessage, blume: Seller, letters: Letters, postman: Any
) -> None:
    buyer_messages.answer(message, body="Kommt morgen.", by=blume.memberships.get().user)
    postman.delivers_new("Danke, ich warte.", to=letters.last(JONAS).reply_to)
    again = BuyerMessage.objects.exclude(pk=message.pk).get()
    assert (again.seller, again.inquiry, again.body) == (
        blume,
        message.inquiry,
        "Danke, ich warte.",
    )
    assert letters.to(blume.default_email) == ["buyer_message", "buyer_message"]
    assert Inquiry.objects.get().status == Inquiry.Status.ROUTED


def test_an_answer_stands_in_the_conversation_and_moves_no_clock_of_the_desk(
    message: BuyerMessage, blume: Seller
) -> None:
    person = blume.memberships.get().user
    buyer_messages.answer(message, body="Kommt morgen.", by=person)
    inquiry = Inquiry.objects.get(pk=message.inquiry_id)
    said = inquiry.messages.get(author=Message.Author.SELLER)
    assert (said.body, said.user, inquiry.preview_by) == ("Kommt morgen.", person, "S")
    assert (inquiry.status, inquiry.waiting_since) == ("ROUTED", None)
    assert [line.verb for line in journal.of(message)] == ["answered"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "Please write what the buyer should read."),
        ("  \n ", "Please write what the buyer should read."),
        ("x" * 4001, "Please shorten your answer to 4000 characters."),
    ],
)
def test_an_answer_that_cannot_be_sent_comes_back_with_one_sentence(
    body: str, sentence: str, message: BuyerMessage, anna: Client, letters: Letters
) -> None:
    answer = anna.post(page_of(message, "answer"), {"body": body})
    assert answer.status_code == 422
    assert sentence in read(answer)
    assert body.strip() in answer.content.decode()
    assert "seller_reply" not in letters.to(JONAS)


def test_contact_data_and_links_stop_the_answer_whatever_is_ticked(
    message: BuyerMessage, anna: Client, letters: Letters
) -> None:
    typed = "Gern: anna@blume.test oder www.blume-shop.de"
    for confirmed in ({}, {"confirmed": "on"}):
        answer = anna.post(page_of(message, "answer"), {"body": typed, **confirmed})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "<mark>anna@blume.test</mark>" in page
        assert "<mark>www.blume-shop.de</mark>" in page
        assert f">{typed}</textarea>" in page
        assert 'name="confirmed"' not in page
    assert "seller_reply" not in letters.to(JONAS)
    message.refresh_from_db()
    assert message.status == Status.OPEN


def test_doubtful_words_go_once_the_seller_has_looked_at_them(
    message: BuyerMessage, anna: Client, letters: Letters
) -> None:
    typed = {"body": "Der Rabattcode wurde abgezogen."}
    first = anna.post(page_of(message, "answer"), typed)
    assert first.status_code == 422
    assert b'name="confirmed"' in first.content
    assert anna.post(page_of(message, "answer"), {**typed, "confirmed": "on"}).status_code == 302
    message.refresh_from_db()
    assert message.flags == [{"kind": "ADVERTISING", "text": "Rabattcode"}]
    assert "seller_reply" in letters.to(JONAS)


def test_a_second_click_sends_nothing_twice(message: BuyerMessage, anna: Client) -> None:
    typed = {"body": "Kommt morgen.", "client_id": str(uuid.uuid4())}
    for _click in range(2):
        assert anna.post(page_of(message, "answer"), typed).status_code == 302
    assert OutgoingMail.objects.filter(template="inquiries/mail/seller_reply").count() == 1


def test_whoever_was_second_keeps_the_words_and_learns_why(
    message: BuyerMessage, anna: Client, blume: Seller
) -> None:
    colleague = MembershipFactory(seller=blume, role="OPERATOR").user
    buyer_messages.answer(message, body="Schon beantwortet.", by=colleague)
    answer = anna.post(page_of(message, "answer"), {"body": "Mein langer Text."})
    assert answer.status_code == 409
    assert "it is already “Answered”" in read(answer)
    assert "Mein langer Text." in read(answer)
    assert OutgoingMail.objects.filter(template="inquiries/mail/seller_reply").count() == 1


def test_without_an_address_nothing_is_lost_and_the_seller_learns_what_to_do(
    message: BuyerMessage, blume: Seller
) -> None:
    Inquiry.objects.filter(pk=message.inquiry_id).update(buyer_email="")
    message = BuyerMessage.objects.get(pk=message.pk)
    with pytest.raises(Refused, match="No response needed"):
        buyer_messages.answer(message, body="Hallo", by=blume.memberships.get().user)
    message.refresh_from_db()
    assert message.status == Status.OPEN
