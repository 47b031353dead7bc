"""Changing the rulebook: with notice, with a reason, by name, and never for the past."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from csba import promises
from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import read as journal
from csba.rulebook import operations, read
from csba.rulebook.models import Rule
from tests.conftest import START, Travel
from tests.csba.factories import rule as stored_rule

HOURS = "inquiry.seller_deadline_hours"
PATIENCE = 20
DAY = timedelta(days=1)


def _change(by: User, value: Any = 20, key: str = HOURS, why: str = "Trial", **more: Any) -> Rule:
    return operations.change(key, value, by=by, why=why, **more)


def test_a_change_begins_in_a_minute_and_the_old_value_holds_until_then(
    policy_admin: User, travel: Travel
) -> None:
    rule = _change(policy_admin)
    assert rule.valid_from == START + timedelta(minutes=1)
    # No process may answer from a copy older than the change.
    assert rule.valid_from - START >= timedelta(seconds=2 * read.HOLD)
    read.forget()
    assert read.value(HOURS, START + timedelta(seconds=59)) == 24
    assert read.value(HOURS, START + timedelta(seconds=60)) == 20
    assert promises.seller_reply(START) == timedelta(hours=24)


@pytest.mark.parametrize(
    ("wanted", "begins"),
    [
        (START - DAY, START + timedelta(minutes=1)),
        (START + timedelta(seconds=5), START + timedelta(minutes=1)),
        (START + DAY, START + DAY),
    ],
)
def test_a_change_can_be_planned_but_never_backdated(
    wanted: datetime, begins: datetime, policy_admin: User, travel: Travel
) -> None:
    assert _change(policy_admin, valid_from=wanted).valid_from == begins


def test_a_change_is_in_the_journal_with_who_and_why(policy_admin: User, travel: Travel) -> None:
    rule = _change(policy_admin, why="Summer trial")
    line = journal.of(rule).get()
    assert (line.at, line.actor, line.user, line.verb) == (
        START,
        "admin",
        policy_admin,
        "rule_changed",
    )
    assert line.facts == {
        "key": HOURS,
        "before": 24,
        "after": 20,
        "valid_from": "2026-11-04T09:01:00Z",
        "why": "Summer trial",
    }
    assert (rule.changed_by, rule.why, rule.source) == (policy_admin, "Summer trial", "P10")


@pytest.mark.parametrize("why", ["", "  \n"])
def test_a_change_needs_a_reason(why: str, policy_admin: User) -> None:
    with pytest.raises(Refused, match="say why"):
        _change(policy_admin, why=why)
    assert Rule.objects.filter(key=HOURS).count() == 1


def test_an_unknown_key_is_refused_by_its_name(policy_admin: User) -> None:
    with pytest.raises(Refused, match=r"no rule “test\.never”"):
        _change(policy_admin, key="test.never")


MINUTES = {"email": 720, "page": 720, "transfer": 720, "api": 720, "chat": 1, "phone": 1}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (HOURS, "20"),
        (HOURS, [20]),
        (HOURS, None),
        (HOURS, True),
        (HOURS, -1),
        ("inquiry.seller_reminders_hours_left", [12, "2"]),
        ("inquiry.seller_reminders_hours_left", [12, -2]),
        ("inquiry.seller_reminders_hours_left", 12),
        ("customer.first_response_minutes", {"email": 60}),
        ("customer.first_response_minutes", {**MINUTES, "fax": 60}),
        ("customer.first_response_minutes", {**MINUTES, "email": "60"}),
        ("coverage.channels", [1]),
    ],
)
def test_a_value_that_its_readers_could_not_read_is_refused(
    key: str, value: Any, policy_admin: User
) -> None:
    with pytest.raises(Refused, match="same kind"):
        _change(policy_admin, key=key, value=value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (HOURS, 0),
        ("inquiry.seller_reminders_hours_left", [6]),
        ("inquiry.seller_reminders_hours_left", []),
        ("customer.first_response_minutes", {**MINUTES, "email": 60}),
        ("coverage.channels", ["MFN", "AFN"]),
    ],
)
def test_a_value_of_the_same_kind_is_taken(key: str, value: Any, policy_admin: User) -> None:
    assert _change(policy_admin, key=key, value=value).value == value


def test_a_second_change_follows_the_first(policy_admin: User, travel: Travel) -> None:
    _change(policy_admin, 20)
    travel(days=1)
    _change(policy_admin, 30)
    spans = Rule.objects.filter(key=HOURS).order_by("valid_from")
    assert [rule.value for rule in spans] == [24, 20, 30]
    assert [rule.valid_to for rule in spans] == [spans[1].valid_from, spans[2].valid_from, None]


def test_before_a_planned_change_nothing_can_be_squeezed_in(
    policy_admin: User, travel: Travel
) -> None:
    _change(policy_admin, 20, valid_from=START + 5 * DAY)
    with pytest.raises(Refused, match="already planned"):
        _change(policy_admin, 30)


def test_a_rule_that_had_ended_is_not_brought_back_for_the_time_between(
    policy_admin: User, travel: Travel
) -> None:
    stored_rule(valid_from=START - 9 * DAY, valid_to=START - 5 * DAY, value=1)
    _change(policy_admin, 2, key="test.key")
    read.forget()
    with pytest.raises(read.UnknownRule):
        read.value("test.key", START - DAY)
    assert read.value("test.key", START + DAY) == 2


def test_a_change_that_is_rolled_back_never_holds(policy_admin: User, travel: Travel) -> None:
    with transaction.atomic():
        _change(policy_admin)
        transaction.set_rollback(True)
    read.forget()
    assert read.value(HOURS, START + DAY) == 24
    assert not Rule.objects.filter(why="Trial").exists()


def test_after_the_commit_this_process_reads_the_book_again(
    committed: None, policy_admin: User
) -> None:
    later = timezone.now() + timedelta(minutes=2)
    assert read.value(HOURS, later) == 24
    _change(policy_admin)
    assert read.value(HOURS, later) == 20


def test_two_who_change_at_once_leave_one_value_for_each_moment(
    committed: None, policy_admin: User
) -> None:
    line, problems = threading.Barrier(4), []

    def admin(number: int) -> None:
        line.wait(PATIENCE)
        try:
            _change(policy_admin, number)
        except Refused:
            pass  # somebody was a moment later by the clock and a moment earlier in the queue
        except BaseException as problem:  # handed to the test, which fails by it
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=admin, args=(number,)) for number in range(30, 34)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert problems == []
    rules = list(Rule.objects.filter(key=HOURS).order_by("valid_from"))
    assert len(rules) >= 2
    assert [rule.valid_to for rule in rules[:-1]] == [rule.valid_from for rule in rules[1:]]
    assert rules[-1].valid_to is None
