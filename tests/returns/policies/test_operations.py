"""The life of a policy, through its operations (P13, P14, rulings 14)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from caselog.models import Case, Entry
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.health.models import Heartbeat
from csba.journal.models import Line
from returns.models import SellerPolicy
from returns.operations import policies
from returns.operations.recomparison import SWEEP, recompare_approved
from returns.rules.governing import governs
from sellers.models import Requirement, Seller
from tests.conftest import START, Letters, Travel
from tests.factories.sellers import OrderFactory
from tests.returns.policies.making import (
    KINDER,
    WORSE,
    approved,
    drafted,
    kinder_standard,
    now_standard,
    owner,
    submitted,
)

Status = SellerPolicy.Status


def verbs(policy: SellerPolicy) -> list[str]:
    """What the journal says about the policy, oldest first."""
    lines = Line.objects.filter(subject_type="returns.sellerpolicy", subject_id=policy.pk)
    return list(lines.order_by("id").values_list("verb", flat=True))


def test_first_draft_is_version_one_and_says_nothing_yet(blume: Seller, travel: Travel) -> None:
    policy = policies.draft(blume, by=owner(blume))
    assert (policy.version, policy.status, policy.clauses) == (1, Status.DRAFT, {})
    assert verbs(policy) == ["policy_drafted"]


def test_asking_for_a_draft_again_gives_the_same_one(blume: Seller, travel: Travel) -> None:
    first = policies.draft(blume, by=owner(blume))
    assert policies.draft(blume, by=owner(blume)) == first


def test_new_version_begins_as_the_newest_one_reads(
    blume: Seller, policy_admin: User, travel: Travel
) -> None:
    approved(blume, policy_admin)
    again = policies.draft(blume, by=owner(blume))
    assert (again.version, again.clauses) == (2, KINDER)


def test_no_draft_while_a_version_is_under_review(blume: Seller, travel: Travel) -> None:
    submitted(blume)
    with pytest.raises(Refused, match="being reviewed"):
        policies.draft(blume, by=owner(blume))


def test_draft_keeps_only_what_differs_from_the_standard(blume: Seller, travel: Travel) -> None:
    policy = drafted(blume, {"window_a": 14, "window_b": 60, "holiday": True})
    policy.refresh_from_db()
    assert policy.clauses == {"window_b": 60}


def test_worse_clause_can_be_saved_but_not_submitted(blume: Seller, travel: Travel) -> None:
    policy = drafted(blume, WORSE)
    with pytest.raises(Refused) as refusal:
        policies.submit(policy, by=owner(blume))
    said = str(refusal.value)
    assert refusal.value.code == "worse_than_standard"
    assert "Refund for goods as new" in said
    assert "the standard refunds 100 %, your policy 80 %" in said
    policy.refresh_from_db()
    assert policy.status == Status.DRAFT
    assert "policy_submitted" not in verbs(policy)


def test_value_without_sense_is_not_saved(blume: Seller, travel: Travel) -> None:
    with pytest.raises(Refused):
        drafted(blume, {"window_a": -1})
    assert SellerPolicy.objects.get(seller=blume).clauses == {}


def test_second_of_two_windows_cannot_overwrite_the_first(blume: Seller, travel: Travel) -> None:
    policy = policies.draft(blume, by=owner(blume))
    seen = policy.changed_at
    travel(minutes=5)
    policies.save(policy, offer={"window_a": 60}, by=owner(blume), seen=seen)
    other = SellerPolicy.objects.get(pk=policy.pk)
    with pytest.raises(Conflict, match="another window"):
        policies.save(other, offer={"window_a": 90}, by=owner(blume), seen=seen)
    policy.refresh_from_db()
    assert policy.clauses == {"window_a": 60}


def test_submitted_policy_keeps_its_comparison(blume: Seller, travel: Travel) -> None:
    policy = submitted(blume)
    policy.refresh_from_db()
    assert policy.status == Status.SUBMITTED
    assert (policy.submitted_at, policy.submitted_by) == (START, owner(blume))
    assert policy.comparison["better"] == ["window_a", "postage"]
    assert policy.comparison["counter_example"] is None
    assert policy.comparison["searched"] > 0


def test_submitted_policy_cannot_be_changed_until_it_is_withdrawn(
    blume: Seller, travel: Travel
) -> None:
    policy = submitted(blume)
    with pytest.raises(Refused, match="Withdraw"):
        policies.save(policy, offer={}, by=owner(blume), seen=policy.changed_at)
    policies.withdraw(policy, by=owner(blume))
    policies.save(policy, offer={}, by=owner(blume), seen=policy.changed_at)
    policy.refresh_from_db()
    assert (policy.status, policy.clauses, policy.submitted_at) == (Status.DRAFT, {}, None)


def test_approval_binds_orders_from_that_moment_on(
    blume: Seller, policy_admin: User, travel: Travel
) -> None:
    policy = submitted(blume)
    travel(hours=3)
    policies.approve(policy, by=policy_admin, reason="")
    at = timezone.now()
    mine = SellerPolicy.objects.for_seller(blume)
    assert list(mine.governing(at - timedelta(microseconds=1))) == []
    assert list(mine.governing(at)) == [policy]


def test_approval_is_told_in_the_case_log_in_the_sellers_language(
    longmen: Seller, policy_admin: User, travel: Travel, letters: Letters
) -> None:
    policy = submitted(longmen)
    policies.approve(policy, by=policy_admin, reason="更优惠")
    case = Case.objects.get(seller=longmen)
    assert (case.kind, case.language) == ("POLICY", "zh-hans")
    assert "更优惠" in Entry.objects.get(case=case).body
    assert letters.to(longmen.default_email) == ["notice"]
    policy.refresh_from_db()
    assert policy.case == case


def test_next_approval_ends_the_one_before_in_the_same_moment(
    blume: Seller, policy_admin: User, travel: Travel
) -> None:
    first = approved(blume, policy_admin)
    travel(days=10)
    second = approved(blume, policy_admin, {"window_a": 90})
    first.refresh_from_db()
    assert (first.status, first.valid_to) == (Status.SUPERSEDED, second.valid_from)
    mine = SellerPolicy.objects.for_seller(blume)
    assert mine.governing(START + timedelta(days=9)).get() == first
    assert mine.governing(timezone.now()).get() == second
    assert "policy_superseded" in verbs(first)


def test_rejection_needs_a_reason_and_leaves_the_one_before_in_force(
    blume: Seller, policy_admin: User, travel: Travel
) -> None:
    first = approved(blume, policy_admin)
    second = submitted(blume, {"window_a": 90})
    with pytest.raises(Refused, match="reason"):
        policies.reject(second, by=policy_admin, reason="  ")
    policies.reject(second, by=policy_admin, reason="Bitte die Versandtage prüfen.")
    second.refresh_from_db()
    first.refresh_from_db()
    assert (second.status, second.valid_from) == (Status.REJECTED, None)
    assert first.status == Status.APPROVED
    body = Entry.objects.filter(case=second.case).get().body
    assert "Bitte die Versandtage prüfen." in body


def test_after_a_rejection_the_next_draft_begins_as_the_rejected_one(
    blume: Seller, policy_admin: User, travel: Travel
) -> None:
    policies.reject(submitted(blume), by=policy_admin, reason="Anders, bitte.")
    assert policies.draft(blume, by=owner(blume)).clauses == KINDER


def test_policy_that_the_standard_has_overtaken_is_not_approved(
    blume: Seller, policy_admin: User, travel: Travel
) -> None:
    policy = submitted(blume, {"window_a": 20})
    kinder_standard(policy_admin)
    travel(hours=1)
    with pytest.raises(Refused, match="Return window"):
        policies.approve(policy, by=policy_admin, reason="")
    policy.refresh_from_db()
    assert policy.status == Status.SUBMITTED


def test_what_is_decided_stays_decided(blume: Seller, policy_admin: User, travel: Travel) -> None:
    policy = approved(blume, policy_admin)
    stale = SellerPolicy.objects.get(pk=policy.pk)
    for act in (
        lambda: policies.approve(stale, by=policy_admin, reason=""),
        lambda: policies.reject(stale, by=policy_admin, reason="No."),
        lambda: policies.withdraw(stale, by=owner(blume)),
        lambda: policies.submit(stale, by=owner(blume)),
    ):
        with pytest.raises(Refused, match="already"):
            act()


def test_judge_decides_only_what_they_have_seen(
    blume: Seller, policy_admin: User, travel: Travel
) -> None:
    seen = submitted(blume)
    travel(minutes=1)
    now = policies.withdraw(SellerPolicy.objects.get(pk=seen.pk), by=owner(blume))
    travel(minutes=1)
    policies.save(now, offer={"window_a": 15}, by=owner(blume), seen=now.changed_at)
    policies.submit(now, by=owner(blume))
    with pytest.raises(Conflict, match="anew"):
        policies.approve(seen, by=policy_admin, reason="")


def test_requirement_to_opt_in_is_met_with_and_without_a_policy_of_their_own(
    blume: Seller, policy_admin: User, travel: Travel
) -> None:
    approved(blume, policy_admin)
    assert Requirement.objects.get(seller=blume, key="return_policy").met


# The standard changes.


def test_recomparing_without_news_writes_nothing(
    blume: Seller, policy_admin: User, travel: Travel
) -> None:
    policy = approved(blume, policy_admin)
    before = verbs(policy)
    travel(hours=1)
    assert recompare_approved(timezone.now()) == 0
    assert verbs(policy) == before
    assert Heartbeat.objects.get(name=SWEEP).count == 0


def test_clause_that_the_standard_overtakes_is_told_once(
    blume: Seller, policy_admin: User, travel: Travel, letters: Letters
) -> None:
    policy = approved(blume, policy_admin, {"window_a": 20, "postage": "SELLER"})
    kinder_standard(policy_admin)
    assert recompare_approved(timezone.now()) == 0  # not begun yet
    travel(hours=1)
    assert recompare_approved(timezone.now()) == 1
    assert recompare_approved(timezone.now()) == 0
    policy.refresh_from_db()
    assert policy.status == Status.APPROVED
    assert policy.comparison["worse"] == ["window_a"]
    notice = Case.objects.filter(seller=blume).latest("id")
    assert "–" in Entry.objects.get(case=notice).body
    assert letters.to(blume.default_email) == ["notice", "notice"]
    assert Requirement.objects.get(seller=blume, key="return_policy").met


def test_clause_that_was_told_before_is_not_told_again(
    blume: Seller, policy_admin: User, travel: Travel, letters: Letters
) -> None:
    approved(blume, policy_admin, {"window_a": 20})
    kinder_standard(policy_admin)
    travel(hours=1)
    recompare_approved(timezone.now())
    kinder_standard(policy_admin, "return.send_back_days", 20)
    travel(hours=1)
    assert recompare_approved(timezone.now()) == 1
    assert letters.to(blume.default_email) == ["notice", "notice"]


def test_one_policy_that_cannot_be_read_stops_no_other(
    blume: Seller, longmen: Seller, policy_admin: User, travel: Travel
) -> None:
    bad = approved(blume, policy_admin)
    good = approved(longmen, policy_admin)
    SellerPolicy.objects.filter(pk=bad.pk).update(clauses={"restocking_fee": 5})
    kinder_standard(policy_admin)
    travel(hours=1)
    assert recompare_approved(timezone.now()) == 1
    good.refresh_from_db()
    assert good.comparison["versions"] == dict(now_standard().versions)
    beat = Heartbeat.objects.get(name=SWEEP)
    assert (beat.count, beat.failed) == (1, 1)


# Which policy governs an order.


def test_order_keeps_the_policy_of_its_moment(
    blume: Seller, policy_admin: User, travel: Travel
) -> None:
    before = OrderFactory(seller=blume, placed_at=START - timedelta(seconds=1))
    approved(blume, policy_admin)
    at = OrderFactory(seller=blume, placed_at=START)
    assert governs(before).startswith("The standard return policy")
    assert "version 1" in governs(at)
    travel(days=1)
    approved(blume, policy_admin, {})
    assert "version 1" in governs(at)
    now = OrderFactory(seller=blume, placed_at=timezone.now())
    assert governs(now).startswith("The standard return policy")
