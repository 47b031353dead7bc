"""What the marketplace tells about an account suspends and resumes new coverage (P9, rulings 6)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from csba.journal import read as journal
from sellers.models import Enrolment, Seller
from sellers.operations import standing
from tests.conftest import START, Letters, Travel
from tests.factories.sellers import EnrolmentFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def stint(blume: Seller, served: Callable[..., Any], travel: Travel) -> Enrolment:
    found: Enrolment = served(blume)
    return found


def spans(stint: Enrolment) -> list[tuple[str, Any, Any]]:
    return [
        (pause.reason, pause.from_at, pause.until_at)
        for pause in stint.suspensions.order_by("from_at", "reason")
    ]


def test_deactivated_account_suspends_the_stint_from_the_moment_of_the_news(
    stint: Enrolment, letters: Letters
) -> None:
    seller = standing.record(stint.seller, standing="DEACTIVATED", as_of=START - HOUR)
    assert (seller.standing, seller.standing_as_of) == ("DEACTIVATED", START - HOUR)
    assert spans(stint) == [("STANDING", START - HOUR, None)]
    assert letters.to(seller.default_email) == ["suspended"]
    assert [line.verb for line in journal.of(stint)] == ["suspended"]
    assert [line.verb for line in journal.of(seller)] == ["standing_changed"]


def test_account_at_risk_suspends_nothing(stint: Enrolment, letters: Letters) -> None:
    standing.record(stint.seller, standing="AT_RISK", as_of=START)
    assert spans(stint) == []
    assert letters() == []


def test_good_standing_again_ends_the_suspension_and_tells_the_seller(
    stint: Enrolment, letters: Letters
) -> None:
    standing.record(stint.seller, standing="DEACTIVATED", as_of=START - 3 * HOUR)
    standing.record(stint.seller, standing="NORMAL", as_of=START - HOUR)
    assert spans(stint) == [("STANDING", START - 3 * HOUR, START - HOUR)]
    assert letters.to(stint.seller.default_email) == ["suspended", "resumed"]


def test_the_same_news_twice_changes_nothing(stint: Enrolment, letters: Letters) -> None:
    for _time in range(2):
        standing.record(stint.seller, standing="DEACTIVATED", as_of=START - HOUR)
    assert len(spans(stint)) == 1
    assert len(letters()) == 1


def test_older_news_is_ignored(stint: Enrolment, letters: Letters) -> None:
    standing.record(stint.seller, standing="DEACTIVATED", as_of=START - HOUR)
    seller = standing.record(stint.seller, standing="NORMAL", as_of=START - 2 * HOUR)
    assert seller.standing == "DEACTIVATED"
    assert spans(stint) == [("STANDING", START - HOUR, None)]


def test_two_reasons_are_two_suspensions_and_the_service_resumes_when_both_are_over(
    stint: Enrolment, letters: Letters
) -> None:
    seller = stint.seller
    standing.record(seller, standing="DEACTIVATED", as_of=START - 5 * HOUR)
    standing.record(seller, professional=False, as_of=START - 4 * HOUR)
    standing.record(seller, standing="NORMAL", as_of=START - 3 * HOUR)
    assert letters.to(seller.default_email) == ["suspended", "suspended"]
    standing.record(seller, professional=True, as_of=START - 2 * HOUR)
    assert letters.to(seller.default_email) == ["suspended", "suspended", "resumed"]
    assert spans(stint) == [
        ("STANDING", START - 5 * HOUR, START - 3 * HOUR),
        ("NOT_PROFESSIONAL", START - 4 * HOUR, START - 2 * HOUR),
    ]


def test_a_suspension_begins_no_sooner_than_the_stint(blume: Seller, travel: Travel) -> None:
    stint = EnrolmentFactory(seller=blume, opted_in_at=START - 2 * HOUR, active_from=START - HOUR)
    standing.record(blume, professional=False, as_of=START - 10 * HOUR)
    assert spans(stint) == [("NOT_PROFESSIONAL", START - HOUR, None)]


def test_a_second_suspension_is_a_second_interval(stint: Enrolment) -> None:
    for hours, word in ((6, "DEACTIVATED"), (5, "NORMAL"), (4, "DEACTIVATED"), (3, "NORMAL")):
        standing.record(stint.seller, standing=word, as_of=START - hours * HOUR)
    assert spans(stint) == [
        ("STANDING", START - 6 * HOUR, START - 5 * HOUR),
        ("STANDING", START - 4 * HOUR, START - 3 * HOUR),
    ]


def test_without_a_running_stint_only_the_account_changes(
    blume: Seller, travel: Travel, letters: Letters
) -> None:
    ended = EnrolmentFactory(
        seller=blume,
        status="ENDED",
        opted_in_at=START - 9 * HOUR,
        active_from=START - 9 * HOUR,
        ended_at=START - 8 * HOUR,
    )
    standing.record(blume, standing="DEACTIVATED", as_of=START)
    assert spans(ended) == []
    assert letters() == []
