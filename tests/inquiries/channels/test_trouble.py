"""Mails that cannot be handled: tried three times, then in quarantine, replayed by a person."""

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from django.db import connection, connections

from csba.health.models import Heartbeat
from csba.journal import read as journal
from inquiries import tasks
from inquiries.channels import limits
from inquiries.models import InboundMail, Inquiry
from inquiries.operations import inbound
from tests.mail.posting import mail

Status = InboundMail.Status


@pytest.fixture
def broken(db: None) -> Any:
    """A context in which the database refuses every new inquiry."""

    class Broken:
        def __enter__(self) -> None:
            self._run("ADD CONSTRAINT nothing_today CHECK (id < 0) NOT VALID")

        def __exit__(self, *problem: object) -> None:
            self._run("DROP CONSTRAINT nothing_today")

        def _run(self, change: str) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(f"ALTER TABLE inquiries_inquiry {change}")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    return Broken()


@pytest.mark.django_db
def test_a_mail_that_fails_is_tried_three_times_and_then_put_into_quarantine(
    broken: Any, travel: Any
) -> None:
    kept = inbound.keep(mail(), via="SMTP")
    with broken:
        for tries, status in [(1, Status.RECEIVED), (2, Status.RECEIVED), (3, Status.FAILED)]:
            assert tasks.handle_received_mail() == 0
            kept.refresh_from_db()
            assert (kept.tries, kept.status) == (tries, status)
            assert "nothing_today" in kept.error
        tasks.handle_received_mail()
        kept.refresh_from_db()
        assert kept.tries == 3


@pytest.mark.django_db
def test_a_mail_that_fails_stops_no_other(broken: Any, travel: Any) -> None:
    inbound.keep(mail(), via="SMTP")
    holiday = inbound.keep(mail("Urlaub", Auto_Submitted="auto-replied"), via="SMTP")
    with broken:
        assert tasks.handle_received_mail() == 1
    holiday.refresh_from_db()
    assert holiday.status == Status.HANDLED
    beat = Heartbeat.objects.get(name="inquiries.handle_received_mail")
    assert (beat.count, beat.failed) == (1, 1)


@pytest.mark.django_db
def test_a_failed_try_leaves_nothing_behind_and_the_next_does_it_once(
    broken: Any, travel: Any
) -> None:
    kept = inbound.keep(mail(), via="SMTP")
    with broken:
        tasks.handle_received_mail()
    assert not Inquiry.objects.exists()
    assert tasks.handle_received_mail() == 1
    assert tasks.handle_received_mail() == 0
    kept.refresh_from_db()
    assert (kept.status, kept.error, Inquiry.objects.count()) == (Status.HANDLED, "", 1)


@pytest.mark.django_db
def test_a_person_replays_a_mail_from_quarantine(broken: Any, travel: Any, lead: Any) -> None:
    kept = inbound.keep(mail(), via="SMTP")
    with broken:
        for _try in range(3):
            tasks.handle_received_mail()
    kept.refresh_from_db()
    inbound.replay(kept, by=lead)
    assert tasks.handle_received_mail() == 1
    kept.refresh_from_db()
    assert (kept.status, kept.inquiry) == (Status.HANDLED, Inquiry.objects.get())
    line = journal.of(kept).get(verb="replayed")
    assert (line.user, "nothing_today" in line.facts["before"]) == (lead, True)


@pytest.mark.django_db
def test_a_mail_that_ended_its_worker_three_times_is_not_tried_a_fourth(travel: Any) -> None:
    deadly = inbound.keep(mail(), via="SMTP")
    for _worker in range(inbound.MOST_TRIES):
        limits.exceeded("deadly-mail", str(deadly.pk), most=9, seconds=3600)
    travel(minutes=2)
    tasks.handle_received_mail()
    deadly.refresh_from_db()
    assert deadly.status == Status.FAILED
    assert "three times" in deadly.error


@pytest.mark.django_db
def test_mails_are_handled_in_the_order_in_which_they_came(travel: Any) -> None:
    for text in ("Eins", "Zwei", "Drei"):
        inbound.keep(mail(text), via="SMTP")
        travel(seconds=1)
    tasks.handle_received_mail()
    found = Inquiry.objects.order_by("id").values_list("preview", flat=True)
    assert list(found) == ["Eins", "Zwei", "Drei"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_four_workers_share_the_mails_and_handle_each_once() -> None:
    for number in range(20):
        inbound.keep(mail(f"Nummer {number}", sender=f"b{number}@buyers.test"), via="SMTP")
    done: list[int] = []

    def work() -> None:
        try:
            done.append(tasks.handle_received_mail())
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sum(done) == 20
    assert Inquiry.objects.count() == 20
    assert set(InboundMail.objects.values_list("status", "tries")) == {(Status.HANDLED, 0)}


KEEPER = """
import os, sys, django
django.setup()
from inquiries.operations import inbound
inbound.keep(sys.stdin.buffer.read(), via="SMTP")
print("kept", flush=True)
os.kill(os.getpid(), 9)
"""

HANDLER = """
import os, sys, time, django
django.setup()
from django.db import transaction
from inquiries.channels.mailbox import dispatch, work
finished = dispatch.handle
def handle_and_wait(mail):
    finished(mail)
    print("before the commit", flush=True)
    time.sleep(60)
dispatch.handle = handle_and_wait
work.handle_waiting()
"""


def _python(program: str, stdin: bytes = b"") -> "subprocess.Popen[bytes]":
    """A process of its own, on this test's database."""
    chosen = connection.settings_dict
    url = (
        f"postgres://{chosen['USER']}:{chosen['PASSWORD']}@{chosen['HOST']}:{chosen['PORT']}"
        f"/{chosen['NAME']}"
    )
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    )
    assert process.stdin is not None
    process.stdin.write(stdin)
    process.stdin.close()
    return process


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_process_killed_between_keeping_and_handling_loses_nothing_and_doubles_nothing() -> None:
    keeper = _python(KEEPER, mail())
    assert keeper.stdout is not None
    assert keeper.stdout.read() == b"kept\n"
    assert keeper.wait(30) == -signal.SIGKILL
    keeper.stdout.close()

    handler = _python(HANDLER)
    assert handler.stdout is not None
    assert handler.stdout.readline() == b"before the commit\n"
    handler.kill()
    handler.wait(30)
    handler.stdout.close()
    _until_nobody_holds_the_mail()
    assert not Inquiry.objects.exists()

    assert tasks.handle_received_mail() == 1
    assert tasks.handle_received_mail() == 0
    assert (InboundMail.objects.get().status, Inquiry.objects.count()) == (Status.HANDLED, 1)


def _until_nobody_holds_the_mail() -> None:
    """The server ends the dead process's transaction as soon as it notices."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
            )
            if cursor.fetchone()[0] == 0:
                return
    raise AssertionError("the dead process still holds its transaction")
