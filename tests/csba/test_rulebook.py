"""The rulebook: one value for each key at each moment, read from a copy that is never old."""

import threading
import time
import tomllib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from csba import promises
from csba.embedded.home import CHECKOUT
from csba.rulebook import read
from csba.rulebook.models import Rule
from tests.conftest import START
from tests.csba.factories import rule

HOURS = "inquiry.seller_deadline_hours"
EARLY = datetime(2022, 1, 1, tzinfo=UTC)
PATIENCE = 20
DAY = timedelta(days=1)


def test_the_book_begins_with_what_stands_in_the_seed(db: None) -> None:
    files = sorted((CHECKOUT / "csba" / "rulebook" / "seed").glob("*.toml"))
    assert len(files) > 1
    seeds = [
        seed for file in files for seed in tomllib.loads(file.read_text(encoding="utf-8"))["rule"]
    ]
    assert len(seeds) == len({seed["key"] for seed in seeds})
    for seed in seeds:
        assert read.value(seed["key"], EARLY) == read.value(seed["key"], START) == seed["value"]
    rules = Rule.objects.filter(key__in=[seed["key"] for seed in seeds])
    assert rules.count() == len(seeds)
    assert all(rule.why and rule.source for rule in rules)


def test_the_promises_of_the_article_are_the_numbers_of_the_book(db: None) -> None:
    assert promises.seller_reply(START) == timedelta(hours=24)
    assert promises.seller_reminders(START) == [timedelta(hours=12), timedelta(hours=2)]
    assert promises.buyer_answer(START) == timedelta(hours=48)
    assert promises.activation(START) == timedelta(hours=1)
    assert promises.activation_alarm(START) == timedelta(minutes=45)
    assert promises.message_response(START) == timedelta(hours=24)
    assert promises.invitation(START) == timedelta(days=30)
    assert promises.reopen_window(START) == timedelta(days=7)


@pytest.mark.parametrize(
    ("channel", "minutes"),
    [("EMAIL", 720), ("PAGE", 720), ("TRANSFER", 720), ("API", 720), ("CHAT", 1), ("PHONE", 1)],
)
def test_each_channel_has_its_first_response(channel: str, minutes: int, db: None) -> None:
    assert promises.first_response(channel, START) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (START, None),
        (START + DAY, START + 2 * DAY),
        (START - DAY, START + timedelta(microseconds=1)),
        (START - DAY, None),
        (START + 3 * DAY - timedelta(microseconds=1), None),
    ],
)
def test_two_values_of_a_key_cannot_overlap(
    begins: datetime, ends: datetime | None, db: None
) -> None:
    rule(valid_from=START, valid_to=START + 3 * DAY)
    with pytest.raises(IntegrityError, match="rule_has_one_value_at_a_time"), transaction.atomic():
        rule(valid_from=begins, valid_to=ends)


def test_spans_that_meet_and_other_keys_do_not_overlap(db: None) -> None:
    rule(valid_from=START, valid_to=START + DAY)
    rule(valid_from=START + DAY)
    rule(valid_from=START - DAY, valid_to=START)
    rule(valid_from=START, key="test.other")


@pytest.mark.parametrize("ends", [START, START - DAY])
def test_a_rule_ends_after_it_begins(ends: datetime, db: None) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        rule(valid_from=START, valid_to=ends)


def test_a_moment_reads_the_value_of_its_day(db: None) -> None:
    first = rule(valid_from=START, valid_to=START + DAY, value="first")
    second = rule(valid_from=START + DAY, value="second")
    read.forget()
    just_before = START + DAY - timedelta(microseconds=1)
    assert [read.value("test.key", at) for at in (START, just_before)] == ["first", "first"]
    assert read.value("test.key", START + DAY) == "second"
    assert read.value("test.key", START + 9999 * DAY) == "second"
    assert read.version("test.key", START) == first.pk
    assert read.version("test.key", START + DAY) == second.pk


@pytest.mark.parametrize("key", ["test.key", "test.never"])
def test_a_moment_without_a_value_is_an_error_that_names_key_and_moment(key: str, db: None) -> None:
    rule(valid_from=START)
    read.forget()
    with pytest.raises(read.UnknownRule, match=rf"{key} at 2026-11-03 09:00"):
        read.value(key, START - DAY)


def test_the_book_is_read_once_for_many_questions(db: None) -> None:
    with CaptureQueriesContext(connection) as statements:
        for _number in range(20):
            promises.seller_reply(START)
            promises.buyer_answer(START)
    assert len(statements) == 1


def test_a_copy_is_read_again_when_it_is_older_than_it_may_be(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read.value(HOURS, START) == 24
    Rule.objects.filter(key=HOURS).update(value=20)
    begun = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: begun + read.HOLD - 1)
    assert read.value(HOURS, START) == 24
    monkeypatch.setattr(time, "monotonic", lambda: begun + read.HOLD + 1)
    assert read.value(HOURS, START) == 20


def test_eight_threads_that_find_an_old_copy_read_it_once(committed: None) -> None:
    line, counts = threading.Barrier(8), []

    def reader() -> None:
        connection.ensure_connection()
        with CaptureQueriesContext(connection) as statements:
            line.wait(PATIENCE)
            assert read.value(HOURS, START) == 24
        counts.append(len(statements))
        connections.close_all()

    threads = [threading.Thread(target=reader) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(counts) == [0] * 7 + [1]
