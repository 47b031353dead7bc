"""Activation: within the hour, once, measured, with its letter (P18)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba.health.models import Heartbeat
from csba.journal import read as journal
from csba.outbox.models import OutgoingMail
from sellers import metrics, tasks
from sellers.models import (
    Enrolment,
    Seller,
    Service,
)
from sellers.operations import enrolment
from tests.conftest import START, Letters, Travel
from tests.factories.sellers import EnrolmentFactory
from tests.sellers.acting import person

pytestmark = pytest.mark.django_db

Status = Enrolment.Status


def test_activation_stamps_the_moment_writes_the_letter_and_the_journal_once(
    ready: Seller, travel: Travel, letters: Letters
) -> None:
    stint = enrolment.opt_in(ready, by=person(ready))
    travel(seconds=15)
    assert tasks.activate_due_enrolments() == 1
    assert tasks.activate_due_enrolments() == 0
    stint.refresh_from_db()
    assert (stint.status, stint.active_from, stint.alarm_due_at) == (
        Status.ACTIVE,
        START + timedelta(seconds=15),
        None,
    )
    assert letters.to(ready.default_email) == ["opted_in", "service_active"]
    assert "4. November 2026, 10:00:15 CET" in letters.last(ready.default_email).text
    line = journal.of(stint).last()
    assert line is not None
    assert (line.verb, line.actor, line.facts["waited_seconds"]) == ("activated", "clock", 15)
    assert Heartbeat.objects.filter(name="activate_due_enrolments").exists()


def test_a_click_after_the_sweep_began_waits_for_the_next_one(
    ready: Seller, travel: Travel
) -> None:
    began = timezone.now()
    travel(seconds=1)
    enrolment.opt_in(ready, by=person(ready))
    assert enrolment.activate_due(began) == 0
    assert enrolment.activate_due(timezone.now()) == 1


def test_seller_who_lost_their_standing_between_click_and_activation_starts_suspended(
    ready: Seller, travel: Travel, letters: Letters
) -> None:
    stint = enrolment.opt_in(ready, by=person(ready))
    Seller.objects.filter(pk=ready.pk).update(standing="DEACTIVATED")
    travel(seconds=15)
    tasks.activate_due_enrolments()
    stint.refresh_from_db()
    assert stint.active_from == timezone.now()
    assert [(pause.reason, pause.from_at, pause.until_at) for pause in stint.suspensions.all()] == [
        ("STANDING", timezone.now(), None)
    ]
    assert letters.to(ready.default_email) == ["opted_in", "suspended"]


def test_one_sweep_activates_many_in_few_statements(travel: Travel, service: Service) -> None:
    at = timezone.now()
    for _number in range(40):
        EnrolmentFactory(service=service, status="PENDING", opted_in_at=at)
    with CaptureQueriesContext(connection) as found:
        assert enrolment.activate_due(at) == 40
    work = [
        query["sql"] for query in found if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))
    ]
    beats = [sql for sql in work if "health_heartbeat" in sql]
    assert len(work) - len(beats) <= 5, work
    assert OutgoingMail.objects.count() == 40


def test_a_stint_waits_until_the_one_before_is_over_and_holds_up_no_other(
    travel: Travel, service: Service
) -> None:
    at = timezone.now()
    good, bad = (
        EnrolmentFactory(service=service, status="PENDING", opted_in_at=at) for _number in range(2)
    )
    # The clocks of two machines disagree: an ended stint reaches past this moment.
    EnrolmentFactory(
        seller=bad.seller,
        service=service,
        status="ENDED",
        opted_in_at=at - timedelta(days=1),
        active_from=at - timedelta(days=1),
        ended_at=at + timedelta(seconds=2),
    )
    assert enrolment.activate_due(at) == 1
    assert Enrolment.objects.get(pk=good.pk).status == Status.ACTIVE
    assert Enrolment.objects.get(pk=bad.pk).status == Status.PENDING
    assert enrolment.activate_due(at + timedelta(seconds=2)) == 1


def test_a_slow_activation_is_noted_once(
    ready: Seller, travel: Travel, caplog: pytest.LogCaptureFixture
) -> None:
    stint = enrolment.opt_in(ready, by=person(ready))
    travel(minutes=44)
    assert tasks.alarm_slow_activations() == 0
    travel(minutes=1)
    assert tasks.alarm_slow_activations() == 1
    assert tasks.alarm_slow_activations() == 0
    assert [line.verb for line in journal.of(stint)] == ["opted_in", "activation_slow"]
    assert "not active yet" in caplog.text


def test_oldest_pending_stint_is_what_monitoring_sees(ready: Seller, travel: Travel) -> None:
    assert metrics.oldest_due(START) == ("enrolment", None)
    enrolment.opt_in(ready, by=person(ready))
    assert metrics.oldest_due(START) == ("enrolment", START)
