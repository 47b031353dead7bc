"""A process killed between two steps of intake or of sending loses and doubles nothing."""

import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from csba.outbox import delivery
from csba.outbox.models import STUCK_AFTER, OutgoingMail
from inquiries import tasks
from inquiries.models import Attachment, InboundMail, Inquiry, Message
from inquiries.operations import inbound
from tests.csba.factories import outgoing_mail
from tests.csba.relay import TestRelay
from tests.factories.sellers import OrderFactory
from tests.mail import dying
from tests.mail.posting import JONAS, mail

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

INTAKE = {
    "taken up": "die_after(work, '_next')",
    "parsed": "die_after(dispatch, 'parse')",
    "files kept": "die_after(dispatch.attachments, 'keep')",
    "thread found": "die_after(dispatch.match, 'thread')",
    "inquiry opened": "die_after(dispatch.intake, 'receive')",
    "marked as handled": "die_after(dispatch.inbound, 'handled')",
    "committed": "die_before(work.Heartbeat.objects, 'beat')",
}
HANDLER = """
from inquiries.channels.mailbox import dispatch, work
{step}
work.handle_waiting()
"""
KEEPER = """
from inquiries.operations import inbound
{step}
inbound.keep(sys.stdin.buffer.read(), via="SMTP")
os.kill(os.getpid(), 9)
"""
SENDING = {
    "claimed": ("die_after(delivery, 'claim')", "SENT"),
    "weighed": ("die_after(delivery, '_wanted')", "SENT"),
    "connected": ("die_after(smtp.Relay, '_connected')", "SENT"),
    "at the brink": ("die_before(smtp.Relay, '_hand_over')", "UNCERTAIN"),
    "handed over": ("die_after(smtp.Relay, '_hand_over')", "UNCERTAIN"),
    "second one handed over": ("die_after(smtp.Relay, '_hand_over', times=2)", "UNCERTAIN"),
    "all settled": ("die_before(delivery.Heartbeat.objects, 'beat')", "SENT"),
}
SENDER = """
from django.conf import settings
from csba.outbox import delivery, smtp
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(os.environ["RELAY"])
{step}
delivery.deliver_due()
"""


def with_file(body: str) -> bytes:
    """A mail with a file, so that there is something on the disk, too."""
    return mail(body).replace(
        b"Content-Type: text/plain",
        b"Content-Type: multipart/mixed; boundary=k\r\n\r\n--k\r\nContent-Type: text/plain",
        1,
    ) + (
        b"\r\n--k\r\nContent-Type: text/plain; name=a.txt\r\n"
        b"Content-Disposition: attachment; filename=a.txt\r\n\r\nAnbei.\r\n--k--\r\n"
    )


@pytest.mark.parametrize("step", INTAKE.values(), ids=INTAKE)
def test_a_mail_is_handled_once_whenever_its_worker_dies(
    blume: Any, served: Callable[..., Any], step: str
) -> None:
    served(blume)
    order = OrderFactory(seller=blume, buyer_email=JONAS)
    inbound.keep(with_file(f"Wo bleibt {order.number}?"), via="SMTP")
    assert dying.run(HANDLER.format(step=step)) == -signal.SIGKILL
    dying.wait_until_forgotten()
    tasks.handle_received_mail()
    tasks.handle_received_mail()
    assert InboundMail.objects.get().status == "HANDLED"
    counts = [model.objects.count() for model in (Inquiry, Message, Attachment, OutgoingMail)]
    assert counts == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("step", "kept"), [("die_before(inbound.mail_identity, 'of')", 0), ("", 1)]
)
def test_a_mail_that_was_not_committed_was_not_acknowledged_and_comes_again(
    step: str, kept: int
) -> None:
    raw = mail()
    assert dying.run(KEEPER.format(step=step), stdin=raw) == -signal.SIGKILL
    assert InboundMail.objects.count() == kept
    inbound.keep(raw, via="SMTP")  # the sender has had no answer
    assert InboundMail.objects.count() == 1


@pytest.fixture
def relay(settings: Any) -> Iterator[TestRelay]:
    running = TestRelay().start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
    yield running
    running.stop()


@pytest.mark.parametrize(("step", "first"), SENDING.values(), ids=SENDING)
def test_no_mail_is_sent_twice_whenever_its_sender_dies(
    relay: TestRelay, step: str, first: str
) -> None:
    mails = [outgoing_mail(to_address=f"b{number}@buyers.test") for number in range(3)]
    code = dying.run(SENDER.format(step=step), RELAY=str(relay.port))
    assert code == -signal.SIGKILL
    dying.wait_until_forgotten()
    later = timezone.now() + STUCK_AFTER + timedelta(seconds=1)
    delivery.recover_stuck(later)
    delivery.deliver_due()
    delivery.deliver_due()
    receivers = [one.to[0] for one in relay.taken]
    assert len(receivers) == len(set(receivers))
    found = {one.status for one in OutgoingMail.objects.filter(pk__in=[m.pk for m in mails])}
    assert found <= {"SENT", "UNCERTAIN"}
    assert first in found
    sent = OutgoingMail.objects.filter(status="SENT").values_list("to_address", flat=True)
    assert set(sent) <= set(receivers)
