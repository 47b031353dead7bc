"""Sweeps by several workers, held rows and workers that die: nothing lost, nothing twice."""

import os
import subprocess
import sys
import threading
from datetime import datetime

import pytest
from django.db import connections, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from csba.embedded.home import CHECKOUT
from csba.health.models import Heartbeat
from csba.outbox.models import OutgoingMail
from csba.sweep import sweep
from tests.csba.factories import outgoing_mail, outgoing_mails
from tests.csba.sweeping import Mails, failing_for, sweep_due, swept, write_journal

Status = OutgoingMail.Status
PATIENCE = 20


def test_two_workers_share_the_rows_and_do_nothing_twice(committed: None) -> None:
    mails = outgoing_mails(20)
    both_hold_rows, shares, problems = threading.Barrier(2), [], []

    def work() -> None:
        mine: list[int] = []

        def effects(batch: Mails, at: datetime) -> None:
            if not mine:
                both_hold_rows.wait(PATIENCE)
            mine.extend(mail.pk for mail in batch)
            write_journal(batch, at)

        try:
            sweep_due(effects, batch=5)
            shares.append(mine)
        except BaseException as problem:  # handed to the test, which fails by it
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert problems == []
    assert sorted(shares[0] + shares[1]) == [mail.pk for mail in mails] == swept()
    assert min(map(len, shares)) >= 5


def test_a_row_that_someone_holds_is_left_for_the_next_tick(committed: None) -> None:
    mails = outgoing_mails(3)
    held, release = threading.Event(), threading.Event()

    def holder() -> None:
        with transaction.atomic():
            OutgoingMail.objects.select_for_update().get(pk=mails[1].pk)
            held.set()
            release.wait(PATIENCE)
        connections.close_all()

    thread = threading.Thread(target=holder)
    thread.start()
    try:
        assert held.wait(PATIENCE)
        assert sweep_due() == 2
        assert swept() == [mails[0].pk, mails[2].pk]
    finally:
        release.set()
        thread.join(PATIENCE)
    assert sweep_due() == 1
    assert swept() == [mail.pk for mail in mails]


def test_a_held_row_among_bad_ones_neither_blocks_nor_loops(committed: None) -> None:
    mails = outgoing_mails(3)
    held, release = threading.Event(), threading.Event()

    def holder() -> None:
        with transaction.atomic():
            OutgoingMail.objects.select_for_update().get(pk=mails[0].pk)
            held.set()
            release.wait(PATIENCE)
        connections.close_all()

    thread = threading.Thread(target=holder)
    thread.start()
    try:
        assert held.wait(PATIENCE)
        assert sweep_due(failing_for({mails[1].pk}), batch=1) == 1
    finally:
        release.set()
        thread.join(PATIENCE)
    assert swept() == [mails[2].pk]


def test_a_held_row_before_one_that_the_table_refuses_neither_blocks_nor_loops(
    committed: None,
) -> None:
    mails = outgoing_mails(3)
    taken = outgoing_mail(status=Status.SENT, message_id=f"<{mails[1].pk}@claimed>")
    held, release = threading.Event(), threading.Event()

    def holder() -> None:
        with transaction.atomic():
            OutgoingMail.objects.select_for_update().get(pk=mails[0].pk)
            held.set()
            release.wait(PATIENCE)
        connections.close_all()

    thread = threading.Thread(target=holder)
    thread.start()
    try:
        assert held.wait(PATIENCE)
        at = timezone.now()
        done = sweep(
            "tests.refused",
            OutgoingMail.objects.due(at).order_by("id"),
            # Unique, and for the second mail already another's: no claim of both can succeed.
            stamps={
                "status": Status.SUPPRESSED,
                "settled_at": at,
                "message_id": Concat(Value("<"), Cast("pk", CharField()), Value("@claimed>")),
            },
            effects=write_journal,
            at=at,
            batch=1,
        )
    finally:
        release.set()
        thread.join(PATIENCE)
    assert done == 1
    assert swept() == [mails[2].pk]
    assert Heartbeat.objects.get(name="tests.refused").failed == 1
    assert OutgoingMail.objects.get(pk=taken.pk).status == Status.SENT


class _Dies(BaseException):
    """What no `except Exception` catches."""


def test_what_ends_the_process_leaves_the_batch_due_and_keeps_those_before(
    committed: None,
) -> None:
    mails = outgoing_mails(6)

    def effects(batch: Mails, at: datetime) -> None:
        write_journal(batch, at)
        if mails[3].pk in {mail.pk for mail in batch}:
            raise _Dies

    with pytest.raises(_Dies):
        sweep_due(effects, batch=2)
    assert swept() == [mails[0].pk, mails[1].pk]
    assert not Heartbeat.objects.filter(name="tests.suppress").exists()
    assert sweep_due() == 4
    assert swept() == [mail.pk for mail in mails]


WORKER = """
import sys
import django
django.setup()
from tests.csba.sweeping import sweep_due, write_journal
def effects(batch, at):
    write_journal(batch, at)
    print(len(batch), flush=True)
    sys.stdin.readline()
sweep_due(effects, batch=2)
"""


def test_a_worker_killed_in_the_middle_of_a_batch_loses_nothing_and_does_nothing_twice(
    elsewhere: dict[str, str],
) -> None:
    mails = outgoing_mails(6)
    with subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=CHECKOUT,
        env=elsewhere,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert worker.stdout.readline() == "2\n"
        worker.stdin.write("go on\n")
        worker.stdin.flush()
        assert worker.stdout.readline() == "2\n"
        os.kill(worker.pid, 9)
        worker.wait(PATIENCE)
    assert swept() == [mails[0].pk, mails[1].pk]
    # The dead worker's rows are free again as soon as the server notices; waiting for their locks
    # is waiting for that.
    with transaction.atomic():
        list(OutgoingMail.objects.select_for_update())
    assert sweep_due() == 4
    assert swept() == [mail.pk for mail in mails]


def test_where_nothing_can_be_due_nothing_is_swept(db: None) -> None:
    outgoing_mail()
    at = timezone.now()
    for due in (OutgoingMail.objects.none(), OutgoingMail.objects.filter(template__in=[])):
        assert sweep("tests.none", due, stamps={"tries": 1}, effects=write_journal, at=at) == 0
    assert Heartbeat.objects.filter(name="tests.none").exists()
