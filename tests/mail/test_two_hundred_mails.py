"""Two hundred mails of all kinds over real SMTP, each sent twice, eight at a time, to two
listeners, while two workers handle them.
"""

import smtplib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as given
from django.db import connections

from csba import addresses
from csba.outbox.models import OutgoingMail
from inquiries import tasks
from inquiries.channels.smtp import Listener
from inquiries.models import InboundMail, Inquiry, Message
from tests.factories.caselog import CaseFactory
from tests.factories.sellers import OrderFactory
from tests.mail.posting import SERVICE, free_port, mail

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TRANSFER = given.CSBA_TRANSFER_ADDRESSES["DE"]
ALIAS = "@marketplace.amazon.de"


@pytest.fixture
def listeners() -> Iterator[list[Listener]]:
    found = [Listener("127.0.0.1", free_port()) for _ in range(2)]
    for one in found:
        one.start()
    yield found
    for one in found:
        one.stop()


@pytest.fixture
def workers() -> Iterator[None]:
    """Two who handle what comes, until the test is over."""
    enough = threading.Event()

    def work() -> None:
        while not enough.wait(0.05):
            tasks.handle_received_mail()
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield
    enough.set()
    for thread in threads:
        thread.join(60)


def humans(orders: list[Any]) -> list[bytes]:
    """90 of people: covered, unknown, in three languages."""
    found = [mail(f"Wo bleibt {one.number}?", sender=one.buyer_email) for one in orders[:40]]
    found += [mail("Wo bleibt mein Paket?", sender=f"de{n}@buyers.test") for n in range(20)]
    found += [mail("Where is my order?", sender=f"en{n}@buyers.test") for n in range(15)]
    return found + [mail("请问什么时候发货？", sender=f"zh{n}@qq.test") for n in range(15)]


def transfers(orders: list[Any]) -> list[bytes]:
    """20 buyers' messages, forwarded by their seller."""
    return [
        mail(
            f"Von: Käufer <{one.buyer_email}>\nGesendet: Dienstag, 3. November 2026 18:30\n"
            f"An: service@blume.test\nBetreff: Anfrage (Bestellung: {one.number})\n\n"
            f"Die Lampe {one.number[-3:]} flackert.",
            sender="service@blume.test",
            to=TRANSFER,
            subject="WG: Anfrage",
        )
        for one in orders[40:]
    ]


def machines() -> list[bytes]:
    """70 that nobody wrote."""
    found = []
    for n in range(70):
        sender = f"machine{n}@robots.test"
        marks: list[dict[str, str]] = [
            {"Auto_Submitted": "auto-replied"},
            {"Precedence": "bulk"},
            {"X_Failed_Recipients": "jonas@buyers.test"},
            {"X_CSBA_Loop": "csba.other.test"},
            {"X_Auto_Response_Suppress": "All"},
        ]
        subject = "自动回复" if n % 7 == 0 else "Abwesend"
        found.append(mail("Bin nicht da.", sender=sender, subject=subject, **marks[n % 5]))
    return found


def unclear(case: Any) -> list[bytes]:
    """20 that a person must look at: strangers who write into a case, or hand something over."""
    lane = addresses.write("case", case.number)
    found = [mail("Hallo?", sender=f"x{n}@strangers.test", to=lane) for n in range(10)]
    return found + [mail("Hallo?", sender=f"y{n}@strangers.test", to=TRANSFER) for n in range(10)]


def receiver(raw: bytes) -> str:
    return next(
        line[4:].strip()
        for line in raw.decode("ascii", "replace").splitlines()
        if line[:4] == "To: "
    )


def test_all_are_there_once_and_only_people_are_answered(
    blume: Any, served: Any, listeners: list[Listener], workers: None
) -> None:
    blume.default_email = "service@blume.test"
    blume.save()
    served(blume)
    orders = [OrderFactory(seller=blume, buyer_email=f"b{n}{ALIAS}") for n in range(60)]
    people, handed = humans(orders), transfers(orders)
    mails = [*people, *handed, *machines(), *unclear(CaseFactory(seller=blume))]
    assert len(mails) == 200

    def send(job: tuple[int, bytes]) -> None:
        number, raw = job
        port = listeners[number % 2].port
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as session:
            session.sendmail("x@relay.test", [receiver(raw)], raw)

    # Twice each, at about the same moment, to the one listener and to the other.
    jobs = [(side, raw) for raw in mails for side in (0, 1)]
    with ThreadPoolExecutor(8) as senders:
        list(senders.map(send, jobs))
    for _round in range(600):
        if not InboundMail.objects.received().exists():
            break
        threading.Event().wait(0.1)

    kept = InboundMail.objects
    assert kept.count() == 200
    assert set(kept.values_list("status", "error").distinct()) >= {("HANDLED", "")}
    assert not kept.received().exists()
    stored = kept.filter(kind__in=["AUTO_REPLY", "BULK", "BOUNCE", "ECHO"]).count()
    assert (Inquiry.objects.count(), stored, kept.quarantine().count()) == (110, 70, 20)
    assert Message.objects.filter(author="BUYER").count() == 110
    letters = OutgoingMail.objects.exclude(template="caselog/mail/notice")
    answered = list(letters.values_list("to_address", flat=True))
    writers = list(Inquiry.objects.values_list("buyer_email", flat=True))
    strangers = {f"y{n}@strangers.test" for n in range(10)}
    assert sorted(set(answered) - strangers) == sorted(writers)
    assert len(answered) == 110 + 10
    assert not [one for one in answered if "robots" in one or one.startswith("x")]
    assert OutgoingMail.objects.filter(template="caselog/mail/notice").count() == 20
    assert SERVICE not in answered
