"""What a new mail causes, from the socket to the inquiry: order, route, and what is asked."""

import re
from typing import Any

import pytest

from csba.verdicts import Verdict
from inquiries.channels.mailbox.dispatch import Result
from inquiries.models import BuyerMessage, InboundMail, Inquiry, Message
from sellers.models import Order
from tests.factories.sellers import OrderFactory
from tests.mail.posting import JONAS, facts_of, mail

pytestmark = pytest.mark.django_db


def test_a_mail_about_a_covered_order_stands_on_the_queue_with_its_promise_running(
    postman: Any, order: Order, letters: Any
) -> None:
    kept = postman.delivers_new(
        "Guten Tag,\nwo bleibt mein Paket?", subject=f"Bestellung {order.number}"
    )
    inquiry = kept.inquiry
    assert (kept.status, kept.kind, kept.result) == ("HANDLED", "HUMAN", Result.OPENED)
    assert (inquiry.verdict, inquiry.order, inquiry.seller) == (
        Verdict.COVERED,
        order,
        order.seller,
    )
    assert (inquiry.topic, inquiry.topic_words, inquiry.language) == (
        "WHERE_IS_IT",
        "wo bleibt",
        "de",
    )
    assert inquiry in Inquiry.objects.agents_turn(inquiry.opened_at)
    assert inquiry.promise_due_at is not None
    assert letters.to(JONAS) == ["received"]
    assert letters.last(JONAS).in_reply_to == kept.message_id


def test_an_order_number_in_the_text_is_enough_and_any_kind_of_dash_will_do(
    postman: Any, order: Order
) -> None:
    typed = order.number.replace("-", "–")
    assert postman.delivers_new(f"Es geht um {typed}.", subject="Frage").inquiry.order == order


def test_an_order_number_that_only_stands_in_the_quotation_is_found(
    postman: Any, order: Order
) -> None:
    body = (
        "Wann kommt das?\n\nAm 3.11.2026 schrieb Versand <v@shop.test>:\n"
        f"> Bestellung {order.number}"
    )
    assert postman.delivers_new(body, subject="AW: Versandbestätigung").inquiry.order == order


def test_without_an_order_number_the_buyer_is_asked(
    postman: Any, order: Order, letters: Any
) -> None:
    kept = postman.delivers_new("Wo bleibt mein Paket?", subject="Frage")
    assert (kept.inquiry.verdict, kept.inquiry.order) == (Verdict.UNKNOWN_ORDER, None)
    assert letters.to(JONAS) == ["order_unknown"]
    assert not BuyerMessage.objects.exists()


def test_the_asked_buyer_answers_with_the_number_and_is_served(
    postman: Any, order: Order, letters: Any
) -> None:
    first = postman.delivers_new("Wo bleibt mein Paket?", subject="Frage").inquiry
    asked = letters.last(JONAS)
    kept = postman.delivers_new(
        f"{order.number}\n\nAm 4. Nov. 2026 schrieb Kundenservice:\n> {asked.text[:40]}",
        subject=f"AW: {asked.subject}",
        to=asked.reply_to,
    )
    first.refresh_from_db()
    assert (kept.result, kept.inquiry) == (Result.ADDED, first)
    assert (first.order, first.verdict) == (order, Verdict.COVERED)
    assert letters.to(JONAS) == ["order_unknown", "received"]


def test_somebody_elses_order_is_neither_linked_nor_confirmed_nor_told_to_its_seller(
    postman: Any, order: Order, letters: Any
) -> None:
    stranger = "eva@strangers.test"
    theirs = postman.delivers_new(f"Bestellung {order.number}?", sender=stranger)
    unknown = postman.delivers_new("Bestellung 302-9999999-9999999?", sender=stranger)
    assert theirs.inquiry.order is None
    assert theirs.inquiry.verdict == Verdict.UNKNOWN_ORDER
    # Both letters say the same, but for the number of the inquiry: nobody can probe for orders.
    said = [re.sub(r"INQ-\w+", "INQ", mail.text) for mail in letters()]
    assert said[0] == said[1]
    assert order.number not in said[0]
    assert unknown.inquiry.verdict_facts["order_number"] == "302-9999999-9999999"
    assert letters.to(order.seller.default_email) == []


def test_of_two_orders_the_first_that_the_sender_may_speak_about_is_taken(
    postman: Any, order: Order
) -> None:
    foreign = OrderFactory(seller=order.seller, buyer_email="eva@strangers.test")
    inquiry = postman.delivers_new(f"{foreign.number} und {order.number}").inquiry
    assert inquiry.order == order
    assert facts_of(inquiry)["also_named"] == [foreign.number]


def test_a_name_that_looks_like_the_buyers_address_is_no_address(
    postman: Any, order: Order
) -> None:
    raw = mail(f"Bestellung {order.number}").replace(
        b"From: Jonas Weber <jonas@buyers.test>", b'From: "jonas@buyers.test" <eva@strangers.test>'
    )
    assert postman.delivers(raw).inquiry.order is None


def test_the_same_mail_twice_adds_no_row(postman: Any, order: Order) -> None:
    raw = mail(f"Bestellung {order.number}")
    postman.delivers(raw)
    before = [model.objects.count() for model in (InboundMail, Inquiry, Message)]
    postman.delivers(raw)
    assert before == [model.objects.count() for model in (InboundMail, Inquiry, Message)]


def test_another_mail_under_the_same_message_id_is_taken_in_and_marked(
    postman: Any, order: Order
) -> None:
    postman.delivers(mail("Eins.", message_id="<again@buyers.test>"))
    kept = postman.delivers(mail("Zwei.", message_id="<again@buyers.test>"))
    assert InboundMail.objects.count() == 2
    assert facts_of(kept.inquiry)["same_id_as_another"] is True


def test_one_address_cannot_open_inquiries_without_end(postman: Any) -> None:
    for count in range(21):
        postman.delivers_new(f"Nachricht {count}")
    last = InboundMail.objects.latest("id")
    assert (last.status, Inquiry.objects.count()) == ("FAILED", 20)
    assert "hour" in last.error


def test_safety_words_bring_a_lead_whoever_is_covered(postman: Any, order: Order) -> None:
    inquiry = postman.delivers_new(f"Der Akku hat Feuer gefangen! {order.number}").inquiry
    assert inquiry.signal == "SAFETY"
    assert facts_of(inquiry)["signal_words"] == "feuer gefangen"


def test_attachments_are_named_so_that_an_agent_knows_of_them(postman: Any, order: Order) -> None:
    raw = b"""From: jonas@buyers.test
Subject: Foto
Message-ID: <foto@buyers.test>
Content-Type: multipart/mixed; boundary=p

--p
Content-Type: text/plain; charset=utf-8

Siehe Foto.
--p
Content-Type: image/jpeg; name="lampe.jpg"
Content-Disposition: attachment; filename="lampe.jpg"
Content-Transfer-Encoding: base64

/9j/4AAQ
--p--
"""
    inquiry = postman.delivers(raw).inquiry
    assert inquiry.messages.get().body == "Siehe Foto."
    assert facts_of(inquiry)["attachments"] == ["lampe.jpg"]


def test_a_mail_without_text_says_so(postman: Any) -> None:
    inquiry = postman.delivers_new("").inquiry
    assert inquiry.messages.get().body.strip() != ""
