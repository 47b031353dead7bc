"""The review on the desk: queue, difference, decision."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from csba.accounts.models import User
from returns.models import SellerPolicy
from returns.operations import policies
from sellers.models import Seller
from tests.conftest import Travel
from tests.factories.sellers import MembershipFactory, SellerFactory
from tests.returns.policies.making import approved, kinder_standard, owner, submitted
from tests.returns.policies.test_portal import page

QUEUE = "/desk/policies/"


@pytest.fixture
def desk(policy_admin: User, settings: Any, travel: Travel) -> Client:
    """A policy admin, signed in."""
    settings.CSBA_DEMO = True
    client = Client()
    client.force_login(policy_admin)
    return client


def address(policy: SellerPolicy) -> str:
    """Where the policy is reviewed."""
    return f"{QUEUE}{policy.seller.merchant_id}/{policy.version}/"


def decide(client: Client, policy: SellerPolicy, verdict: str, reason: str = "") -> Any:
    """The button pressed, with what the page had shown."""
    moment = policy.submitted_at.isoformat() if policy.submitted_at else ""
    data = {"verdict": verdict, "reason": reason, "seen": moment}
    return client.post(f"{address(policy)}decide/", data)


def test_queue_holds_the_submitted_longest_waiting_first(
    desk: Client, blume: Seller, longmen: Seller, travel: Travel
) -> None:
    submitted(longmen)
    travel(hours=1)
    submitted(blume)
    said = page(desk.get(QUEUE))
    assert said.index(longmen.name) < said.index(blume.name)
    assert "Return window: electronics" in said


def test_decided_policies_leave_the_queue_and_stand_among_the_approved(
    desk: Client, blume: Seller, policy_admin: User
) -> None:
    approved(blume, policy_admin)
    assert "No policy waits for a review" in page(desk.get(QUEUE))
    assert blume.name in page(desk.get(f"{QUEUE}?show=approved"))


def test_page_shows_the_difference_to_the_standard_and_to_the_one_before(
    desk: Client, blume: Seller, policy_admin: User
) -> None:
    approved(blume, policy_admin)
    answer = desk.get(address(submitted(blume, {"window_a": 90})))
    said = page(answer)
    for value in ("14 days", "60 days", "90 days", "Kinder"):
        assert value in said
    assert "purchases that were tried nobody gets less" in said
    assert answer.content.decode().count("policy-row changed") == 2


def test_approval_from_the_page(desk: Client, blume: Seller) -> None:
    policy = submitted(blume)
    assert decide(desk, policy, "approve", "Sehr gut.").status_code == 302
    policy.refresh_from_db()
    assert (policy.status, policy.reason) == ("APPROVED", "Sehr gut.")


def test_rejection_without_a_reason_keeps_the_page(desk: Client, blume: Seller) -> None:
    policy = submitted(blume)
    answer = decide(desk, policy, "reject")
    assert answer.status_code == 422
    assert "Please give the reason" in page(answer)
    policy.refresh_from_db()
    assert policy.status == "SUBMITTED"


def test_rejection_with_a_reason(desk: Client, blume: Seller) -> None:
    policy = submitted(blume)
    decide(desk, policy, "reject", "Bitte die Versandtage prüfen.")
    policy.refresh_from_db()
    assert policy.status == "REJECTED"


def test_second_judge_is_told_that_it_is_decided(
    desk: Client, blume: Seller, policy_admin: User
) -> None:
    policy = submitted(blume)
    policies.reject(SellerPolicy.objects.get(pk=policy.pk), by=policy_admin, reason="Nein.")
    answer = decide(desk, policy, "approve")
    assert answer.status_code == 422
    assert "already “Rejected”" in page(answer)


def test_resubmitted_policy_is_not_decided_unseen(
    desk: Client, blume: Seller, travel: Travel
) -> None:
    seen = submitted(blume)
    travel(minutes=1)
    policies.withdraw(SellerPolicy.objects.get(pk=seen.pk), by=owner(blume))
    policies.submit(SellerPolicy.objects.get(pk=seen.pk), by=owner(blume))
    assert decide(desk, seen, "approve").status_code == 409


def test_overtaken_policy_says_so(
    desk: Client, blume: Seller, policy_admin: User, travel: Travel
) -> None:
    policy = submitted(blume, {"window_a": 20})
    kinder_standard(policy_admin)
    travel(hours=1)
    assert "Less kind than the standard" in page(desk.get(address(policy)))
    assert decide(desk, policy, "approve").status_code == 422


def test_unknown_policy_is_not_found(desk: Client, blume: Seller) -> None:
    assert desk.get(f"{QUEUE}{blume.merchant_id}/1/").status_code == 404
    policy = submitted(blume)
    assert decide(desk, policy, "postpone").status_code == 404


@pytest.mark.parametrize("role", ["agent", "auditor"])
def test_others_may_read_and_not_decide(
    role: str, request: Any, settings: Any, blume: Seller, travel: Travel
) -> None:
    settings.CSBA_DEMO = True
    policy = submitted(blume)
    client = Client()
    client.force_login(request.getfixturevalue(role))
    answer = client.get(address(policy))
    assert answer.status_code == 200
    assert "Reason, for the seller" not in page(answer)
    assert decide(client, policy, "approve").status_code == 403
    policy.refresh_from_db()
    assert policy.status == "SUBMITTED"


def test_who_may_read_nothing_sees_no_queue(
    policy_admin: User, settings: Any, travel: Travel
) -> None:
    settings.CSBA_DEMO = True
    for group in policy_admin.groups.all():
        group.permissions.remove(Permission.objects.get(codename="view_sellerpolicy"))
    client = Client()
    client.force_login(policy_admin)
    assert client.get(QUEUE).status_code == 403


def test_queue_costs_the_same_with_one_and_with_twenty_rows(
    desk: Client, blume: Seller, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(30) as context:
            assert desk.get(QUEUE).status_code == 200
        return len(context)

    one = submitted(blume)
    desk.get(QUEUE)
    first = count()
    for _n in range(19):
        seller = SellerFactory()
        MembershipFactory(seller=seller)
        SellerPolicy.objects.create(
            seller=seller,
            version=1,
            status="SUBMITTED",
            clauses=one.clauses,
            created_at=one.created_at,
            changed_at=one.changed_at,
            submitted_at=one.submitted_at,
            submitted_by=one.submitted_by,
        )
    assert count() == first
