"""The one door: number, verdict, route, promise, letters, in one commit."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba.verdicts import Verdict
from inquiries.models import BuyerMessage, Inquiry, LineVerdict
from sellers.models import Order
from tests.factories.sellers import OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db
WriteIn = Callable[..., Inquiry]


def test_a_covered_inquiry_stands_on_the_queue_with_its_promise_running(
    inquiry: Inquiry, letters: Any, story: Any
) -> None:
    at = timezone.now()
    assert inquiry.status == "OPEN"
    assert inquiry.verdict == Verdict.COVERED
    assert inquiry.promise_due_at == at + timedelta(hours=48)
    assert inquiry.first_response_due_at == inquiry.next_due_at == at + timedelta(hours=12)
    assert inquiry in Inquiry.objects.agents_turn(at)
    assert letters.to("jonas@buyers.test") == ["received"]
    assert story(inquiry) == ["opened", "verdict"]


def test_every_line_of_the_order_has_its_own_stored_verdict(order: Any, write_in: WriteIn) -> None:
    OrderLineFactory(order=order, programmes=["PRIME"])
    inquiry = write_in()
    stored = LineVerdict.objects.filter(inquiry=inquiry).order_by("line_id")
    assert [row.verdict for row in stored] == [Verdict.COVERED, Verdict.EXCLUDED_PROGRAMME]
    assert inquiry.verdict == Verdict.COVERED


@pytest.mark.parametrize(
    ("topic", "verdict"), [("INVOICE", Verdict.INVOICE), ("CUSTOMISATION", Verdict.CUSTOMISATION)]
)
def test_an_excluded_topic_goes_to_the_seller_and_the_buyer_learns_who_answers(
    write_in: WriteIn, letters: Any, topic: str, verdict: str
) -> None:
    inquiry = write_in(topic=topic, body="Bitte eine Rechnung an meine Firma.")
    message = BuyerMessage.objects.get(inquiry=inquiry)
    assert (inquiry.status, inquiry.verdict, inquiry.waiting_since) == ("ROUTED", verdict, None)
    assert (message.reason, message.body) == (verdict, "Bitte eine Rechnung an meine Firma.")
    assert letters.to("jonas@buyers.test") == ["routed"]
    assert letters.to("service@longmen.test") == ["buyer_message"]


def test_the_letter_to_the_seller_holds_no_word_and_no_name_of_the_buyer(
    write_in: WriteIn, letters: Any
) -> None:
    write_in(
        topic="INVOICE", body="Bitte eine Rechnung an die Hansekontor KG.", subject="Hansekontor"
    )
    letter = letters.last("service@longmen.test")
    for secret in ("Hansekontor", "Jonas", "Weber", "jonas@buyers.test", "Leipzig"):
        assert secret not in letter.subject + letter.text + letter.html
    assert letter.language == "zh-hans"


def test_an_unknown_order_asks_the_buyer_and_tells_nobody_else(
    write_in: WriteIn, letters: Any
) -> None:
    inquiry = write_in(order=None, order_number="302-9999999-9999999")
    assert (inquiry.status, inquiry.verdict) == ("OPEN", Verdict.UNKNOWN_ORDER)
    assert inquiry not in Inquiry.objects.agents_turn(timezone.now())
    assert [mail.to_address for mail in letters()] == ["jonas@buyers.test"]
    assert letters.to("jonas@buyers.test") == ["order_unknown"]


def test_a_safety_signal_is_looked_at_by_the_desk_even_when_not_covered(
    order: Any, write_in: WriteIn
) -> None:
    old = OrderFactory(seller=order.seller, placed_at=timezone.now() - timedelta(days=200))
    inquiry = write_in(order=old, signal="SAFETY", body="Der Toaster riecht verbrannt.")
    assert (inquiry.status, inquiry.verdict) == ("OPEN", Verdict.BEFORE_ENROLMENT)
    assert inquiry in Inquiry.objects.agents_turn(timezone.now())
    assert not BuyerMessage.objects.exists()


def test_the_same_form_sent_twice_is_one_inquiry(write_in: WriteIn, letters: Any) -> None:
    key = uuid.uuid4()
    assert write_in(client_id=key).pk == write_in(client_id=key).pk
    assert letters.to("jonas@buyers.test") == ["received"]


def test_intake_without_mail_takes_at_most_ten_statements(order: Any, write_in: WriteIn) -> None:
    write_in()
    known = Order.objects.select_related("seller").get(pk=order.pk)
    with CaptureQueriesContext(connection) as queries:
        write_in(order=known)
    said = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(said) <= 10, "\n".join(said)
