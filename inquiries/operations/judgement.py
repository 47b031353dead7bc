"""Our own judgment: what is recommended for an inquiry, and a person's yes to it, or to another
way with a reason (P10).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.money import ZERO
from inquiries.models import Decision, Inquiry
from inquiries.operations import _remedies
from inquiries.operations._lines import lines_of
from inquiries.operations._situation import Gathered, gathered
from inquiries.operations._thread import already, locked, refuse_if_stale
from inquiries.operations.decision import decide
from returns.reasons import Condition
from returns.rules import book, recommendation, words
from returns.rules.recommendation import Recommendation
from sellers.models import OrderLine

__all__ = ["Advised", "Way", "advise", "confirm", "lines_of"]

_WITH_NOTICES: Final = frozenset({"cure", "return_sellers_cost", "return_by_policy"})
"""Ways that rest on the entitlement: what the buyer must be told about it goes with them."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to decide, with its words: to the agent in theirs, to buyer and seller in theirs."""

    advice: Recommendation
    to_buyer: str
    to_seller: str

    @property
    def amount(self) -> Decimal:
        """All that goes back on this way, at once or when the goods are there."""
        return self.advice.amount + self.advice.later


@dataclass(frozen=True, slots=True)
class Advised:
    """What is recommended at one moment: the ways that fit, best first, and what they stand on."""

    at: datetime
    gathered: Gathered
    ways: tuple[Way, ...]

    @property
    def best(self) -> Way:
        return self.ways[0]

    @property
    def runner_up(self) -> Way | None:
        return self.ways[1] if len(self.ways) > 1 else None

    def way(self, remedy: str) -> Way | None:
        """The way with this remedy, if it is one of those that fit."""
        return next((way for way in self.ways if way.advice.remedy == remedy), None)


def advise(
    inquiry: Inquiry,
    *,
    at: datetime,
    line: OrderLine | None = None,
    condition: Condition | None = None,
) -> Advised:
    """The best way to decide and those after it, for the only line or the one asked about; nothing
    is stored. Refused(code="line") when the article must be chosen first.
    """
    found = gathered(inquiry, at=at, line=line, condition=condition)
    table = book.judgment_table(at)
    seller = found.lines[0].order.seller
    language = inquiry.case.language if inquiry.case is not None else seller.language
    ways = tuple(
        Way(
            advice,
            _to_buyer(advice, found, inquiry.language),
            recommendation.to_seller(advice, language),
        )
        for advice in recommendation.recommend(found.now, table)
    )
    if not ways:
        raise Refused(
            _("The table of judgments has nothing for this case. Please decide by yourself."),
            code="no_advice",
        )
    return Advised(at, found, ways)


@transaction.atomic
def confirm(
    inquiry: Inquiry,
    *,
    chosen: str,
    by: User | None,
    reply: str,
    departs: str = "",
    line: OrderLine | None = None,
    condition: Condition | None = None,
    seen_amount: Decimal | None = None,
    seen_seq: int | None = None,
    seen_case_seq: int | None = None,
    client_id: UUID | None = None,
) -> Decision:
    """The inquiry is decided by the remedy `chosen`, and the remedy is carried out: refund, return,
    replacement or cancellation stand or fall with the decision.

    Another way than the best needs `departs`, the reason, which is kept. What goes beyond the
    person's own limit is refused, not half done: a buyer is told only what is certain. Conflict
    when something came in since, or the amount is no longer `seen_amount`. Nobody (`by` None) is
    the clock.
    """
    at = timezone.now()
    now = locked(inquiry)
    if (told := already(client_id)) is not None and told.inquiry_id == now.pk:
        return now.decisions.latest("seq")  # the second click of a double click
    refuse_if_stale(now, seen_seq, seen_case_seq)
    advised = advise(now, at=at, line=line, condition=condition)
    way = advised.way(chosen)
    if way is None:
        raise Refused(_("Please choose one of the ways that fit."), code="choose")
    if seen_amount is not None and seen_amount != way.amount:
        raise Conflict(
            _("The amount has changed since you opened this page. Please read it again."),
            code="stale",
        )
    departed = way is not advised.best
    if departed and not departs.strip():
        raise Refused(_("Please say why you depart from the recommendation."), code="empty")
    act = _remedies.Act(
        inquiry=now,
        seq=now.last_seq + 1,
        gathered=advised.gathered,
        advice=way.advice,
        entitled=_entitled(advised),
        by=by,
        why=departs.strip(),
    )
    done = _remedies.before(act)
    decision = decide(
        now,
        outcome=way.advice.outcome,
        reasoning=departs.strip() or recommendation.shown_reason(way.advice),
        by=by,
        reply=reply,
        client_id=client_id,
        known=_as_json(advised, way, departed=departed, done=done),
        told=way.to_seller,
        # A replacement hangs on the seller's stock: until it is told, the buyer still waits.
        then="HOLD" if chosen in _remedies.ASKS_THE_SELLER and now.waiting_since else "RESOLVE",
    )
    _remedies.after(act)
    return decision


def _to_buyer(advice: Recommendation, found: Gathered, language: str) -> str:
    said = [recommendation.to_buyer(advice, found.now, language)]
    if advice.remedy in _WITH_NOTICES:
        with translation.override(language):
            said += [words.notice(code) for code in found.now.entitlement.notices]
    return " ".join(said)


def _entitled(advised: Advised) -> Decimal:
    """What the rules give without anybody's grace: what the best way pays at once, or the
    entitlement where nothing need come back.
    """
    given = advised.gathered.now.entitlement
    return max(advised.best.advice.amount, given.total if given.returnless else ZERO)


def _as_json(
    advised: Advised, way: Way, *, departed: bool, done: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "recommended": advised.best.advice.as_json(),
        "runner_up": advised.runner_up.advice.as_json() if advised.runner_up else None,
        "chosen": way.advice.as_json(),
        "departed": departed,
        "situation": advised.gathered.as_json(),
        "carried_out": dict(done),
    }
