"""A new version of the terms: asked for with a date, reminded, missed, agreed to (rulings 15)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba.health.models import Heartbeat
from csba.journal import read as journal
from csba.outbox.models import OutgoingMail
from csba.verdicts import Verdict
from sellers import tasks
from sellers.models import Enrolment, Seller, Service, Suspension, Terms, TermsRequest
from sellers.operations import _asking, enrolment, standing, terms
from sellers.rules import coverage
from tests.conftest import START, Letters, Travel
from tests.factories.sellers import OrderFactory
from tests.sellers.acting import person
from tests.sellers.new_terms import agreed_to_all, many_active, new_version

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def active(blume: Seller, served: Callable[..., Any], travel: Travel) -> Seller:
    """Blume, active since August, with both documents agreed to; what was to be asked is asked."""
    served(blume)
    agreed_to_all(blume, START)
    assert tasks.ask_for_new_terms() == 0
    return blume


@pytest.fixture
def asked(active: Seller, service: Service) -> TermsRequest:
    """Blume was asked for a new version a moment ago."""
    new_version(service, valid_from=START)
    assert tasks.ask_for_new_terms() == 1
    return TermsRequest.objects.get()


def agree(seller: Seller) -> None:
    in_force = terms.outstanding(seller, enrolment.csba(), timezone.now())
    terms.accept(seller, terms_ids=[found.pk for found in in_force], by=person(seller))


def verdict(seller: Seller) -> coverage.Finding:
    """Of an order placed now."""
    order = OrderFactory(seller=seller, placed_at=timezone.now())
    stints = Enrolment.objects.filter(seller=seller).prefetch_related("suspensions")
    return coverage.of_line(order, order.lines.get(), list(stints))


def test_an_active_seller_is_asked_once_with_a_date_30_days_ahead(
    asked: TermsRequest, letters: Letters, travel: Travel
) -> None:
    assert (asked.status, asked.agree_by) == ("OPEN", START + 30 * DAY)
    assert asked.remind_due_at == START + 23 * DAY
    assert asked.terms.asked_at == START
    travel(minutes=1)
    assert tasks.ask_for_new_terms() == 0
    assert letters.to("service@blume.test") == ["terms_asked"]
    letter = letters.last("service@blume.test")
    assert "4. Dezember 2026, 10:00" in letter.text
    assert "Die Antwortfrist ist genauer erklärt." in letter.text
    assert "/portal/services/csba/terms/" in letter.text
    assert Heartbeat.objects.filter(name="ask_for_new_terms").exists()


def test_a_pending_seller_is_asked_and_one_who_is_not_signed_up_or_has_agreed_is_not(
    blume: Seller, longmen: Seller, ready: Seller, service: Service, travel: Travel
) -> None:
    enrolment.opt_in(ready, by=person(ready))
    tasks.ask_for_new_terms()
    version = new_version(service, valid_from=START)
    many_active(1, START)
    assert tasks.ask_for_new_terms() == 1
    assert [found.seller for found in version.requests.all()] == [blume]


def test_a_version_is_asked_for_only_when_it_is_in_force(
    active: Seller, service: Service, travel: Travel
) -> None:
    version = new_version(service, valid_from=START + DAY)
    assert tasks.ask_for_new_terms() == 0
    travel(days=1)
    assert tasks.ask_for_new_terms() == 1
    assert version.requests.get().asked_at == START + DAY


def test_a_version_of_its_own_time_to_agree_keeps_it(
    active: Seller, service: Service, travel: Travel
) -> None:
    new_version(service, valid_from=START, agree_within=5 * DAY)
    tasks.ask_for_new_terms()
    found = TermsRequest.objects.get()
    assert (found.agree_by, found.remind_due_at) == (START + 5 * DAY, START + 4 * DAY)


def test_who_opted_in_in_the_last_moment_before_the_version_is_asked_by_the_next_tick(
    asked: TermsRequest, travel: Travel
) -> None:
    seller = many_active(1, START)[0]
    seller.acceptances.filter(terms=asked.terms).delete()
    travel(minutes=1)
    assert tasks.ask_for_new_terms() == 1
    assert seller.terms_requests.get().agree_by == timezone.now() + 30 * DAY


def test_thousands_are_asked_in_few_statements(
    service: Service, travel: Travel, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.ask_for_new_terms()
    many_active(60, START)
    new_version(service, valid_from=START)
    with CaptureQueriesContext(connection) as found:
        assert tasks.ask_for_new_terms() == 60
    few = len(found)
    many_active(300, START)
    Terms.objects.update(asked_at=START)
    new_version(service, version="2026-12", valid_from=START + timedelta(seconds=1))
    travel(seconds=1)
    with CaptureQueriesContext(connection) as found:
        assert tasks.ask_for_new_terms() == 360
    assert len(found) == few
    assert few <= 20


def test_a_break_in_the_middle_loses_nobody_and_asks_nobody_twice(
    service: Service, travel: Travel, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.ask_for_new_terms()
    many_active(5, START)
    version = new_version(service, valid_from=START)
    monkeypatch.setattr(_asking, "BATCH", 2)
    first = list(_asking._next_keys(version, 0))
    assert _asking._ask(version, first, START) == 2  # and then the worker died
    version.refresh_from_db()
    assert version.asked_at is None
    travel(minutes=1)
    assert tasks.ask_for_new_terms() == 3
    assert OutgoingMail.objects.filter(template="sellers/mail/terms_asked").count() == 5
    assert TermsRequest.objects.count() == 5


def test_until_the_date_all_runs_on_with_a_reminder_at_each_promised_time_left(
    asked: TermsRequest, active: Seller, letters: Letters, travel: Travel
) -> None:
    travel(days=22, hours=23)
    assert tasks.remind_of_terms() == 0
    travel(hours=1)
    assert tasks.remind_of_terms() == 1
    assert tasks.remind_of_terms() == 0
    asked.refresh_from_db()
    assert asked.remind_due_at == START + 29 * DAY
    travel(days=6)
    assert tasks.remind_of_terms() == 1
    asked.refresh_from_db()
    assert asked.remind_due_at is None
    assert letters.to(active.default_email) == ["terms_asked", "terms_reminder", "terms_reminder"]
    travel(days=1, seconds=-1)
    assert tasks.suspend_without_terms() == 0
    assert verdict(active).verdict == Verdict.COVERED


def test_after_the_date_new_orders_are_not_covered_and_the_words_name_the_reason(
    asked: TermsRequest, active: Seller, letters: Letters, travel: Travel
) -> None:
    travel(days=30)
    before = verdict(active)
    assert tasks.suspend_without_terms() == 1
    assert tasks.suspend_without_terms() == 0
    asked.refresh_from_db()
    assert (asked.status, asked.settled_at) == ("MISSED", timezone.now())
    found = verdict(active)
    assert (before.verdict, found.verdict) == (Verdict.COVERED, Verdict.SUSPENDED)
    assert found.facts["suspension"] == "TERMS"
    assert coverage.suspended_for(found.facts) == "new terms not agreed to in time"
    assert letters.to(active.default_email)[-1] == "terms_missed"
    assert "4. Dezember 2026, 10:00:00 CET" in letters.last(active.default_email).text
    stint = Enrolment.objects.get()
    assert [line.verb for line in journal.of(stint)] == ["suspended"]
    assert [line.verb for line in journal.of(asked)] == ["terms_missed"]


def test_orders_from_before_the_suspension_stay_covered(
    asked: TermsRequest, active: Seller, travel: Travel
) -> None:
    earlier = OrderFactory(seller=active, placed_at=START)
    travel(days=30)
    tasks.suspend_without_terms()
    stints = list(Enrolment.objects.filter(seller=active).prefetch_related("suspensions"))
    assert coverage.of_line(earlier, earlier.lines.get(), stints).covered


def test_agreeing_in_time_settles_the_request_without_a_letter(
    asked: TermsRequest, active: Seller, letters: Letters, travel: Travel
) -> None:
    travel(days=2)
    agree(active)
    asked.refresh_from_db()
    assert (asked.status, asked.settled_at, asked.remind_due_at) == (
        "AGREED",
        START + 2 * DAY,
        None,
    )
    travel(days=40)
    assert (tasks.remind_of_terms(), tasks.suspend_without_terms()) == (0, 0)
    assert letters.to(active.default_email) == ["terms_asked"]
    assert not Suspension.objects.exists()


def test_agreeing_late_ends_the_suspension_and_the_seller_is_told(
    asked: TermsRequest, active: Seller, letters: Letters, travel: Travel
) -> None:
    travel(days=30)
    tasks.suspend_without_terms()
    travel(days=1)
    agree(active)
    pause = Suspension.objects.get()
    assert (pause.from_at, pause.until_at) == (START + 30 * DAY, START + 31 * DAY)
    assert letters.to(active.default_email)[-1] == "resumed"
    assert verdict(active).covered
    assert terms.asked(active) == []


def test_a_seller_who_is_also_not_in_good_standing_stays_suspended_and_is_not_told_otherwise(
    asked: TermsRequest, active: Seller, letters: Letters, travel: Travel
) -> None:
    travel(days=30)
    tasks.suspend_without_terms()
    standing.record(active, standing="DEACTIVATED", as_of=timezone.now())
    travel(minutes=1)
    assert coverage.suspended_for(verdict(active).facts) == (
        "account not in good standing, new terms not agreed to in time"
    )
    agree(active)
    assert letters.to(active.default_email)[-1] != "resumed"
    assert coverage.suspended_for(verdict(active).facts) == "account not in good standing"


def test_news_about_the_account_does_not_end_a_suspension_for_terms(
    asked: TermsRequest, active: Seller, letters: Letters, travel: Travel
) -> None:
    travel(days=30)
    tasks.suspend_without_terms()
    travel(hours=1)
    standing.record(active, standing="NORMAL", professional=True, as_of=timezone.now())
    assert verdict(active).verdict == Verdict.SUSPENDED
    assert "resumed" not in letters.to(active.default_email)


def test_a_newer_version_takes_the_place_of_the_one_that_was_asked_for(
    asked: TermsRequest, active: Seller, service: Service, letters: Letters, travel: Travel
) -> None:
    travel(days=20)
    new_version(service, version="2026-12", valid_from=timezone.now())
    assert tasks.ask_for_new_terms() == 1
    asked.refresh_from_db()
    assert (asked.agree_by, asked.remind_due_at) == (START + 50 * DAY, None)
    travel(days=10)
    assert tasks.suspend_without_terms() == 0
    agree(active)
    assert {found.status for found in TermsRequest.objects.all()} == {"AGREED"}


def test_two_missed_documents_are_one_suspension_and_one_letter(
    asked: TermsRequest, active: Seller, service: Service, letters: Letters, travel: Travel
) -> None:
    new_version(service, kind="DATA_PROCESSING", valid_from=START)
    tasks.ask_for_new_terms()
    travel(days=30)
    assert tasks.suspend_without_terms() == 2
    assert letters.to(active.default_email).count("terms_missed") == 1
    assert Suspension.objects.count() == 1
    one = terms.outstanding(active, service, timezone.now())[:1]
    terms.accept(active, terms_ids=[one[0].pk], by=person(active))
    assert verdict(active).verdict == Verdict.SUSPENDED
    agree(active)
    assert verdict(active).covered


def test_who_opts_out_meanwhile_is_neither_reminded_nor_suspended(
    asked: TermsRequest, active: Seller, letters: Letters, travel: Travel
) -> None:
    enrolment.opt_out(active, by=person(active))
    travel(days=23)
    assert tasks.remind_of_terms() == 0
    travel(days=7)
    assert tasks.suspend_without_terms() == 1
    assert not Suspension.objects.exists()
    assert letters.to(active.default_email) == ["terms_asked", "opted_out"]
    assert terms.asked(active) == []


def test_opting_in_again_agrees_to_what_was_missed_and_starts_without_a_suspension(
    asked: TermsRequest, active: Seller, service: Service, travel: Travel
) -> None:
    enrolment.opt_out(active, by=person(active))
    travel(days=30)
    tasks.suspend_without_terms()
    wanted = [found.pk for found in terms.outstanding(active, service, timezone.now())]
    enrolment.agree_and_opt_in(active, terms_ids=wanted, by=person(active))
    travel(seconds=15)
    tasks.activate_due_enrolments()
    travel(seconds=1)
    assert verdict(active).covered
    asked.refresh_from_db()
    assert asked.status == "AGREED"


def test_a_stint_that_activates_after_the_date_was_missed_starts_suspended(
    ready: Seller, service: Service, letters: Letters, travel: Travel
) -> None:
    tasks.ask_for_new_terms()
    stint = enrolment.opt_in(ready, by=person(ready))
    new_version(service, valid_from=START, agree_within=DAY)
    tasks.ask_for_new_terms()
    travel(days=1)
    assert tasks.suspend_without_terms() == 1
    assert not Suspension.objects.exists()
    tasks.activate_due_enrolments()
    assert [(one.reason, one.from_at) for one in stint.suspensions.all()] == [
        ("TERMS", timezone.now())
    ]
    assert letters.to(ready.default_email)[-1] == "suspended"
    agree(ready)
    assert stint.suspensions.get().until_at == timezone.now()
