"""What the clock decides itself once a seller let the time pass: topics that a policy admin has
freed, each up to its amount (rulings 10). Everything else waits for an agent.
"""

import logging
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from caselog.models import Question
from csba.errors import DomainError
from csba.health.models import Heartbeat
from csba.journal import write as journal
from csba.topics import Signal
from csba.verdicts import Verdict
from inquiries.models import Inquiry
from inquiries.operations import _remedies
from inquiries.operations.judgement import Advised, advise, confirm
from returns.rules import book

log = logging.getLogger(__name__)

NAME: Final = "inquiries.decide_lapsed"
BATCH: Final = 500
LEFT: Final = "left_to_agents"
"""The journal's verb for an inquiry that the clock looked at and left to the agents; it looks
again only after the next question.
"""


def due(at: datetime) -> QuerySet[Inquiry]:
    """Inquiries whose newest question lapsed or was left to us, about which the buyer has not
    written since it was asked, in topics that are freed, and not looked at yet.
    """
    newer = Question.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    over = Question.objects.filter(
        ~Exists(newer),
        case=OuterRef("case"),
        status__in=[Question.Status.LAPSED, Question.Status.WAIVED],
        asked_at__gte=OuterRef("last_buyer_at"),
    )
    newest = Question.objects.filter(case=OuterRef(OuterRef("case"))).order_by("-pk")
    seen = journal.Line.objects.filter(
        subject_type=Inquiry._meta.label_lower,
        subject_id=OuterRef("pk"),
        verb=LEFT,
        at__gte=Subquery(newest.values("settled_at")[:1]),
    )
    return Inquiry.objects.waiting().filter(
        Exists(over),
        ~Exists(seen),
        Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=at),
        topic__in=list(book.judgment_automatic(at)),
        verdict=Verdict.COVERED,
        signal=Signal.NONE,
    )


def decide_lapsed(at: datetime) -> int:
    """Every such inquiry is decided by the best recommendation, or left to the agents with the
    reason in the journal; returns how many were decided.

    One transaction each, so that a bad row stops no other and stays due; of two workers one has the
    row, the other goes on.
    """
    limits = book.judgment_automatic(at)
    decided = failed = after = 0
    while limits:
        found = due(at).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
        rows = list(found)
        for pk in rows:
            try:
                decided += _decide(pk, limits, at)
            except Exception:
                log.exception("%s: inquiry %s failed and stays due", NAME, pk)
                failed += 1
        if len(rows) < BATCH:
            break
        after = rows[-1]
    Heartbeat.objects.beat(NAME, at=at, count=decided, failed=failed)
    return decided


def _decide(pk: int, limits: dict[str, Decimal], at: datetime) -> bool:
    """Decided by nobody, or left to the agents; False also when another worker has it."""
    with transaction.atomic():
        inquiry = (
            due(at)
            .filter(pk=pk)
            .select_for_update(skip_locked=True, of=("self",), no_key=True)
            .first()
        )
        if inquiry is None:
            return False
        try:
            with transaction.atomic():
                advised = advise(inquiry, at=at)
                if why := _not_alone(advised, limits[inquiry.topic]):
                    return _leave(inquiry, why, at)
                confirm(
                    inquiry,
                    chosen=advised.best.advice.remedy,
                    by=None,
                    reply=advised.best.to_buyer,
                )
        except DomainError as refusal:
            return _leave(inquiry, refusal.code, at)
    return True


def _not_alone(advised: Advised, most: Decimal) -> str:
    """Why the clock may not decide this; empty when it may."""
    best = advised.best
    if best.advice.remedy in _remedies.ASKS_THE_SELLER:
        return "needs_person"
    if best.amount > most:
        return "above_limit"
    if best.amount and advised.gathered.now.currency != "EUR":
        return "currency"
    return ""


def _leave(inquiry: Inquiry, why: str, at: datetime) -> bool:
    journal.write(inquiry, LEFT, at=at, actor=journal.Actor.CLOCK, why=why)
    return False
