"""A seller's claim for a debit that should not have been theirs: filed once, decided once."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caselog.operations import cases
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.files import operations as files
from csba.journal import write as journal
from csba.money import ZERO, cents, shown
from csba.moves import move
from returns.models import Claim, ClaimFile
from returns.notifications import money as letters
from returns.rules import book
from sellers.models import LedgerLine
from sellers.operations import ledger

Status = Claim.Status

MOST_FILES: Final = 8
LARGEST: Final = 8 * 1024 * 1024
"""Bytes of one piece of evidence."""


@transaction.atomic
def file(
    debit: LedgerLine,
    *,
    ground: str,
    words: str,
    evidence: Sequence[tuple[str, bytes]] = (),
    by: User,
) -> Claim:
    """An open claim for the whole debit, with its evidence as (name, content); one a debit.

    Refused after its time, for a debit that cannot be claimed, without words, or with less evidence
    than its ground needs (domain 1.14 to 1.16).
    """
    at = timezone.now()
    why_not = refusal(debit, at)
    if why_not:
        raise Refused(why_not, code="not_claimable")
    if ground not in Claim.Ground.values:
        raise Refused(_("Please choose a ground."), code="ground")
    if not words.strip():
        raise Refused(_("Please say what happened."), code="empty")
    needed = book.claim_evidence(at).get(ground, 0)
    if len(evidence) < needed:
        raise Refused(
            ngettext(
                "This ground needs %(count)d file as evidence.",
                "This ground needs %(count)d files as evidence.",
                needed,
            )
            % {"count": needed},
            code="evidence",
        )
    if len(evidence) > MOST_FILES:
        raise Refused(_("At most %d files, please.") % MOST_FILES, code="evidence")
    claim = Claim(
        seller_id=debit.seller_id,
        debit=debit,
        ground=ground,
        amount=-debit.amount,
        currency=debit.currency,
        words=words.strip(),
        filed_at=at,
        filed_by=by,
        facts={"evidence_needed": needed, "debited_at": debit.at.isoformat()},
    )
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError as rival:
        raise Conflict(_("There is already a claim for this debit.")) from rival
    for name, content in evidence:
        kept = files.keep(content, name=name, types=files.PAPERS, limit=LARGEST)
        ClaimFile.objects.create(claim=claim, file=kept)
    journal.write(
        claim,
        "claim_filed",
        at=at,
        actor=journal.Actor.SELLER,
        user=by,
        debit=debit.pk,
        ground=ground,
        amount=claim.amount,
        files=len(evidence),
    )
    return claim


@transaction.atomic
def grant(claim: Claim, *, amount: Decimal, reason: str, by: User) -> None:
    """The seller is credited, once, and knows why; `amount` is at most what was debited."""
    at = timezone.now()
    now = _to_decide(claim, reason, by)
    if not now.debit.reimbursable:
        raise Refused(_("This debit cannot be claimed back."), code="not_claimable")
    if not amount.is_finite() or amount != cents(amount) or not ZERO < amount <= now.amount:
        raise Refused(
            _("Please grant an amount above zero and at most %s.")
            % shown(now.amount, now.currency),
            code="amount",
        )
    move(
        now,
        Status.GRANTED,
        granted=amount,
        reason=reason.strip(),
        decided_at=at,
        decided_by=by,
    )
    ledger.book(
        now.seller,
        key=f"claim:{now.number}",
        kind=LedgerLine.Kind.REIMBURSEMENT,
        amount=amount,
        currency=now.currency,
        reason=letters.credit_reason(now),
        order=now.debit.order,
        clause=now.debit.clause,
        reference=str(now.number),
        facts={"claim": str(now.number), "debit": now.debit_id, "ground": now.ground},
    )
    _decided(now, by, at)


@transaction.atomic
def decline(claim: Claim, *, reason: str, by: User) -> None:
    """The debit stays as it is, and the seller knows why."""
    at = timezone.now()
    now = _to_decide(claim, reason, by)
    move(now, Status.DECLINED, reason=reason.strip(), decided_at=at, decided_by=by)
    _decided(now, by, at)


def refusal(debit: LedgerLine, at: datetime) -> str:
    """Why this line cannot be claimed at `at`, as a sentence; empty when it can."""
    if debit.amount >= 0:
        return _("Only a debit can be claimed back.")
    if not debit.reimbursable:
        return _("This debit cannot be claimed back.")
    until = debit.at + book.claim_window(debit.at)
    if at >= until:
        return _("The time to claim this debit was over on %s.") % date_format(
            timezone.localtime(until), "DATE_FORMAT"
        )
    return ""


def _to_decide(claim: Claim, reason: str, by: User) -> Claim:
    """The claim as it is now, held by this transaction."""
    if not by.has_perm("returns.decide_claim"):
        raise Refused(_("You may not decide claims."), code="not_allowed")
    if not reason.strip():
        raise Refused(_("Please give the reason for the decision."), code="empty")
    rows = Claim.objects.select_for_update(of=("self",))
    return rows.select_related("seller", "debit__order").get(pk=claim.pk)


def _decided(claim: Claim, by: User, at: datetime) -> None:
    journal.write(
        claim,
        "claim_granted" if claim.status == Status.GRANTED else "claim_declined",
        at=at,
        actor=journal.Actor.AGENT,
        user=by,
        reason=claim.reason,
        granted=claim.granted,
    )
    with translation.override(claim.seller.language):
        subject, body = letters.claim_notice(claim)
    cases.post_notice(
        claim.seller,
        subject=subject,
        body=body,
        reference=str(claim.number),
        order=claim.debit.order,
        by=by,
    )
