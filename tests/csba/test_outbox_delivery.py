"""Mail on its way out, over a real SMTP conversation: sent once, or kept with the reason."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as product
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba.health.models import Heartbeat
from csba.outbox import delivery, smtp, tasks
from csba.outbox.models import OutgoingMail
from tests.conftest import Travel
from tests.csba.conftest import JONAS, Queue
from tests.csba.factories import refreshed
from tests.csba.relay import TestRelay

Status = OutgoingMail.Status


def test_a_mail_that_the_relay_takes_is_sent(
    queue: Queue, relay: TestRelay, travel: Travel
) -> None:
    mail = queue()
    travel(seconds=5)
    assert delivery.deliver_due() == 1
    refreshed(mail)
    assert (mail.status, mail.tries, mail.last_error) == (Status.SENT, 1, "")
    assert mail.settled_at == mail.data_at == timezone.now()
    assert relay.message_ids() == [mail.message_id]
    assert (relay.taken[0].sender, relay.taken[0].to) == (product.CSBA_BOUNCE_ADDRESS, [JONAS])


def test_many_mails_share_one_connection(queue: Queue, relay: TestRelay) -> None:
    mails = [queue(f"buyer{n}@buyers.test") for n in range(5)]
    assert delivery.deliver_due() == 5
    assert relay.sessions == 1
    assert sorted(relay.message_ids()) == sorted(mail.message_id for mail in mails)


def test_what_is_not_yet_due_or_suppressed_stays_here(queue: Queue, relay: TestRelay) -> None:
    queue(send_after=timezone.now() + timedelta(hours=1))
    queue(f"anyone@{product.CSBA_REPLY_DOMAIN}")
    assert delivery.deliver_due() == 0
    assert relay.sessions == 0


def test_at_most_limit_mails_leave_in_one_run(queue: Queue, relay: TestRelay) -> None:
    for number in range(5):
        queue(f"buyer{number}@buyers.test")
    assert delivery.deliver_due(limit=3) == 3
    assert len(relay.taken) == 3


def test_each_run_leaves_a_heartbeat(queue: Queue, relay: TestRelay, travel: Travel) -> None:
    queue()
    tasks.deliver_due()
    beat = Heartbeat.objects.get(name="outbox.deliver_due")
    assert (beat.at, beat.count) == (timezone.now(), 1)


def test_an_idle_tick_costs_few_statements(relay: TestRelay, db: None) -> None:
    with CaptureQueriesContext(connection) as statements:
        tasks.deliver_due()
    # Two for what dead workers left, the claim in its savepoint, the heartbeat.
    assert len(statements) <= 6


@pytest.mark.parametrize("count", [1, 20])
def test_a_mail_costs_three_statements_however_many_there_are(
    queue: Queue, relay: TestRelay, count: int
) -> None:
    for number in range(count):
        queue(f"buyer{number}@buyers.test")
    with CaptureQueriesContext(connection) as statements:
        delivery.deliver_due()
    assert len(statements) <= 3 * count + 9


@pytest.mark.parametrize(
    ("step", "answer"),
    [("RCPT", "550 5.1.1 no such user"), ("RCPT", "553 bad name"), ("DATA", "554 5.7.1 spam")],
)
def test_a_final_no_fails_the_mail_with_the_relays_words(
    queue: Queue, relay: TestRelay, step: str, answer: str
) -> None:
    relay.answers[step] = answer
    mail = queue()
    delivery.deliver_due()
    assert refreshed(mail).status == Status.FAILED
    assert mail.last_error == answer
    assert mail.settled_at is not None
    assert delivery.deliver_due() == 0
    assert relay.taken == []


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("MAIL", "451 4.3.0 try later"),
        ("RCPT", "450 4.2.0 greylisted"),
        ("DATA", "452 4.3.1 full"),
        ("MAIL", "530 5.7.0 log in first"),
    ],
)
def test_a_no_for_now_puts_the_mail_back_for_later(
    queue: Queue, relay: TestRelay, travel: Travel, step: str, answer: str
) -> None:
    relay.answers[step] = answer
    mail = queue()
    delivery.deliver_due()
    assert refreshed(mail).status == Status.QUEUED
    assert (mail.tries, mail.last_error) == (1, answer)
    assert (mail.claimed_at, mail.data_at, mail.settled_at) == (None, None, None)
    assert timedelta(seconds=24) <= mail.send_after - timezone.now() <= timedelta(seconds=36)
    assert delivery.deliver_due() == 0
    relay.answers.clear()
    travel(seconds=36)
    assert delivery.deliver_due() == 1
    assert refreshed(mail).status == Status.SENT
    assert (mail.tries, mail.last_error) == (2, "")


def test_the_pauses_grow_to_two_hours_and_after_two_days_it_is_over(
    queue: Queue, relay: TestRelay, travel: Travel
) -> None:
    relay.answers["RCPT"] = "450 greylisted"
    mail, begun, pauses = queue(), timezone.now(), []
    while refreshed(mail).status == Status.QUEUED:
        travel.to(mail.send_after)
        assert delivery.deliver_due() == 1
        pauses.append((refreshed(mail).send_after - timezone.now()).total_seconds())
    assert refreshed(mail).status == Status.FAILED
    assert mail.last_error == "450 greylisted"
    for pause, planned in zip(pauses, (30, 60, 120, 240), strict=False):
        assert 0.8 * planned <= pause <= 1.2 * planned
    assert 0.8 * 7200 <= max(pauses) <= 1.2 * 7200
    assert timedelta(hours=36) < timezone.now() - begun < timedelta(hours=60)


def test_a_mail_that_was_to_wait_for_days_is_tried_again_like_any_other(
    queue: Queue, relay: TestRelay, travel: Travel
) -> None:
    mail = queue(send_after=timezone.now() + timedelta(days=5))
    relay.answers["RCPT"] = "450 greylisted"
    travel(days=5)
    delivery.deliver_due()
    assert refreshed(mail).status == Status.QUEUED


def test_one_refused_receiver_stops_no_other(queue: Queue, relay: TestRelay) -> None:
    relay.answer_to = lambda step, to: (
        "550 no such user" if (step, to) == ("RCPT", "gone@buyers.test") else None
    )
    mails = [queue(to) for to in ("a@buyers.test", "gone@buyers.test", "b@buyers.test")]
    delivery.deliver_due()
    assert [refreshed(mail).status for mail in mails] == [Status.SENT, Status.FAILED, Status.SENT]


def test_any_kind_of_yes_after_the_content_is_a_yes(queue: Queue, relay: TestRelay) -> None:
    relay.answers["DATA"] = "251 taken, will forward"
    mail = queue()
    delivery.deliver_due()
    assert refreshed(mail).status == Status.SENT


def test_a_relay_that_hangs_up_after_the_content_leaves_the_mail_uncertain_for_ever(
    queue: Queue, relay: TestRelay, travel: Travel
) -> None:
    relay.hang_up = "DATA"
    mail = queue()
    delivery.deliver_due()
    assert refreshed(mail).status == Status.UNCERTAIN
    assert mail.data_at is not None
    assert mail.last_error
    relay.hang_up = ""
    for _day in range(3):
        travel(days=1)
        tasks.deliver_due()
    assert refreshed(mail).status == Status.UNCERTAIN
    assert len(relay.taken) == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_relay_that_hangs_up_before_the_content_gets_the_mail_again(
    queue: Queue, relay: TestRelay, travel: Travel, step: str
) -> None:
    relay.hang_up = step
    mail = queue()
    delivery.deliver_due()
    assert (refreshed(mail).status, mail.data_at) == (Status.QUEUED, None)
    relay.hang_up = ""
    travel(minutes=1)
    delivery.deliver_due()
    assert refreshed(mail).status == Status.SENT


def test_a_relay_that_is_not_there_costs_no_mail(
    queue: Queue, settings: Any, nobody_listens: int, travel: Travel
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", nobody_listens
    mail = queue()
    delivery.deliver_due()
    assert (refreshed(mail).status, mail.tries) == (Status.QUEUED, 1)
    assert "refused" in mail.last_error
    assert mail.send_after > timezone.now()


@pytest.mark.parametrize("trouble", ["MAIL", "DATA"])
def test_when_the_relay_is_away_the_other_mails_wait_untouched(
    queue: Queue, relay: TestRelay, trouble: str
) -> None:
    """Otherwise one tick could hold its worker for hours, or make five hundred mails doubtful."""
    mails = [queue(f"buyer{n}@buyers.test") for n in range(4)]
    relay.hang_up = trouble
    assert delivery.deliver_due() == 1
    assert relay.sessions == 1
    untouched = [mail for mail in mails if refreshed(mail).tries == 0]
    assert len(untouched) == 3
    assert {(mail.status, mail.claimed_at) for mail in untouched} == {(Status.QUEUED, None)}
    relay.hang_up = ""
    assert delivery.deliver_due() == 3


def test_a_relay_that_says_nothing_is_left_after_a_while(
    queue: Queue, relay: TestRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "PATIENCE", 0.3)
    relay.stall_at = "RCPT"
    mail = queue()
    delivery.deliver_due()
    assert refreshed(mail).status == Status.QUEUED
    assert "timed out" in mail.last_error


def test_a_relay_that_takes_its_time_over_the_content_is_waited_for(
    queue: Queue, relay: TestRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "PATIENCE", 0.3)
    relay.stall_at = "DATA"
    threading.Timer(0.8, relay.go_on.set).start()
    mail = queue()
    delivery.deliver_due()
    assert refreshed(mail).status == Status.SENT


def test_a_relay_that_never_answers_the_content_leaves_the_mail_uncertain(
    queue: Queue, relay: TestRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "CONTENT_PATIENCE", 0.3)
    relay.stall_at = "DATA"
    mail = queue()
    delivery.deliver_due()
    assert refreshed(mail).status == Status.UNCERTAIN
    assert "timed out" in mail.last_error
