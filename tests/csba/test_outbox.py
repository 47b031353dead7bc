"""Mail on its way into the outbox: stored with the fact, once, and the worker woken."""

import time
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.conf import settings as product
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba.outbox.enqueue import draft, enqueue, enqueue_many
from csba.outbox.models import OutgoingMail
from sellers.models import Seller
from tests.conftest import Letters, Travel
from tests.csba.conftest import JONAS

Status = OutgoingMail.Status


def test_a_mail_is_stored_with_all_that_its_sending_needs(
    note: str, letters: Letters, travel: Travel, blume: Seller
) -> None:
    enqueue(note, to=JONAS, language="en", about=blume, reply_to="inq+1@csba.example")
    mail = letters.last(JONAS)
    assert (mail.subject, mail.text) == ("About your order", "All is well.\n")
    assert (mail.status, mail.tries, mail.automatic) == (Status.QUEUED, 0, True)
    assert mail.send_after == mail.created_at == timezone.now()
    assert (mail.about_type, mail.about_id) == ("sellers.seller", blume.pk)
    assert mail.reply_to == "inq+1@csba.example"


def test_a_mail_is_gone_when_its_fact_is_rolled_back(note: str, letters: Letters) -> None:
    with transaction.atomic():
        enqueue(note, to=JONAS, language="en")
        assert letters.to(JONAS) == ["note"]
        transaction.set_rollback(True)
    assert letters() == []


def test_the_same_key_makes_one_mail_and_gives_back_the_first(note: str, letters: Letters) -> None:
    first = enqueue(note, to=JONAS, language="en", key="received:17")
    again = enqueue(note, to=JONAS, language="de", key="received:17", context={"what": "more"})
    assert again.pk == first.pk
    assert again.message_id == first.message_id
    assert [mail.subject for mail in letters()] == ["About your order"]


def test_mails_without_a_key_are_never_taken_for_each_other(note: str, letters: Letters) -> None:
    enqueue(note, to=JONAS, language="en")
    enqueue(note, to=JONAS, language="en")
    assert len({mail.message_id for mail in letters()}) == 2


@pytest.mark.parametrize("count", [1, 20])
def test_many_mails_cost_one_statement_and_leave_out_known_keys(
    note: str, letters: Letters, count: int
) -> None:
    known = enqueue(note, to=JONAS, language="en", key="mail:0")
    drafts = [draft(note, to=JONAS, language="en", key=f"mail:{n}") for n in range(count + 1)]
    with CaptureQueriesContext(connection) as statements:
        enqueue_many(drafts)
    assert len(statements) == 1
    assert len(letters()) == count + 1
    assert letters()[0].pk == known.pk


def test_no_mails_cost_no_statement(db: None) -> None:
    with CaptureQueriesContext(connection) as statements:
        enqueue_many([])
    assert len(statements) == 0


def test_a_mail_can_be_told_to_wait(note: str, letters: Letters, travel: Travel) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    enqueue(note, to=JONAS, language="en", send_after=tomorrow)
    assert not OutgoingMail.objects.due(timezone.now()).exists()
    travel(days=1)
    assert OutgoingMail.objects.due(timezone.now()).get() == letters.last(JONAS)


def _waiting_kicks() -> int:
    with redis.Redis.from_url(product.REDIS_URL) as broker:
        return int(broker.llen(f"{product.CSBA_LIVE_PREFIX}celery"))


def test_the_worker_is_woken_once_after_the_commit_however_many_mails_it_has(
    note: str, committed: None
) -> None:
    with transaction.atomic():
        for _number in range(3):
            enqueue(note, to=JONAS, language="en")
        with transaction.atomic():
            enqueue(note, to=JONAS, language="en")
        assert _waiting_kicks() == 0
    assert _waiting_kicks() == 1


def test_a_kick_inside_a_savepoint_that_fails_does_not_swallow_the_next(
    note: str, committed: None
) -> None:
    with transaction.atomic():
        with transaction.atomic():
            enqueue(note, to=JONAS, language="en")
            transaction.set_rollback(True)
        enqueue(note, to=JONAS, language="en")
    assert _waiting_kicks() == 1


def test_after_a_rollback_nobody_is_woken(note: str, committed: None) -> None:
    with transaction.atomic():
        enqueue(note, to=JONAS, language="en")
        transaction.set_rollback(True)
    assert _waiting_kicks() == 0


def test_a_broker_that_is_away_costs_the_writer_neither_the_mail_nor_seconds(
    note: str,
    committed: None,
    nobody_listens: int,
    letters: Letters,
    broker_at: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broker_at(f"redis://127.0.0.1:{nobody_listens}/0")
    begun = time.monotonic()
    enqueue(note, to=JONAS, language="en")
    assert time.monotonic() - begun < 2
    assert "worker not woken" in caplog.text
    assert letters.to(JONAS) == ["note"]


def test_after_the_broker_came_back_the_worker_is_woken_again(note: str, committed: None) -> None:
    enqueue(note, to=JONAS, language="en")
    with redis.Redis.from_url(product.REDIS_URL) as broker:
        here = broker.connection_pool.connection_kwargs["db"]
        for client in broker.client_list():
            if int(client["db"]) == here and client["id"] != str(broker.client_id()):
                broker.client_kill_filter(_id=client["id"])
    enqueue(note, to=JONAS, language="en")
    enqueue(note, to=JONAS, language="en")
    assert _waiting_kicks() >= 2
