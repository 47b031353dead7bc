"""What the intake of a mail costs the database: statements and commits, counted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inquiries import tasks
from inquiries.channels.mailbox import work
from inquiries.models import InboundMail, Inquiry
from inquiries.operations import inbound
from sellers.models import Order
from tests.factories.sellers import OrderFactory
from tests.mail.posting import JONAS, mail

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def order(blume: Any, served: Callable[..., Any]) -> Order:
    served(blume)
    return OrderFactory(seller=blume, buyer_email=JONAS)


def statements(of: CaptureQueriesContext) -> tuple[int, int]:
    """How many statements and how many commits of writing transactions."""
    said = [query["sql"] for query in of.captured_queries]
    control = {"BEGIN", "COMMIT", "ROLLBACK"}
    return sum(sql not in control for sql in said), said.count("COMMIT")


def handling(raw: bytes) -> tuple[int, int]:
    """Statements and commits of handling one mail in a worker that is already running."""
    inbound.keep(mail("Wo?", sender="eva@strangers.test"), via="SMTP")
    tasks.handle_received_mail()
    inbound.keep(raw, via="SMTP")
    with CaptureQueriesContext(connection) as seen:
        work.handle_waiting(limit=1)
    around = 3  # the limit of statements set and reset, and the heartbeat, once a run
    count, commits = statements(seen)
    return count - around, commits - 1


def test_keeping_a_mail_is_one_insert_one_commit(order: Order) -> None:
    raw = mail()
    with CaptureQueriesContext(connection) as first:
        inbound.keep(raw, via="SMTP")
    with CaptureQueriesContext(connection) as again:
        inbound.keep(raw, via="SMTP")
    assert statements(first) == (2, 1)
    assert statements(again) == (2, 1)


def test_a_covered_mail_is_handled_in_at_most_14_statements_and_one_commit(order: Order) -> None:
    count, commits = handling(mail(f"Wo bleibt {order.number}?"))
    assert commits == 1
    assert count <= 14


def test_the_count_does_not_grow_with_the_inquiries(order: Order) -> None:
    first = handling(mail(f"Wo bleibt {order.number}?"))
    for number in range(20):
        inbound.keep(mail(f"Nummer {number}", sender=f"buyer{number}@buyers.test"), via="SMTP")
    tasks.handle_received_mail()
    assert Inquiry.objects.count() == 22
    assert handling(mail(f"Und jetzt? {order.number}")) == first


def test_what_is_not_covered_costs_no_more(order: Order) -> None:
    Order.objects.update(channel="AFN")
    count, commits = handling(mail(f"Wo bleibt {order.number}?"))
    assert (count <= 14, commits) == (True, 1)


def test_a_reply_is_one_commit(order: Order) -> None:
    first = mail(f"Wo bleibt {order.number}?", message_id="<first@buyers.test>")
    handling(first)
    count, commits = handling(mail("Und?", In_Reply_To="<first@buyers.test>"))
    assert InboundMail.objects.latest("id").result == "ADDED"
    assert (count <= 14, commits) == (True, 1)
