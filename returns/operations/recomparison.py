"""Approved policies compared again whenever the standard has changed (rulings 14)."""

import logging
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from csba.health.models import Heartbeat
from csba.journal import write as journal
from returns.models import SellerPolicy
from returns.notifications import policies as notices
from returns.operations._policy import tell
from returns.rules.comparison import compare
from returns.rules.standard import Standard, standard
from sellers.operations import requirements

log = logging.getLogger(__name__)

SWEEP: Final = "returns.recompare_policies"
REQUIREMENT: Final = "return_policy"
BATCH: Final = 500


def recompare_approved(at: datetime) -> int:
    """Every approved policy has been compared with the standard of now, and sellers know of clauses
    that it has overtaken; returns how many were compared.

    Each comparison keeps the rows of the rulebook it read: a policy is due while these are others.
    """
    now = standard(at)
    versions = dict(now.versions)
    done, failed = 0, 0
    for pk in list(_outdated(versions).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        try:
            done += _recompared(pk, now, versions, at)
        except Exception:
            # One bad row stops no other; it stays due.
            log.exception("%s: policy %s failed and stays due", SWEEP, pk)
            failed += 1
    Heartbeat.objects.beat(SWEEP, at=at, count=done, failed=failed)
    return done


def _recompared(pk: int, now: Standard, versions: dict[str, int], at: datetime) -> int:
    with transaction.atomic():
        rows = _outdated(versions).select_for_update(of=("self",), skip_locked=True)
        policy = rows.select_related("seller").filter(pk=pk).first()
        if policy is None:
            return 0
        # Clause by clause is enough here: each clause that is worse gives way to the standard's.
        compared = compare(policy.clauses, now, search=False)
        known = set(policy.comparison.get("worse", ()))
        policy.comparison = compared.as_json()
        policy.save(update_fields=["comparison"])
        news = [key for key in compared.worse if key not in known]
        if news:
            tell(policy, notices.overtaken(policy, news), by=None)
        requirements.record(policy.seller, key=REQUIREMENT, met=True, as_of=at)
        journal.write(
            policy,
            "policy_compared",
            at=at,
            actor=journal.Actor.CLOCK,
            versions=versions,
            worse=compared.worse,
        )
    return 1


def _outdated(versions: dict[str, int]) -> QuerySet[SellerPolicy]:
    approved = SellerPolicy.objects.filter(status=SellerPolicy.Status.APPROVED)
    return approved.exclude(comparison__versions=versions)
