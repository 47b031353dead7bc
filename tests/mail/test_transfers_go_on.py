"""A transfer that was unclear goes on once the seller has named the order; digests end by a click;
attachments and HTML are shown safely.
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from caselog.models import Entry
from caselog.operations import questions
from csba.outbox.models import OutgoingMail
from inquiries import tasks
from inquiries.channels.mailbox import safe_html
from inquiries.models import Attachment, InboundMail, Inquiry
from inquiries.operations import inbound
from sellers.models import DigestChoice
from sellers.operations import preferences
from tests.factories.sellers import MembershipFactory, OrderFactory
from tests.mail.posting import JONAS, mail

pytestmark = pytest.mark.django_db

UNCLEAR = (
    "---------- Forwarded message ---------\nVon: Klara <zz9@marketplace.amazon.de>\n"
    "Date: Di., 3. Nov. 2026\nSubject: Anfrage\nTo: <service@blume.test>\n\nDie Lampe flackert."
)


@pytest.fixture
def asked(blume: Any, served: Any, travel: Any, settings: Any) -> InboundMail:
    """Blume has handed a message over, and is asked which order it is about."""
    blume.default_email = "service@blume.test"
    blume.save()
    served(blume)
    to = settings.CSBA_TRANSFER_ADDRESSES["DE"]
    kept = inbound.keep(mail(UNCLEAR, sender="service@blume.test", to=to), via="SMTP")
    tasks.handle_received_mail()
    kept.refresh_from_db()
    assert kept.result == "ASKED"
    return kept


def answered(kept: InboundMail, words: str) -> InboundMail:
    case: Any = kept.case
    questions.reply(case, body=words, by=None, via=Entry.Via.MAIL, sender="service@blume.test")
    tasks.go_on_with_transfers()
    tasks.go_on_with_transfers()
    kept.refresh_from_db()
    return kept


def test_the_named_order_opens_the_inquiry_once_and_the_thread_says_so(
    asked: InboundMail, blume: Any
) -> None:
    order = OrderFactory(seller=blume, buyer_email="kq7@marketplace.amazon.de")
    kept = answered(asked, f"Es ist {order.number}.")
    inquiry = Inquiry.objects.get()
    assert (kept.result, kept.inquiry, inquiry.order) == ("TAKEN_OVER", inquiry, order)
    assert inquiry.buyer_email == order.buyer_email
    said = Entry.objects.filter(case=kept.case, author="DESK").last()
    assert said is not None
    assert inquiry.number in said.body


def test_an_order_that_is_not_covered_is_refused_in_the_same_thread(
    asked: InboundMail, blume: Any
) -> None:
    order = OrderFactory(seller=blume, channel="AFN")
    assert answered(asked, order.number).result == "NOT_COVERED"
    assert not Inquiry.objects.exists()


def test_an_answer_without_a_number_is_left_to_a_person_and_asked_no_more(
    asked: InboundMail,
) -> None:
    assert answered(asked, "Das weiß ich nicht.").result == "UNCLEAR"
    assert OutgoingMail.objects.filter(template="caselog/mail/question_asked").count() == 1


def test_before_the_seller_answers_nothing_moves(asked: InboundMail) -> None:
    assert tasks.go_on_with_transfers() == 0
    asked.refresh_from_db()
    assert asked.result == "ASKED"


def test_a_mail_program_ends_the_digest_without_a_login(blume: Any) -> None:
    membership = MembershipFactory(seller=blume)
    choice = preferences.choose_digest(membership, rhythm="DAILY")
    address = reverse("sellers:digest-off", args=[preferences.off_token(choice)])
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(address).status_code == 302
    choice.refresh_from_db()
    assert choice.rhythm == DigestChoice.Rhythm.DAILY
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    choice.refresh_from_db()
    assert choice.rhythm == DigestChoice.Rhythm.OFF


EVIL = """
<p onclick="x()">Hallo <a href="javascript:x()">da</a> <a href="https://shop.test/">Shop</a></p>
<script>alert(1)</script><iframe src="https://evil.test"></iframe><form action="/x"><input></form>
<img src="https://evil.test/p.gif"><img src="cid:one"><img src="cid:two"><img src=x onerror=y()>
<div style="background:url(https://evil.test/b.png); color:red; position:fixed">rot</div>
<svg><script>1</script></svg><meta http-equiv=refresh content="0;url=https://evil.test">
<base href="https://evil.test"><link rel=stylesheet href="https://evil.test/s.css">
"""


def test_nothing_in_a_strangers_html_runs_or_asks_anybody() -> None:
    pictures = {"one": ("image/png", b"\x89PNG"), "two": ("image/svg+xml", b"<svg/>")}
    found = safe_html.clean(EVIL, pictures=pictures)
    low = found.html.lower()
    for evil in (
        "script",
        "onclick",
        "onerror",
        "iframe",
        "<form",
        "<input",
        "evil.test",
        "svg",
        "position",
        "url(",
        "<meta",
        "<base",
        "<link",
        "javascript",
    ):
        assert evil not in low, evil
    assert "data:image/png;base64," in found.html
    assert 'href="https://shop.test/"' in found.html
    assert found.left_out == 1


def test_pictures_from_elsewhere_come_only_when_asked_for() -> None:
    found = safe_html.clean(EVIL, pictures={}, remote=True)
    assert 'src="https://evil.test/p.gif"' in found.html
    assert found.left_out == 0


HTML = (
    b"From: Jonas <jonas@buyers.test>\nTo: service@csba.example\nSubject: Foto\n"
    b"Message-ID: <h@buyers.test>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=p\n\n"
    b"--p\nContent-Type: text/html; charset=utf-8\n\n<p>Siehe</p><img src='https://t.test/1.gif'>\n"
    b"--p\nContent-Type: text/html; name=seite.html\nContent-Disposition: attachment; "
    b"filename=seite.html\n\n<script>alert(1)</script>\n--p--\n"
)


@pytest.fixture
def shown(travel: Any) -> InboundMail:
    """An HTML mail with a page as its file."""
    kept = inbound.keep(HTML, via="SMTP")
    tasks.handle_received_mail()
    kept.refresh_from_db()
    return kept


def test_the_html_has_a_policy_of_its_own_and_its_page_a_sandbox(
    client: Client, agent: Any, shown: InboundMail
) -> None:
    client.force_login(agent)
    number, key = shown.inquiry.number, shown.messages.get().pk  # type: ignore[union-attr]
    page = client.get(reverse("admin:mail", args=[number, key]))
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.content.decode()
    frame = client.get(reverse("admin:mail-html", args=[number, key]))
    policy = frame["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "https:" not in policy
    assert "allow-scripts" not in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert b"t.test" not in frame.content
    asked_for = client.get(reverse("admin:mail-html-images", args=[number, key]))
    assert b"https://t.test/1.gif" in asked_for.content
    assert "img-src data: https: http:" in asked_for["Content-Security-Policy"]


def test_a_page_among_the_files_is_saved_as_text_and_never_opened_here(
    client: Client, agent: Any, shown: InboundMail
) -> None:
    client.force_login(agent)
    file = shown.attachments.get()
    number = shown.inquiry.number  # type: ignore[union-attr]
    answer: Any = client.get(reverse("admin:mail-file", args=[number, file.pk]))
    for close in answer._resource_closers:
        close()
    assert answer["Content-Type"].startswith("text/plain")
    assert 'attachment; filename="seite.html.txt"' in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_of_another_inquiry_is_not_there(
    client: Client, agent: Any, shown: InboundMail
) -> None:
    client.force_login(agent)
    other = inbound.keep(mail("Hallo?", sender="eva@strangers.test"), via="SMTP")
    tasks.handle_received_mail()
    other.refresh_from_db()
    number = other.inquiry.number  # type: ignore[union-attr]
    address = reverse("admin:mail-file", args=[number, shown.attachments.get().pk])
    assert client.get(address).status_code == 404


class Clamd:
    """A stand-in that speaks clamd's INSTREAM: whatever holds EICAR is found."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.seen = 0
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _peer = self.socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack("!L", stream.read(4))[0]:
                    content += stream.read(length)
                self.seen += 1
                found = b"stream: Eicar FOUND\0" if b"EICAR" in content else b"stream: OK\0"
                stream.write(found)

    def stop(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(20)


@pytest.fixture
def clamd(settings: LazySettings) -> Iterator[Clamd]:
    running = Clamd()
    settings.CSBA_CLAMD = f"127.0.0.1:{running.socket.getsockname()[1]}"
    yield running
    running.stop()


@pytest.fixture
def with_file(travel: Any) -> Callable[[bytes], Attachment]:
    def send(content: bytes) -> Attachment:
        raw = HTML.replace(b"<script>alert(1)</script>", content)
        kept = inbound.keep(raw, via="SMTP")
        tasks.handle_received_mail()
        return kept.attachments.get()

    return send


def test_a_virus_is_named_and_cannot_be_had(
    clamd: Clamd, with_file: Any, client: Client, agent: Any
) -> None:
    found = with_file(b"EICAR-TEST")
    assert (found.state, found.file, clamd.seen) == ("INFECTED", None, 1)
    client.force_login(agent)
    number = Inquiry.objects.get().number
    answer = client.get(reverse("admin:mail-file", args=[number, found.pk]), follow=True)
    assert "a virus was found" in answer.content.decode()


def test_while_the_scanner_is_away_the_mail_goes_on_and_the_file_waits(
    with_file: Any, settings: Any, client: Client, agent: Any
) -> None:
    settings.CSBA_CLAMD = "127.0.0.1:9"
    found = with_file(b"Nur Text")
    assert (found.state, InboundMail.objects.get().status) == ("UNSCANNED", "HANDLED")
    client.force_login(agent)
    address = reverse("admin:mail-file", args=[Inquiry.objects.get().number, found.pk])
    assert "cannot be reached" in client.get(address, follow=True).content.decode()
    running = Clamd()
    settings.CSBA_CLAMD = f"127.0.0.1:{running.socket.getsockname()[1]}"
    answer: Any = client.get(address)
    running.stop()
    assert b"".join(answer) == b"Nur Text"
    for close in answer._resource_closers:
        close()
    found.refresh_from_db()
    assert found.state == "KEPT"


def test_jonas_is_asked_for_nothing_more_when_his_file_is_blocked(with_file: Any) -> None:
    with_file(b"MZ\x90")
    assert Attachment.objects.get().state == "PROGRAM"
    assert OutgoingMail.objects.filter(to_address=JONAS).count() == 1
