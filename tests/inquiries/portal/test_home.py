"""The portal's home: deadlines first, then buyers, beside them service and return policy."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba.context import portal_nav
from returns.models import SellerPolicy
from sellers.models import Order, Seller
from tests.factories.caselog import CaseFactory, QuestionFactory
from tests.factories.inquiries import BuyerMessageFactory
from tests.inquiries.portal.conftest import read, signed_in

pytestmark = pytest.mark.django_db

HOME = "/portal/"


def policy(seller: Seller, status: str, version: int = 1, **fields: Any) -> SellerPolicy:
    """A version of the seller's own policy."""
    at = timezone.now()
    if status == "APPROVED":
        fields = {"decided_at": at, "submitted_at": at, "valid_from": at} | fields
    elif status in {"SUBMITTED", "REJECTED"}:
        fields = {"submitted_at": at} | fields
    if status == "REJECTED":
        fields["decided_at"] = at
    return SellerPolicy.objects.create(
        seller=seller, version=version, status=status, created_at=at, changed_at=at, **fields
    )


def test_deadlines_come_before_buyers_and_buyers_before_nothing(
    blume: Seller, order: Order, anna: Client, served: Callable[..., Any]
) -> None:
    served(blume)
    QuestionFactory(case=CaseFactory(seller=blume, subject="A question of ours"))
    BuyerMessageFactory(inquiry__order=order, subject="A buyer's words")
    page = anna.get(HOME)
    said = read(page)
    names = ("A question of ours", "A buyer", "Your service", "Your return policy", "Product pages")
    places = [said.index(name) for name in names]
    assert places == sorted(places)
    assert "Active since 1 August 2026, 08:00:00 CEST" in said
    assert page.content.count(b"data-countdown") == 2


def test_a_seller_far_away_reads_both_zones(longmen: Seller, travel: Any) -> None:
    QuestionFactory(case=CaseFactory(seller=longmen))
    said = read(signed_in(longmen.memberships.get().user).get(HOME))
    assert "(Asia/Shanghai, UTC+08:00)" in said
    assert "(Europe/Berlin, UTC+01:00)" in said


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ([], "The marketplace's standard policy"),
        (["APPROVED"], "Your version 1, for orders since 4 November 2026"),
        (["APPROVED", "SUBMITTED"], "Version 2 was submitted on 4 November 2026"),
        (["DRAFT"], "Version 1 is a draft."),
        (["REJECTED"], "Version 1 was not approved."),
    ],
)
def test_home_says_which_return_policy_holds_and_what_becomes_of_the_next(
    statuses: list[str], said: str, blume: Seller, anna: Client
) -> None:
    for version, status in enumerate(statuses, start=1):
        policy(blume, status, version)
    shown = read(anna.get(HOME)).replace("&#x27;", "'")
    assert said in shown
    holds = "Your version 1" if "APPROVED" in statuses else "The marketplace's standard policy"
    assert holds in shown


def test_an_empty_home_is_friendly(anna: Client) -> None:
    said = read(anna.get(HOME))
    for words in ("Nothing waits for you.", "No open questions", "No buyer waits"):
        assert words in said
    assert "Your pages answer everything" in said


def test_home_takes_the_same_statements_for_1_and_50_rows(
    blume: Seller, order: Order, anna: Client, served: Callable[..., Any]
) -> None:
    def fill(count: int) -> None:
        for _each in range(count):
            QuestionFactory(case=CaseFactory(seller=blume, order=order))
            BuyerMessageFactory(inquiry__order=order)

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert anna.get(HOME).status_code == 200
        return len(found)

    served(blume)
    policy(blume, "APPROVED")
    fill(1)
    anna.get(HOME)
    few = count()
    fill(49)
    assert count() == few
    # Who looks (2), the navigation (1), the page itself (7).
    assert few <= 10
    assert "More than 10 questions need your answer." in read(anna.get(HOME))


def test_the_navigation_counts_what_waits_by_one_statement(
    rf: Any, blume: Seller, order: Order, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        BuyerMessageFactory(
            inquiry__order=order,
            status="OPEN" if number else "ANSWERED",
            settled_at=None if number else timezone.now() + timedelta(hours=1),
        )
    request = rf.get(HOME)
    request.seller = blume
    with django_assert_num_queries(1):
        found = {str(entry["label"]): entry["badge"] for entry in portal_nav(request)}
    assert (found["Home"], found["Buyer messages"], found["Case Log"]) == (0, "2", 0)
