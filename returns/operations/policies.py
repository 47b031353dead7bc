"""Sellers' return policies: drafted, saved, submitted, withdrawn, approved, rejected (P13, P14)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import write as journal
from csba.moves import move
from returns.models import SellerPolicy
from returns.notifications import policies as notices
from returns.operations._policy import tell
from returns.operations.recomparison import REQUIREMENT
from returns.rules import clauses
from returns.rules.comparison import Comparison, compare
from returns.rules.examples import sentence
from returns.rules.standard import standard
from returns.terms import BY_KEY, Clauses
from sellers.models import Seller
from sellers.operations import requirements

Status = SellerPolicy.Status


@transaction.atomic
def draft(seller: Seller, *, by: User) -> SellerPolicy:
    """The seller's draft: the one there is, or a new version that begins as the newest one reads.

    Refused while a version is under review.
    """
    at = timezone.now()
    rows = SellerPolicy.objects.for_seller(seller)
    making = rows.filter(status__in=[Status.DRAFT, Status.SUBMITTED]).first()
    if making is not None:
        return _still_a_draft(making)
    newest = rows.order_by("-version").first()
    begun = newest.clauses if newest is not None else {}
    try:
        with transaction.atomic():
            policy = SellerPolicy.objects.create(
                seller=seller,
                version=(rows.aggregate(most=Max("version"))["most"] or 0) + 1,
                clauses=begun,
                created_at=at,
                changed_at=at,
            )
    except IntegrityError:
        # Another window was a moment faster: there is one draft, and this is it.
        return _still_a_draft(rows.get(status__in=[Status.DRAFT, Status.SUBMITTED]))
    _write(policy, "policy_drafted", at=at, by=by, version=policy.version)
    return policy


@transaction.atomic
def save(policy: SellerPolicy, *, offer: Clauses, by: User, seen: datetime) -> SellerPolicy:
    """The draft holds what of `offer` differs from the standard of now; a worse clause is kept too,
    it only cannot be submitted.

    `seen` is when the draft had been changed last as its writer saw it: of two windows the first
    wins, the other gets Conflict.
    """
    at = timezone.now()
    kept = clauses.as_json(clauses.differing(offer, standard(at)))
    if policy.status != Status.DRAFT:
        raise _no_draft(policy)
    rows = SellerPolicy.objects.filter(pk=policy.pk, status=Status.DRAFT, changed_at=seen)
    if kept == policy.clauses and rows.exists():
        return policy
    if not rows.update(clauses=kept, changed_at=at):
        raise _changed_elsewhere(policy)
    before = policy.clauses
    policy.clauses, policy.changed_at = kept, at
    _write(policy, "policy_saved", at=at, by=by, before=before, after=kept)
    return policy


@transaction.atomic
def submit(policy: SellerPolicy, *, by: User) -> SellerPolicy:
    """The draft lies before a policy admin. Refused, with a purchase as the example, while a clause
    is worse than the standard or a buyer would somewhere get less (P13, rulings 14).
    """
    at = timezone.now()
    # Compared before the row is held: the search takes a while.
    compared = compare(policy.clauses, standard(at))
    if policy.status == Status.DRAFT:
        _refuse_if_worse(compared)
    now = _held(policy)
    if now.status == Status.DRAFT and now.clauses != policy.clauses:
        raise _changed_elsewhere(now)
    move(
        now,
        Status.SUBMITTED,
        submitted_at=at,
        submitted_by=by,
        changed_at=at,
        comparison=compared.as_json(),
    )
    _write(now, "policy_submitted", at=at, by=by, clauses=now.clauses)
    return now


@transaction.atomic
def withdraw(policy: SellerPolicy, *, by: User) -> SellerPolicy:
    """What was submitted is a draft again, and can be changed."""
    at = timezone.now()
    move(policy, Status.DRAFT, submitted_at=None, submitted_by=None, changed_at=at, comparison={})
    _write(policy, "policy_withdrawn", at=at, by=by)
    return policy


@transaction.atomic
def approve(policy: SellerPolicy, *, by: User, reason: str) -> SellerPolicy:
    """The policy holds for orders placed from this moment on, the one before ends in the same
    moment, and the seller knows (P14). Refused when the standard has become kinder meanwhile.
    """
    comparison = policy.comparison
    current = standard(timezone.now())
    if policy.status == Status.SUBMITTED and comparison.get("versions") != dict(current.versions):
        # The standard of the submission is no longer the one that it has to match.
        compared = compare(policy.clauses, current)
        _refuse_if_worse(compared)
        comparison = compared.as_json()
    now = _held(policy)
    at = timezone.now()
    _refuse_if_changed(now, policy)
    for before in SellerPolicy.objects.for_seller(now.seller).filter(status=Status.APPROVED):
        if now.status == Status.SUBMITTED:
            move(before, Status.SUPERSEDED, valid_to=at)
            _write(before, "policy_superseded", at=at, by=by, by_version=now.version)
    move(
        now,
        Status.APPROVED,
        decided_at=at,
        decided_by=by,
        reason=reason.strip(),
        valid_from=at,
        changed_at=at,
        comparison=comparison,
    )
    requirements.record(now.seller, key=REQUIREMENT, met=True, as_of=at)
    tell(now, notices.approved(now), by=by)
    _write(now, "policy_approved", at=at, by=by, clauses=now.clauses, reason=reason)
    return now


@transaction.atomic
def reject(policy: SellerPolicy, *, by: User, reason: str) -> SellerPolicy:
    """The policy does not hold, the seller knows why, and what held before goes on."""
    if not reason.strip():
        raise Refused(_("Please give the reason: the seller reads it."), code="empty")
    now = _held(policy)
    at = timezone.now()
    _refuse_if_changed(now, policy)
    move(
        now,
        Status.REJECTED,
        decided_at=at,
        decided_by=by,
        reason=reason.strip(),
        changed_at=at,
    )
    # The standard, or the policy approved before, holds: the requirement is met all the same.
    requirements.record(now.seller, key=REQUIREMENT, met=True, as_of=at)
    tell(now, notices.rejected(now), by=by)
    _write(now, "policy_rejected", at=at, by=by, reason=reason)
    return now


def _refuse_if_worse(compared: Comparison) -> None:
    if compared.at_least_as_favourable:
        return
    said = [
        _("The policy must be at least as favourable as the standard in every clause. Less kind: ")
        + "; ".join(str(BY_KEY[key].label) for key in compared.worse)
        + "."
        if compared.worse
        else _("The policy must be at least as favourable as the standard."),
    ]
    if compared.counter_example is not None:
        said.append(sentence(compared.counter_example))
    raise Refused(" ".join(said), code="worse_than_standard")


def _held(policy: SellerPolicy) -> SellerPolicy:
    """The policy as it is now, held by this transaction, and with it all others of the seller that
    may still change.
    """
    open_ones = [Status.DRAFT, Status.SUBMITTED, Status.APPROVED]
    rows = SellerPolicy.objects.filter(seller_id=policy.seller_id, status__in=open_ones)
    list(rows.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    return SellerPolicy.objects.select_related("seller").get(pk=policy.pk)


def _refuse_if_changed(now: SellerPolicy, seen: SellerPolicy) -> None:
    """Nothing is decided that its judge has not seen."""
    if now.status == Status.SUBMITTED and now.submitted_at != seen.submitted_at:
        raise Conflict(
            _("The seller has submitted this policy anew meanwhile. Please look again."),
            code="changed",
        )


def _still_a_draft(policy: SellerPolicy) -> SellerPolicy:
    if policy.status != Status.DRAFT:
        raise _no_draft(policy)
    return policy


def _no_draft(policy: SellerPolicy) -> Refused:
    if policy.status == Status.SUBMITTED:
        return Refused(
            _("Version %(version)s is being reviewed. Withdraw it to change it.")
            % {"version": policy.version},
            code="under_review",
        )
    return Refused(
        _("Version %(version)s can no longer be changed. Begin a new version.")
        % {"version": policy.version},
        code="wrong_status",
    )


def _changed_elsewhere(policy: SellerPolicy) -> Conflict:
    return Conflict(
        _("This draft was changed in another window meanwhile. Reload the page to see it."),
        code="changed",
    )


def _write(policy: SellerPolicy, verb: str, *, at: datetime, by: User, **facts: Any) -> None:
    actor = journal.Actor.ADMIN if by.is_staff else journal.Actor.SELLER
    journal.write(policy, verb, at=at, actor=actor, user=by, **facts)
