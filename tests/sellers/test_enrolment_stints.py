"""Which stint holds a moment, in which state the service is, what its letters say."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from sellers import tasks
from sellers.models import (
    Enrolment,
    Seller,
    Suspension,
)
from sellers.operations import enrolment
from sellers.rules import stints
from tests.conftest import Letters, Travel
from tests.factories.sellers import MembershipFactory, SellerFactory
from tests.sellers.acting import (
    may_opt_in,
    person,
)

pytestmark = pytest.mark.django_db

Status = Enrolment.Status


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+00:00")


@pytest.mark.parametrize(
    ("at", "held"),
    [
        ("01T09:59:59", None),
        ("01T10:00:00", "first"),
        ("02T09:59:59", "first"),
        ("02T10:00:00", None),
        ("03T10:00:00", "second"),
        ("30T00:00:00", "second"),
    ],
)
def test_which_stint_holds_a_moment(at: str, held: str | None) -> None:
    first = Enrolment(
        status="ENDED", active_from=moment("01T10:00:00"), ended_at=moment("02T10:00:00")
    )
    second = Enrolment(status="ACTIVE", active_from=moment("03T10:00:00"))
    names = {id(first): "first", id(second): "second", id(None): None}
    assert names[id(stints.holding([second, first], moment(at)))] == held


def test_states_of_the_service(blume: Seller, travel: Travel) -> None:
    def state() -> str:
        rows = Enrolment.objects.filter(seller=blume).prefetch_related("suspensions")
        return str(stints.situation(list(rows), timezone.now()).state)

    assert state() == "READY"
    may_opt_in(blume)
    enrolment.opt_in(blume, by=person(blume))
    assert state() == "ACTIVATING"
    enrolment.opt_out(blume, by=person(blume))
    assert state() == "READY", "nothing was ever covered"
    travel(minutes=1)
    stint = enrolment.opt_in(blume, by=person(blume))
    tasks.activate_due_enrolments()
    assert state() == "ACTIVE"
    Suspension.objects.create(enrolment=stint, reason="STANDING", from_at=timezone.now())
    assert state() == "SUSPENDED"
    enrolment.opt_out(blume, by=person(blume))
    assert state() == "OPTED_OUT"


@pytest.mark.parametrize("language", ["de", "zh-hans", "en"])
def test_every_letter_of_enrolment_can_be_read_in_every_language(
    language: str, travel: Travel, letters: Letters, served: Callable[..., Any]
) -> None:
    seller = SellerFactory(language=language, default_email="me@sellers.test")
    MembershipFactory(seller=seller)
    may_opt_in(seller)
    enrolment.opt_in(seller, by=person(seller))
    tasks.activate_due_enrolments()
    enrolment.opt_out(seller, by=person(seller))
    for mail in letters():
        assert mail.subject
        assert "{" not in mail.text
        assert "%(" not in mail.text
        assert "/portal/services/" in mail.text
