"""Several senders, dead senders, and the person who sends again: no mail twice."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from csba.accounts.models import User
from csba.embedded.home import CHECKOUT
from csba.errors import Refused
from csba.journal import read as journal
from csba.outbox import delivery, operations
from csba.outbox.models import STUCK_AFTER, OutgoingMail
from tests.conftest import Travel
from tests.csba.conftest import Queue
from tests.csba.factories import refreshed
from tests.csba.relay import PATIENCE, TestRelay

Status = OutgoingMail.Status


def test_four_workers_send_twenty_mails_once_each(
    committed: None, queue: Queue, relay: TestRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 2)
    mails = [queue(f"buyer{number}@buyers.test") for number in range(20)]
    line, tried, problems = threading.Barrier(4), [], []

    def work() -> None:
        try:
            line.wait(PATIENCE)
            tried.append(delivery.deliver_due())
        except BaseException as problem:  # handed to the test, which fails by it
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert problems == []
    assert sum(tried) == 20
    assert len([count for count in tried if count]) > 1
    assert sorted(relay.message_ids()) == sorted(mail.message_id for mail in mails)
    assert set(OutgoingMail.objects.values_list("status", "tries")) == {(Status.SENT, 1)}


def test_a_mail_that_was_taken_away_from_a_slow_worker_does_not_leave_through_it(
    queue: Queue, relay: TestRelay, committed: None
) -> None:
    mail = queue()

    def meanwhile(step: str) -> None:
        if step == "RCPT" and relay.sessions == 1:
            at = timezone.now() + STUCK_AFTER + timedelta(seconds=1)
            assert delivery.recover_stuck(at) == 1
            connections.close_all()

    relay.before = meanwhile
    delivery.deliver_due(limit=1)
    assert relay.taken == []
    assert (refreshed(mail).status, mail.data_at) == (Status.QUEUED, None)
    relay.before = None
    delivery.deliver_due()
    assert relay.message_ids() == [mail.message_id]


def test_the_next_mail_leaves_over_the_same_connection_after_one_was_taken_away(
    queue: Queue, relay: TestRelay, committed: None
) -> None:
    first = queue("a@buyers.test")
    second = queue("b@buyers.test")

    def meanwhile(step: str) -> None:
        if step == "RCPT" and not relay.arrived.is_set():
            relay.arrived.set()
            OutgoingMail.objects.filter(pk=first.pk).update(claimed_at=None, status=Status.QUEUED)
            connections.close_all()

    relay.before = meanwhile
    delivery.deliver_due(limit=2)
    assert relay.message_ids() == [second.message_id]
    assert relay.sessions == 1


WORKER = "import django; django.setup(); from csba.outbox import tasks; tasks.deliver_due()"


@pytest.fixture
def worker(relay: TestRelay, elsewhere: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own that sends what is due to the relay."""
    with subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=CHECKOUT,
        env={**elsewhere, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(relay.port)},
    ) as process:
        yield process
        process.kill()


@pytest.fixture
def due_before_the_worker_starts(committed: None, queue: Queue) -> OutgoingMail:
    return queue()


def _killed_at(step: str, relay: TestRelay, worker: subprocess.Popen[bytes]) -> None:
    assert relay.arrived.wait(PATIENCE), f"the worker never came to {step}"
    os.kill(worker.pid, 9)
    worker.wait(PATIENCE)
    relay.go_on.set()
    relay.stall_at = ""


@pytest.mark.parametrize(
    ("step", "becomes"),
    [("RCPT", Status.QUEUED), ("DATA", Status.UNCERTAIN)],
)
def test_a_worker_killed_in_the_middle_of_a_mail(
    step: str,
    becomes: Status,
    relay: TestRelay,
    due_before_the_worker_starts: OutgoingMail,
    request: pytest.FixtureRequest,
) -> None:
    """Before the content the mail is queued again; after it nobody can know, so it is not."""
    mail = due_before_the_worker_starts
    relay.stall_at = step
    _killed_at(step, relay, request.getfixturevalue("worker"))
    assert (refreshed(mail).status, mail.tries) == (Status.SENDING, 1)

    assert mail.claimed_at is not None
    soon, late = (mail.claimed_at + STUCK_AFTER + timedelta(seconds=s) for s in (-1, 1))
    assert delivery.recover_stuck(soon) == 0
    assert refreshed(mail).status == Status.SENDING
    assert delivery.recover_stuck(late) == 1
    assert refreshed(mail).status == becomes

    relay.taken.clear()
    delivery.deliver_due()
    sent = [mail.message_id] if becomes == Status.QUEUED else []
    assert relay.message_ids() == sent
    assert refreshed(mail).status == (Status.SENT if sent else Status.UNCERTAIN)


@pytest.mark.parametrize("status", [Status.FAILED, Status.UNCERTAIN])
def test_a_person_sends_again_and_the_journal_says_who(
    status: Status, queue: Queue, relay: TestRelay, agent: User, travel: Travel
) -> None:
    mail = queue()
    OutgoingMail.objects.filter(pk=mail.pk).update(
        status=status, tries=30, settled_at=timezone.now(), data_at=timezone.now()
    )
    travel(days=4)
    operations.send_again(refreshed(mail), by=agent)
    line = journal.of(mail).get()
    assert (line.verb, line.user, line.facts) == ("sent_again", agent, {"before": status})
    relay.answers["RCPT"] = "450 greylisted"
    delivery.deliver_due()
    assert (refreshed(mail).status, mail.tries) == (Status.QUEUED, 1)
    relay.answers.clear()
    travel(minutes=1)
    delivery.deliver_due()
    assert refreshed(mail).status == Status.SENT


@pytest.mark.parametrize("status", [Status.SENT, Status.SENDING, Status.SUPPRESSED, Status.QUEUED])
def test_what_has_not_failed_cannot_be_sent_again(
    status: Status, queue: Queue, agent: User
) -> None:
    mail = queue()
    OutgoingMail.objects.filter(pk=mail.pk).update(status=status)
    with pytest.raises(Refused):
        operations.send_again(refreshed(mail), by=agent)
    assert refreshed(mail).status == status
    assert not journal.of(mail).exists()
