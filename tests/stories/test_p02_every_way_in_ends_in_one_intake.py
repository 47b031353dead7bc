"""P2: inquiries about seller-fulfilled orders are directed to the service, by mail and by the page.

The main job from end to end, with Longmen in Shenzhen: a mail over SMTP, the queue, a question in
the Case Log, a letter in Chinese, the answer by mail, the reply to the buyer; and on the page.
"""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from csba import addresses
from csba.journal import read as journal
from csba.outbox.smtp import as_bytes
from inquiries.channels.mailbox.parse import parse
from inquiries.models import Inquiry
from inquiries.operations import conversation, seller_input
from tests.factories.sellers import OrderFactory
from tests.mail.posting import JONAS

pytestmark = pytest.mark.django_db

SHOP = "service@longmen.test"


@pytest.fixture
def order(travel: Any, longmen: Any, served: Any) -> Any:
    served(longmen)
    return OrderFactory(seller=longmen, buyer_email=JONAS)


def queue() -> list[Inquiry]:
    return list(Inquiry.objects.agents_turn(timezone.now()).due_first())


def test_from_the_buyers_mail_to_the_answer_with_a_seller_in_shenzhen(
    postman: Any, order: Any, agent: Any, letters: Any, travel: Any
) -> None:
    began = timezone.now()
    mail = postman.delivers_new(
        "Guten Tag,\n\ndas Ladegerät lädt nicht mehr. Gibt es Ersatz?\n\nJonas Weber",
        subject=f"Bestellung {order.number}",
    )
    inquiry = mail.inquiry
    assert queue() == [inquiry]
    assert inquiry.promise_due_at == began + timedelta(hours=48)

    travel(hours=1)
    seller_input.ask_seller(inquiry, body="订单中的充电器有现货可以更换吗？", by=agent)
    asked = letters.last(SHOP)
    assert asked.language == "zh-hans"
    assert "Jonas" not in asked.text
    assert JONAS not in asked.text
    assert queue() == []

    travel(hours=5)
    postman.delivers_new("有货，明天可以发出。", subject="回复", sender=SHOP, to=asked.reply_to)
    assert queue() == [inquiry]

    travel(minutes=10)
    conversation.agent_replied(
        inquiry, body="Ein neues Ladegerät geht morgen auf den Weg.", by=agent, then="RESOLVE"
    )
    inquiry.refresh_from_db()
    assert (inquiry.status, inquiry.waiting_since, queue()) == ("RESOLVED", None, [])
    assert letters.to(JONAS) == ["received", "seller_asked", "reply"]
    # What the buyer's mail program gets hangs on to the buyer's own mail and can be answered.
    arrived = parse(as_bytes(letters.last(JONAS)))
    assert arrived.in_reply_to == (mail.message_id,)
    token = addresses.read(arrived.headers["reply-to"])
    assert token == addresses.Address("inq", inquiry.number)
    verbs = [line.verb for line in journal.of(inquiry)]
    assert verbs[:3] == ["opened", "verdict", "seller_asked"]


def test_every_way_in_makes_the_same_inquiry(
    postman: Any, order: Any, letters: Any, travel: Any
) -> None:
    words = "Die Kanne ist undicht."
    postman.delivers_new(words, subject=f"Bestellung {order.number}")
    Client(headers={"accept-language": "de"}).post(
        "/help/",
        {
            "email": JONAS,
            "order_number": order.number,
            "body": words,
            "client_id": str(uuid.uuid4()),
        },
    )
    alike = Inquiry.objects.order_by("id").values(
        "order", "seller", "verdict", "topic", "language", "status", "promise_due_at", "buyer_email"
    )
    assert alike[0] == alike[1]
    assert [inquiry.channel for inquiry in Inquiry.objects.order_by("id")] == ["EMAIL", "PAGE"]
    assert letters.to(JONAS) == ["received", "received"]


def test_the_buyer_goes_on_by_answering_the_letter_whatever_the_way_in_was(
    postman: Any, order: Any, letters: Any, travel: Any
) -> None:
    Client(headers={"accept-language": "de"}).post(
        "/help/",
        {
            "email": JONAS,
            "order_number": order.number,
            "body": "Die Kanne ist undicht.",
            "client_id": str(uuid.uuid4()),
        },
    )
    postman.delivers_new("Am Deckel, um genau zu sein.", to=letters.last(JONAS).reply_to)
    inquiry = Inquiry.objects.get()
    assert [message.channel for message in inquiry.messages.all()] == ["PAGE", "EMAIL"]
