"""Deciding an inquiry on a stated basis, with reasons; the buyer and the seller are told (P10)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from caselog.models import Question
from caselog.operations import cases
from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from inquiries.models import Decision, Inquiry
from inquiries.operations import conversation
from inquiries.operations._thread import advance, clock_stamps, locked, refuse_if_stale
from inquiries.rules import deadlines, judgement


def last_question(inquiry: Inquiry) -> Question | None:
    """The newest question to the seller about this inquiry, settled or not."""
    if inquiry.case_id is None:
        return None
    return (
        Question.objects.filter(case=inquiry.case_id)
        .select_related("answer")
        .order_by("-id")
        .first()
    )


@transaction.atomic
def decide(
    inquiry: Inquiry,
    *,
    outcome: str,
    reasoning: str,
    by: User | None,
    reply: str = "",
    seen_seq: int | None = None,
    seen_case_seq: int | None = None,
    client_id: UUID | None = None,
    known: Mapping[str, Any] | None = None,
    told: str = "",
    then: Literal["RESOLVE", "HOLD"] = "RESOLVE",
) -> Decision:
    """Resolved by a decision that keeps its basis, facts and reasons; refused while the seller has
    time, and as stale if anything came after `seen_seq` here or `seen_case_seq` in the case.

    `known` are more facts to keep with it, `told` is what the seller reads about it, in their
    language. Decided by nobody (`by` None) is decided by the clock. With HOLD the inquiry stays
    open and the buyer's promise runs on: what was decided still hangs on the seller.
    """
    at = timezone.now()
    now = locked(inquiry)
    refuse_if_stale(now, seen_seq, seen_case_seq)
    if now.status != Inquiry.Status.OPEN:
        raise Refused(
            _("This inquiry is “%s”: there is nothing to decide.") % now.get_status_display()
        )
    if not reasoning.strip():
        raise Refused(_("Please give the reason for the decision."), code="empty")
    if now.waiting_since is not None and not reply.strip() and outcome != Inquiry.Outcome.NO_ACTION:
        raise Refused(_("The buyer waits: please write what they are told."), code="empty")
    question = last_question(now)
    why = judgement.basis(question, at)
    decision = Decision.objects.create(
        inquiry=now,
        seq=now.last_seq + 1,
        outcome=Inquiry.Outcome(outcome),
        basis=why,
        reasoning=reasoning,
        question=question,
        facts={**_facts(now, question, at), **(known or {})},
        decided_by=by,
        decided_at=at,
    )
    advance(now, last_seq=decision.seq)
    if reply.strip():
        conversation.agent_replied(
            now, body=reply, by=by, then=then, outcome=outcome, client_id=client_id
        )
    elif then == "RESOLVE":
        advance(
            now,
            Inquiry.Status.RESOLVED,
            resolved_at=at,
            outcome=outcome,
            **clock_stamps(deadlines.STOPPED),
        )
    if now.case is not None:
        cases.write(now.case, body=_told_to_seller(decision, now.case.language, told), by=by)
    journal.write(
        now,
        "decided",
        at=at,
        actor=journal.Actor.AGENT if by is not None else journal.Actor.CLOCK,
        user=by,
        outcome=outcome,
        basis=why,
        reasoning=reasoning,
        **{name: value for name, value in decision.facts.items() if name not in (known or {})},
    )
    return decision


def _facts(inquiry: Inquiry, question: Question | None, at: datetime) -> dict[str, Any]:
    """What was known when the decision was made, kept with it."""
    facts: dict[str, Any] = {"verdict": inquiry.verdict, "topic": inquiry.topic}
    if inquiry.order is not None:
        facts["order"] = inquiry.order.number
    if question is not None:
        facts |= {
            "question": question.pk,
            "question_status": question.status,
            "asked_at": question.asked_at.isoformat(),
            "reply_due_at": question.reply_due_at.isoformat(),
            "hours_past_due": round(
                max(0.0, (at - question.reply_due_at).total_seconds()) / 3600, 2
            ),
        }
    return facts


def _told_to_seller(decision: Decision, language: str, more: str = "") -> str:
    """Outcome and basis in the seller's language; no word about the buyer."""
    with translation.override(language):
        said = _("Decision: %(outcome)s. Basis: %(basis)s.") % {
            "outcome": decision.get_outcome_display(),
            "basis": decision.get_basis_display(),
        }
    return "\n\n".join(filter(None, [said, more]))
