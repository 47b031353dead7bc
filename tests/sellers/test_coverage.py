"""Whose order is it: every reason of the table, with stints that begin, pause and end."""

from datetime import datetime
from typing import Any

import pytest

from csba.verdicts import Verdict
from sellers.models import Enrolment, Order
from sellers.rules import coverage
from tests.factories.sellers import (
    EnrolmentFactory,
    OrderFactory,
    OrderLineFactory,
    SuspensionFactory,
)

pytestmark = pytest.mark.django_db


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+02:00")


@pytest.fixture
def stints(blume: Any, service: Any) -> list[Enrolment]:
    """Active 1 September 09:40 (clicked 09:00) to 20 October 12:00, again 10 November 08:30."""
    first = EnrolmentFactory(
        seller=blume,
        service=service,
        status="ENDED",
        opted_in_at=moment("2026-09-01T09:00"),
        active_from=moment("2026-09-01T09:40"),
        ended_at=moment("2026-10-20T12:00"),
    )
    second = EnrolmentFactory(
        seller=blume,
        service=service,
        status="ACTIVE",
        opted_in_at=moment("2026-11-10T08:10"),
        active_from=moment("2026-11-10T08:30"),
    )
    SuspensionFactory(
        enrolment=first, from_at=moment("2026-09-15T00:00"), until_at=moment("2026-09-16T00:00")
    )
    return [first, second]


def order_placed(blume: Any, at: str, **fields: Any) -> Order:
    order: Order = OrderFactory(seller=blume, placed_at=moment(at), **fields)
    return order


@pytest.mark.parametrize(
    ("placed", "verdict"),
    [
        ("2026-08-30T10:00:00", Verdict.BEFORE_ENROLMENT),
        ("2026-09-01T08:59:59", Verdict.BEFORE_ENROLMENT),
        ("2026-09-01T09:00:00", Verdict.BEFORE_ACTIVATION),
        ("2026-09-01T09:39:59", Verdict.BEFORE_ACTIVATION),
        ("2026-09-01T09:40:00", Verdict.COVERED),
        ("2026-09-15T12:00:00", Verdict.SUSPENDED),
        ("2026-09-16T00:00:00", Verdict.COVERED),
        ("2026-10-20T11:59:59", Verdict.COVERED),
        ("2026-10-20T12:00:00", Verdict.AFTER_OPT_OUT),
        ("2026-10-25T10:00:00", Verdict.AFTER_OPT_OUT),
        ("2026-11-10T08:20:00", Verdict.BEFORE_ACTIVATION),
        ("2026-11-10T08:31:00", Verdict.COVERED),
    ],
)
def test_the_purchase_time_decides_against_the_list_of_stints(
    blume: Any, stints: list[Enrolment], placed: str, verdict: str
) -> None:
    order = order_placed(blume, placed)
    assert coverage.of_line(order, order.lines.get(), stints).verdict == verdict


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"marketplace_id": "A13V1IB3VIYZZH"}, Verdict.OTHER_MARKETPLACE),
        ({"channel": "AFN"}, Verdict.FBA),
        ({"programmes": ["PRIME"]}, Verdict.EXCLUDED_PROGRAMME),
        ({"programmes": ["AMAZON_BUSINESS"]}, Verdict.COVERED),
        ({"channel": "AFN", "marketplace_id": "A13V1IB3VIYZZH"}, Verdict.OTHER_MARKETPLACE),
    ],
)
def test_the_order_itself_may_exclude_the_service(
    blume: Any, stints: list[Enrolment], fields: dict[str, Any], verdict: str
) -> None:
    order = order_placed(blume, "2026-09-20T10:00:00", **fields)
    assert coverage.of_line(order, order.lines.get(), stints).verdict == verdict


def test_a_mixed_order_is_covered_line_by_line(blume: Any, stints: list[Enrolment]) -> None:
    order = order_placed(blume, "2026-09-20T10:00:00")
    prime = OrderLineFactory(order=order, programmes=["PRIME"])
    ours = order.lines.exclude(pk=prime.pk).get()
    assert coverage.of_line(order, ours, stints).verdict == Verdict.COVERED
    assert coverage.of_line(order, prime, stints).verdict == Verdict.EXCLUDED_PROGRAMME


def test_a_seller_without_any_stint_is_not_enrolled(blume: Any) -> None:
    order = order_placed(blume, "2026-09-20T10:00:00")
    assert coverage.of_line(order, order.lines.get(), []).verdict == Verdict.NOT_ENROLLED


def test_an_opt_in_that_was_taken_back_before_it_was_active_covers_nothing(
    blume: Any, service: Any
) -> None:
    stint = EnrolmentFactory(
        seller=blume,
        service=service,
        status="ENDED",
        opted_in_at=moment("2026-09-01T09:00"),
        active_from=None,
        ended_at=moment("2026-09-01T09:10"),
    )
    during = order_placed(blume, "2026-09-01T09:05:00")
    later = order_placed(blume, "2026-09-02T09:05:00")
    assert (
        coverage.of_line(during, during.lines.get(), [stint]).verdict == Verdict.BEFORE_ACTIVATION
    )
    assert not coverage.of_line(later, later.lines.get(), [stint]).covered


def test_a_verdict_keeps_the_facts_it_rests_on(blume: Any, stints: list[Enrolment]) -> None:
    order = order_placed(blume, "2026-10-25T10:00:00")
    facts = coverage.of_line(order, order.lines.get(), stints).facts
    assert facts["stint"] == stints[0].pk
    assert stints[0].ended_at is not None
    assert facts["ended_at"] == stints[0].ended_at.isoformat()
    assert facts["placed_at"] == order.placed_at.isoformat()
