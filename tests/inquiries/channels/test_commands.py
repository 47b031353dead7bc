"""listen_mail and receive_mail as a mail server sees them: ready line, signals, exit status."""

import os
import select
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from inquiries.models import InboundMail
from tests.mail.posting import JONAS, SERVICE, mail

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def environment(**changes: str) -> dict[str, str]:
    """This process's, with the database of the tests."""
    chosen = connection.settings_dict
    url = (
        f"postgres://{chosen['USER']}:{chosen['PASSWORD']}@{chosen['HOST']}:{chosen['PORT']}"
        f"/{chosen['NAME']}"
    )
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        **changes,
    }


def pipe(raw: bytes, *arguments: str, **changes: str) -> "subprocess.CompletedProcess[bytes]":
    """What a mail server's pipe does with one mail."""
    return subprocess.run(
        [sys.executable, "manage.py", "receive_mail", *arguments],
        cwd=settings.ROOT,
        input=raw,
        capture_output=True,
        env=environment(**changes),
        timeout=60,
        check=False,
    )


def test_a_mail_through_the_pipe_is_kept_and_the_same_one_over_smtp_adds_nothing(
    real_postman: Any,
) -> None:
    raw = mail()
    done = pipe(raw.replace(b"\r\n", b"\n"), "--sender", JONAS, SERVICE)
    assert (done.returncode, done.stderr) == (0, b"")
    kept = InboundMail.objects.get()
    assert (kept.via, kept.envelope_from, kept.envelope_to) == ("PIPE", JONAS, [SERVICE])
    real_postman.brings(raw)
    assert InboundMail.objects.count() == 1


def test_without_the_database_the_mail_server_is_told_to_try_again() -> None:
    done = pipe(mail(), DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    assert done.returncode == 75
    assert b"tried again" in done.stderr


@pytest.mark.parametrize(
    ("raw", "words"), [(b"", b"Nothing came in"), (b"x" * 2001, b"larger than 2000 bytes")]
)
def test_what_is_no_mail_is_refused_in_a_sentence(raw: bytes, words: bytes) -> None:
    done = pipe(raw, CSBA_MAIL_SIZE_LIMIT="2000")
    assert done.returncode == 65
    assert words in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    return found


@pytest.fixture
def listener(port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """manage.py listen_mail, started."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "listen_mail"],
        cwd=settings.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(CSBA_SMTP_PORT=str(port)),
    )
    with process:
        yield process
        process.kill()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_the_listener_says_when_it_is_ready_and_ends_cleanly_when_told_to(
    listener: Any, port: int, name: str
) -> None:
    ready, _, _ = select.select([listener.stdout], [], [], 60)
    assert ready
    assert listener.stdout.readline() == f"Listening for mail on 127.0.0.1:{port}.\n".encode()
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as session:
        session.sendmail(JONAS, [SERVICE], mail())
        # A sender that is still connected holds up nobody.
        listener.send_signal(getattr(signal, name))
        assert listener.wait(10) == 0
    assert InboundMail.objects.count() == 1
    assert listener.stderr.read() == b""


def test_a_port_that_is_taken_is_said_in_one_sentence(listener: Any, port: int) -> None:
    select.select([listener.stdout], [], [], 60)
    second = subprocess.run(
        [sys.executable, "manage.py", "listen_mail"],
        cwd=settings.ROOT,
        capture_output=True,
        env=environment(CSBA_SMTP_PORT=str(port)),
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert b"Set CSBA_SMTP_HOST and CSBA_SMTP_PORT" in second.stderr
    assert second.stderr.count(b"\n") == 1
