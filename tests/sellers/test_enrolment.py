"""Opting in, out and in again through the operations (P16, P19)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from csba.errors import Refused
from csba.journal import read as journal
from sellers import tasks
from sellers.models import (
    Enrolment,
    Seller,
    Suspension,
)
from sellers.operations import enrolment, requirements, terms
from tests.conftest import START, Letters, Travel
from tests.factories.sellers import OrderFactory
from tests.sellers.acting import (
    person,
)

pytestmark = pytest.mark.django_db

Status = Enrolment.Status


def test_opting_in_makes_a_pending_stint_with_its_promise_and_its_alarm(ready: Seller) -> None:
    stint = enrolment.opt_in(ready, by=person(ready))
    assert (stint.status, stint.plan.code, stint.opted_in_at) == (Status.PENDING, "trial", START)
    assert stint.active_due_at == START + timedelta(minutes=60)
    assert stint.alarm_due_at == START + timedelta(minutes=45)
    assert stint.active_from is None
    assert [line.verb for line in journal.of(stint)] == ["opted_in"]


def test_opting_in_is_refused_with_every_reason_at_once(blume: Seller) -> None:
    Seller.objects.filter(pk=blume.pk).update(professional=False, standing="DEACTIVATED")
    requirements.record(
        blume, key="return_policy", met=False, reason="The return window is too short."
    )
    with pytest.raises(Refused) as refusal:
        enrolment.opt_in(blume, by=person(blume))
    said = str(refusal.value)
    for words in (
        "invitation",
        "professional selling plan",
        "Deactivated",
        "too short",
        "Please agree to",
    ):
        assert words in said
    assert refusal.value.code == "not_eligible"
    assert not Enrolment.objects.exists()


def test_news_about_the_account_counts_even_if_the_page_was_loaded_before(ready: Seller) -> None:
    Seller.objects.filter(pk=ready.pk).update(professional=False)
    assert ready.professional, "the object in hand is stale on purpose"
    with pytest.raises(Refused, match="professional selling plan"):
        enrolment.opt_in(ready, by=person(ready))


def test_an_expired_invitation_lets_nobody_in(ready: Seller, travel: Travel) -> None:
    travel(days=31)
    with pytest.raises(Refused, match="no valid invitation"):
        enrolment.opt_in(ready, by=person(ready))


def test_second_click_while_pending_or_active_returns_the_same_stint(
    ready: Seller, travel: Travel
) -> None:
    first = enrolment.opt_in(ready, by=person(ready))
    assert enrolment.opt_in(ready, by=person(ready)) == first
    travel(seconds=15)
    tasks.activate_due_enrolments()
    assert enrolment.opt_in(ready, by=person(ready)) == first
    assert Enrolment.objects.count() == 1


def test_opting_out_ends_the_stint_at_once_and_tells_how_many_orders_stay(
    blume: Seller, served: Callable[..., Any], travel: Travel, letters: Letters
) -> None:
    stint = served(blume)
    OrderFactory.create_batch(2, seller=blume)
    OrderFactory(seller=blume, channel="AFN")
    OrderFactory(seller=blume, programmes=["PRIME"])
    OrderFactory(seller=blume, placed_at=stint.active_from - timedelta(seconds=1))
    ended = enrolment.opt_out(blume, by=person(blume))
    assert (ended.pk, ended.status, ended.ended_at, ended.ended_by) == (
        stint.pk,
        Status.ENDED,
        START,
        person(blume),
    )
    assert letters.to(blume.default_email) == ["opted_out"]
    assert "2 " in letters.last(blume.default_email).text.split("\n\n")[2]
    assert journal.of(stint).last().verb == "opted_out"  # type: ignore[union-attr]


def test_opting_out_before_activation_ends_a_stint_that_never_covered_anything(
    ready: Seller, letters: Letters
) -> None:
    enrolment.opt_in(ready, by=person(ready))
    ended = enrolment.opt_out(ready, by=person(ready))
    assert (ended.status, ended.active_from, ended.alarm_due_at) == (Status.ENDED, None, None)
    assert tasks.activate_due_enrolments() == 0
    assert letters.to(ready.default_email) == ["opted_in", "opted_out"]


def test_second_opt_out_and_opt_out_without_opt_in_say_what_is_the_case(
    blume: Seller, longmen: Seller, served: Callable[..., Any], travel: Travel
) -> None:
    served(blume)
    enrolment.opt_out(blume, by=person(blume))
    with pytest.raises(Refused, match="already opted out"):
        enrolment.opt_out(blume, by=person(blume))
    with pytest.raises(Refused, match="not signed up"):
        enrolment.opt_out(longmen, by=person(longmen))


def test_opting_out_closes_what_suspended_the_stint(
    blume: Seller, served: Callable[..., Any], travel: Travel
) -> None:
    stint = served(blume)
    Suspension.objects.create(enrolment=stint, reason="STANDING", from_at=START - timedelta(days=1))
    enrolment.opt_out(blume, by=person(blume))
    assert stint.suspensions.get().until_at == START


def test_opting_in_again_is_possible_at_once_without_a_new_invitation_and_is_a_new_stint(
    blume: Seller, served: Callable[..., Any], travel: Travel
) -> None:
    first = served(blume)
    service = first.service
    terms.accept(
        blume, terms_ids=[found.pk for found in terms.current(service, START)], by=person(blume)
    )
    enrolment.opt_out(blume, by=person(blume))
    second = enrolment.opt_in(blume, by=person(blume))
    assert second.pk != first.pk
    tasks.activate_due_enrolments()
    found = list(Enrolment.objects.filter(seller=blume).order_by("opted_in_at"))
    assert [(stint.status, stint.active_from, stint.ended_at) for stint in found] == [
        (Status.ENDED, first.active_from, START),
        (Status.ACTIVE, START, None),
    ]
