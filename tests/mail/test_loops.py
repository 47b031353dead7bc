"""Two instances whose addresses are pointed at each other stop by themselves."""

from typing import Any

import pytest

from csba.outbox.models import OutgoingMail
from csba.outbox.smtp import as_bytes
from inquiries import tasks
from inquiries.operations import inbound
from tests.mail.posting import mail

pytestmark = pytest.mark.django_db

ONE, TWO = "one.csba.test", "two.csba.test"


class Instances:
    """Both live in one database; what one sends is brought to the other, as it goes over the
    wire, with its own addresses.
    """

    def __init__(self, settings: Any) -> None:
        self.settings = settings

    def is_now(self, domain: str) -> None:
        self.settings.CSBA_REPLY_DOMAIN = domain
        self.settings.CSBA_SENDER_ADDRESS = f"service@{domain}"

    def takes(self, raw: bytes, at: str) -> None:
        self.is_now(at)
        inbound.keep(raw, via="SMTP", envelope_from="x@relay.test")
        tasks.handle_received_mail()

    def exchange(self, strip: tuple[bytes, ...] = ()) -> int:
        """How many automatic mails go back and forth before both are silent, at most twenty."""
        done: set[int] = set()
        while len(done) < 20:
            waiting = OutgoingMail.objects.exclude(pk__in=done).order_by("pk").first()
            if waiting is None:
                break
            done.add(waiting.pk)
            sender = TWO if waiting.to_address.endswith(ONE) else ONE
            self.is_now(sender)
            lines = as_bytes(waiting).split(b"\r\n")
            raw = b"\r\n".join(line for line in lines if not line.startswith(strip or (b"\0",)))
            self.takes(raw, at=ONE if sender == TWO else TWO)
        return len(done)


@pytest.fixture
def instances(settings: Any, travel: Any) -> Instances:
    return Instances(settings)


@pytest.mark.parametrize(
    "strip",
    [
        (),
        (b"X-CSBA-Loop",),
        (b"X-CSBA-Loop", b"Auto-Submitted", b"X-Auto-Response-Suppress"),
    ],
    ids=["as it is", "without our own mark", "without any mark"],
)
def test_they_exchange_at_most_two_automatic_mails(
    instances: Instances, strip: tuple[bytes, ...]
) -> None:
    first = mail("Hallo?", sender=f"service@{TWO}", to=f"service@{ONE}")
    instances.takes(first, at=ONE)
    assert 1 <= instances.exchange(strip) <= 2
