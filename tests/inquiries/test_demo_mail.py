"""bin/demo-mail: every mail of the demo, over SMTP, with the line that is printed for it."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from inquiries import tasks
from inquiries.demo import anchors
from inquiries.models import Inquiry
from tests.factories.sellers import EnrolmentFactory, OrderFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def market(blume: Any, longmen: Any) -> None:
    """The stints and orders that the mails speak about, as the demo makes them."""
    now = timezone.now()
    blume.default_email = "service@blume.example"
    blume.save()
    sellers = {seller.merchant_id: seller for seller in (blume, longmen)}
    for stint in anchors.STINTS:
        begun = now - timedelta(days=stint.active_days_ago)
        ended = stint.ended_days_ago and now - timedelta(days=stint.ended_days_ago)
        EnrolmentFactory(
            seller=sellers[stint.seller],
            status="ENDED" if ended else "ACTIVE",
            opted_in_at=begun,
            active_from=begun,
            ended_at=ended,
        )
    for anchor in anchors.ORDERS:
        OrderFactory(
            seller=sellers[anchor.seller],
            number=anchor.number,
            channel=anchor.channel,
            status=anchor.status,
            placed_at=now - timedelta(days=anchor.placed_days_ago),
            buyer_email=anchor.buyer_email,
            buyer_name=anchor.buyer_name,
        )


@pytest.fixture
def worker() -> Iterator[None]:
    """Somebody handles what comes in meanwhile."""
    enough = threading.Event()

    def work() -> None:
        while not enough.wait(0.02):
            tasks.handle_received_mail()
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    enough.set()
    thread.join(30)


WHAT_BECOMES_OF_THEM = {
    "01-covered-german": ("covered", "queue"),
    "02-covered-english": ("covered", "queue"),
    "03-covered-chinese": ("covered", "queue"),
    "04-html-only": ("covered", "queue"),
    "05-two-orders": ("covered", "queue"),
    "06-no-order-number": ("not covered", "buyer asked"),
    "07-somebody-elses-order": ("not covered", "buyer asked"),
    "08-shipped-by-the-marketplace": ("not covered", "Blume's buyer messages"),
    "09-invoice": ("not covered", "Blume's buyer messages"),
    "10-customised": ("not covered", "Blume's buyer messages"),
    "11-before-an-order": ("not covered", "buyer asked"),
    "12-before-enrolment": ("not covered", "Blume's buyer messages"),
    "13-after-opt-out": ("not covered", "Blume's buyer messages"),
    "14-safety": ("not covered", "queue (safety signal)"),
    "15-reply-with-token": ("-", "INQ-"),
    "16-automatic-reply": ("-", "INQ-"),
    "17-handed-over-by-the-seller": ("covered", "queue"),
}


def test_each_mail_of_the_demo_goes_where_it_belongs(
    real_postman: Any, market: None, worker: None
) -> None:
    said = StringIO()
    call_command("demo_mail", port=real_postman.listener.port, stdout=said)
    lines = {line.split()[0]: line for line in said.getvalue().splitlines()}
    assert list(lines) == list(WHAT_BECOMES_OF_THEM)
    for name, (covered, where) in WHAT_BECOMES_OF_THEM.items():
        assert lines[name][33:46].strip() == covered, lines[name]
        assert where in lines[name], lines[name]
    assert "before the service began" in lines["12-before-enrolment"]
    assert "after the seller opted out" in lines["13-after-opt-out"]
    assert "Automatic mail" in lines["16-automatic-reply"]
    languages = Inquiry.objects.order_by("id").values_list("language", flat=True)
    assert list(languages)[:4] == ["de", "en", "zh-hans", "de"]


def test_without_a_listener_it_says_what_to_do(db: None) -> None:
    with pytest.raises(CommandError, match="Is bin/run running"):
        call_command("demo_mail", port=1, stdout=StringIO(), stderr=StringIO())
