"""Other doors for mail: STARTTLS, LMTP over TCP and a socket, and too many at once."""

import smtplib
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as given
from django.db import connections

from inquiries.channels import smtp
from inquiries.models import InboundMail
from tests.mail.posting import JONAS, SERVICE, free_port, mail

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[str, str]:
    """A certificate for localhost, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(paths[0]), str(paths[1])


def running(**options: Any) -> smtp.Listener:
    listener = smtp.Listener("127.0.0.1", free_port(), **options)
    listener.start()
    return listener


@pytest.fixture
def door() -> Iterator[Any]:
    """Call with options: a listener that stops with the test."""
    opened: list[Any] = []

    def open_it(listener: Any) -> Any:
        opened.append(listener)
        return listener

    before = smtp._Limited.open_now
    yield open_it
    # An encrypted connection takes a moment to close; the loop must not end before.
    deadline = time.monotonic() + 20
    while smtp._Limited.open_now > before and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    for one in opened:
        one.stop()
    connections.close_all()


def test_a_sender_who_asks_for_it_speaks_encrypted(
    door: Any, certificate: tuple[str, str], settings: Any
) -> None:
    settings.CSBA_SMTP_TLS, settings.CSBA_SMTP_REQUIRE_TLS = certificate, True
    listener = door(running())
    with smtplib.SMTP("localhost", listener.port, timeout=20) as session:
        session.ehlo()
        assert session.mail(JONAS)[0] == 530
        session.starttls(context=ssl.create_default_context(cafile=certificate[0]))
        session.sendmail(JONAS, [SERVICE], mail())
    assert InboundMail.objects.count() == 1


def test_a_certificate_that_is_none_ends_the_start_with_a_sentence(
    tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "x.pem").write_text("nothing")
    settings.CSBA_SMTP_TLS = (str(tmp_path / "x.pem"), str(tmp_path / "x.pem"))
    with pytest.raises(ValueError, match="CSBA_SMTP_CERT"):
        smtp.Listener("127.0.0.1", free_port())


def test_over_lmtp_every_receiver_has_an_answer_and_it_is_one_mail(door: Any) -> None:
    listener = door(running(lmtp=True))
    domain = given.CSBA_REPLY_DOMAIN
    with smtplib.LMTP("127.0.0.1", listener.port) as session:
        session.ehlo()
        assert session.mail(JONAS)[0] == 250
        for name in ("a", "b", "c"):
            assert session.rcpt(f"{name}@{domain}")[0] == 250
        session.putcmd("data")
        assert session.getreply()[0] == 354
        session.send(mail() + b"\r\n.\r\n")
        assert [session.getreply()[0] for _receiver in range(3)] == [250, 250, 250]
        assert session.noop()[0] == 250
    kept = InboundMail.objects.get()
    assert kept.envelope_to == [f"{name}@{domain}" for name in ("a", "b", "c")]


def test_a_mail_server_of_this_machine_delivers_at_a_socket(door: Any, tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.touch()  # left behind by a process that was killed
    listener = smtp.SocketListener(str(path))
    listener.start()
    door(listener)
    with smtplib.LMTP(str(path)) as session:
        session.sendmail(JONAS, [SERVICE], mail())
    assert InboundMail.objects.count() == 1


def test_the_hundred_and_first_receiver_is_sent_in_another_piece(door: Any) -> None:
    listener = door(running())
    with smtplib.SMTP("127.0.0.1", listener.port, timeout=20) as session:
        session.ehlo()
        session.mail(JONAS)
        domain = given.CSBA_REPLY_DOMAIN
        answers = [session.rcpt(f"a{number}@{domain}")[0] for number in range(101)]
        session.rset()
    assert answers == [250] * 100 + [452]


def test_more_connections_than_can_be_served_are_told_to_come_again(
    door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_MOST_CONNECTIONS", smtp._Limited.open_now + 2)
    listener = door(running())
    first, second = (smtplib.SMTP("127.0.0.1", listener.port, timeout=20) for _ in range(2))
    with pytest.raises(smtplib.SMTPConnectError) as refusal:
        smtplib.SMTP("127.0.0.1", listener.port, timeout=20)
    assert refusal.value.smtp_code == 421
    first.quit()
    second.quit()
