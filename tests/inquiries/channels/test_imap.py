"""Mail fetched from a mailbox: a real IMAP server on loopback, a killed process, a wrong login."""

import gc
import imaplib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from csba.health.models import Heartbeat
from inquiries.channels import imap
from inquiries.models import InboundMail
from inquiries.operations import inbound
from tests.mail.posting import free_port, mail

USER, PASSWORD = "desk", "secret-of-the-mailbox"


class Mailbox:
    """What a person would do with the mailbox by hand."""

    def __init__(self, port: int) -> None:
        self.port = port

    def session(self) -> imaplib.IMAP4:
        session = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        session.login(USER, PASSWORD)
        session.select("INBOX")
        return session

    def put(self, *mails: bytes) -> None:
        session = self.session()
        for raw in mails:
            session.append("INBOX", "", "", raw)
        session.logout()

    def count(self, what: str) -> int:
        session = self.session()
        found = len(session.uid("search", "", what)[1][0].split())
        session.logout()
        return found


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """An empty mailbox at a server of its own."""
    port = free_port()
    options = ["--host", "127.0.0.1", "--port", str(port)]
    login = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.mail.imap_server", *options, *login],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: answers(port))
    settings.CSBA_IMAP_HOST, settings.CSBA_IMAP_PORT = "127.0.0.1", port
    settings.CSBA_IMAP_TLS = False
    settings.CSBA_IMAP_USER, settings.CSBA_IMAP_PASSWORD = USER, PASSWORD
    yield Mailbox(port)
    server.terminate()
    server.wait(20)


def answers(port: int) -> bool:
    try:
        imaplib.IMAP4("127.0.0.1", port, timeout=5).logout()
    except OSError:
        return False
    return True


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)


@pytest.fixture
def watching(mailbox: Mailbox, transactional_db: None) -> Iterator[None]:
    """Somebody fetches what comes."""
    enough = threading.Event()

    def watch() -> None:
        imap.watch(enough)
        connections.close_all()

    thread = threading.Thread(target=watch)
    thread.start()
    yield
    enough.set()
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_new_mail_is_kept_as_it_comes_and_then_seen(mailbox: Mailbox, watching: None) -> None:
    until(lambda: Heartbeat.objects.filter(name=imap.HEARTBEAT).exists())
    raw = mail("Wo bleibt das Paket? Größe 名")
    mailbox.put(raw, mail("Und noch eins."))
    until(lambda: mailbox.count("SEEN") == 2)
    kept = InboundMail.objects.earliest("id")
    assert (kept.via, bytes(kept.raw)) == ("IMAP", raw)
    assert InboundMail.objects.count() == 2


@pytest.mark.django_db
def test_fetched_mail_is_moved_where_a_folder_is_named(mailbox: Mailbox, settings: Any) -> None:
    session = mailbox.session()
    session.create("Done")
    session.logout()
    settings.CSBA_IMAP_DONE_FOLDER = "Done"
    mailbox.put(mail())
    call_command("fetch_mail", "--once", stdout=StringIO())
    assert (mailbox.count("ALL"), InboundMail.objects.count()) == (0, 1)


@pytest.mark.django_db
def test_a_mail_that_is_too_large_is_flagged_once_and_stops_no_other(
    mailbox: Mailbox, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CSBA_MAIL_SIZE_LIMIT = 2_000
    mailbox.put(mail("x" * 3_000), mail("klein"))
    with imap.connected() as box:
        assert imap.fetch(box) == imap.Round(kept=1, left=1)
        assert imap.fetch(box) == imap.Round()
    assert (mailbox.count("FLAGGED"), mailbox.count("SEEN")) == (1, 1)
    assert "larger than CSBA_MAIL_SIZE_LIMIT" in caplog.text


@pytest.mark.django_db
def test_what_the_listener_has_already_is_not_kept_twice(mailbox: Mailbox) -> None:
    raw = mail()
    inbound.keep(raw, via="SMTP")
    mailbox.put(raw)
    with imap.connected() as box:
        imap.fetch(box)
    assert (InboundMail.objects.count(), mailbox.count("SEEN")) == (1, 1)


def test_a_refused_login_is_told_without_its_secret_and_ends_when_asked(
    mailbox: Mailbox, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CSBA_IMAP_PASSWORD = "wrong-secret"
    enough = threading.Event()
    thread = threading.Thread(target=imap.watch, args=[enough])
    thread.start()
    until(lambda: "login refused" in caplog.text)
    enough.set()
    thread.join(20)
    assert not thread.is_alive()
    assert "wrong-secret" not in caplog.text


def test_a_refused_login_ends_the_command_with_a_sentence_and_leaves_no_connection(
    mailbox: Mailbox, settings: Any
) -> None:
    settings.CSBA_IMAP_PASSWORD = "wrong-secret"
    with pytest.raises(CommandError, match=r"127\.0\.0\.1: login refused"):
        call_command("fetch_mail", "--once")
    gc.collect()  # a socket left open would be complained of here


def test_without_a_mailbox_the_command_says_what_to_set() -> None:
    with pytest.raises(CommandError, match="CSBA_IMAP_HOST"):
        call_command("fetch_mail")


KEEPER = """
import os, django
django.setup()
from inquiries.channels import imap
from inquiries.channels.mailbox import receive
kept = receive.receive
def keep_and_die(raw, **where):
    kept(raw, **where)
    print("kept", flush=True)
    os.kill(os.getpid(), 9)
receive.receive = keep_and_die
with imap.connected() as box:
    imap.fetch(box)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_killed_between_keeping_and_marking_the_mail_is_fetched_again_and_is_one(
    mailbox: Mailbox,
) -> None:
    mailbox.put(mail())
    chosen = connection.settings_dict
    url = (
        f"postgres://{chosen['USER']}:{chosen['PASSWORD']}@{chosen['HOST']}:{chosen['PORT']}"
        f"/{chosen['NAME']}"
    )
    known = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "CSBA_IMAP_HOST": "127.0.0.1",
        "CSBA_IMAP_PORT": str(mailbox.port),
        "CSBA_IMAP_TLS": "0",
        "CSBA_IMAP_USER": USER,
        "CSBA_IMAP_PASSWORD": PASSWORD,
    }
    done = subprocess.run(
        [sys.executable, "-c", KEEPER],
        env={**os.environ, **known},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.returncode) == (b"kept\n", -signal.SIGKILL)
    assert (InboundMail.objects.count(), mailbox.count("UNSEEN")) == (1, 1)
    with imap.connected() as box:
        imap.fetch(box)
    assert (InboundMail.objects.count(), mailbox.count("UNSEEN")) == (1, 0)
