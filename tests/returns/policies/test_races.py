"""Two windows, two judges: one wins, the others get one clear sentence."""

import pytest

from csba.accounts.models import User
from csba.errors import DomainError
from csba.journal.models import Line
from returns.models import SellerPolicy
from returns.operations import policies
from sellers.models import Seller
from tests.returns.policies.making import approved, owner, submitted
from tests.together import THREADS, all_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def refusals(found: list[object]) -> set[str]:
    """The sentences that the losers got."""
    return {str(one) for one in found if isinstance(one, DomainError)}


def winners(found: list[object]) -> int:
    """How many got what they asked for."""
    return sum(not isinstance(one, DomainError) for one in found)


def test_twenty_windows_begin_one_draft(blume: Seller) -> None:
    by = owner(blume)
    found = all_at_once(lambda n: policies.draft(blume, by=by).pk)
    assert len(set(found)) == 1
    assert SellerPolicy.objects.get().version == 1


def test_of_twenty_windows_that_save_one_wins(blume: Seller) -> None:
    by = owner(blume)
    policy = policies.draft(blume, by=by)

    def act(n: int) -> SellerPolicy:
        mine = SellerPolicy.objects.get(pk=policy.pk)
        offer = {"window_a": 30 + n}
        return policies.save(mine, offer=offer, by=by, seen=policy.changed_at)

    found = all_at_once(act)
    assert winners(found) == 1
    assert len(refusals(found)) == 1
    saved = next(one for one in found if isinstance(one, SellerPolicy))
    policy.refresh_from_db()
    assert policy.clauses == saved.clauses


def test_of_twenty_judges_one_decides(blume: Seller, policy_admin: User) -> None:
    before = approved(blume, policy_admin)
    policy = submitted(blume, {"window_a": 90})

    def act(n: int) -> SellerPolicy:
        mine = SellerPolicy.objects.get(pk=policy.pk)
        if n % 2:
            return policies.approve(mine, by=policy_admin, reason=f"Yes {n}.")
        return policies.reject(mine, by=policy_admin, reason=f"No {n}.")

    found = all_at_once(act)
    assert winners(found) == 1
    assert len(refusals(found)) in {1, 2}
    policy.refresh_from_db()
    before.refresh_from_db()
    decided = {"policy_approved", "policy_rejected"}
    lines = Line.objects.filter(subject_id=policy.pk, verb__in=decided)
    assert lines.count() == 1
    if policy.status == "APPROVED":
        assert before.valid_to == policy.valid_from
    else:
        assert (policy.status, before.status) == ("REJECTED", "APPROVED")
    assert winners(found) + sum(isinstance(one, DomainError) for one in found) == THREADS
