"""What a judgment does in the world: money, a return, a cancellation, a replacement.

`before` does what must be certain before the buyer is told; `after` what asks the seller again, for
which the question before must be over.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.money import share
from inquiries.models import Inquiry
from inquiries.operations._situation import Gathered
from returns.models import OrderChange, Refund, RefundLine, ReturnRequest
from returns.operations import changes, refunds, returns
from returns.rules import recommendation
from returns.rules.recommendation import Recommendation
from sellers.models import OrderLine

CLAUSE: Final = "judgment.table"
"""The rule on which such a refund rests, as the ledger names it."""

ASKS_THE_SELLER: Final = frozenset({"replacement"})
"""Remedies that hang on the seller's stock: asked for, never promised, and never by the clock."""


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be done for one decision; `seq` is the decision's number in the inquiry."""

    inquiry: Inquiry
    seq: int
    gathered: Gathered
    advice: Recommendation
    entitled: Decimal
    by: User | None
    why: str

    @property
    def why_or_because(self) -> str:
        """Why, for our own records."""
        return self.why or recommendation.shown_reason(self.advice)


def before(act: Act) -> dict[str, str]:
    """The money or the return is on its way; which rows, by their numbers."""
    match act.advice.remedy:
        case "refund_full" | "refund_returnless":
            return {"refund": _refund(act, dict(act.gathered.left)).number}
        case "refund_part":
            return {"refund": _refund(act, _part(act)).number}
        case "return_sellers_cost" | "return_by_policy":
            return {"return": _return(act).number}
        case "cancel":
            return {"change": _cancel(act).number}
        case _:
            return {}


def after(act: Act) -> None:
    """The seller is asked for a replacement, by the Case Log of this inquiry."""
    if act.advice.remedy not in ASKS_THE_SELLER:
        return
    if len(act.gathered.lines) > 1:
        raise Refused(_("Please choose the article that it is about."), code="line")
    line = act.gathered.lines[0]
    changes.ask(
        line.order,
        kind=OrderChange.Kind.REPLACE,
        via=OrderChange.Via.DESK,
        line=line,
        by=act.by,
        case=act.inquiry.case,
        reference=act.inquiry.number,
    )


def _refund(act: Act, parts: dict[tuple[OrderLine, str], Decimal]) -> Refund:
    if not parts:
        raise Refused(
            _("Nothing can go back any more, or what was paid is not known."), code="nothing_left"
        )
    order = act.gathered.lines[0].order
    refund = refunds.ask(
        order,
        parts=parts,
        reason=_for_the_seller(act),
        clause=CLAUSE,
        origin=Refund.Origin.AGENT if act.by is not None else Refund.Origin.RULE,
        by=act.by,
        key=f"judgement:{act.inquiry.pk}:{act.seq}",
        reference=act.inquiry.number,
        facts={
            "inquiry": act.inquiry.number,
            "decision": act.seq,
            "entitled": str(act.entitled),
            "chosen": act.advice.as_json(),
            "versions": dict(act.gathered.versions),
            "departs": act.why,
        },
    )
    if refund.status == Refund.Status.TO_APPROVE:
        # The buyer is told only what is certain: what a colleague may still decline is not.
        raise Refused(
            _(
                "This goes beyond what you may grant alone. Choose the recommended way, or have a "
                "senior or a lead confirm this one: release the inquiry with a note."
            ),
            code="above_limit",
        )
    return refund


def _part(act: Act) -> dict[tuple[OrderLine, str], Decimal]:
    percent = act.gathered.now.part_percent
    return {
        (line, part): share(amount, percent)
        for (line, part), amount in act.gathered.left.items()
        if part == RefundLine.Part.ITEM and share(amount, percent)
    }


def _return(act: Act) -> ReturnRequest:
    """The return that runs for these lines already, or a new one; authorised by this person when
    the rules alone do not.
    """
    lines = act.gathered.lines
    running = (
        ReturnRequest.objects.running()
        .filter(order=lines[0].order_id, lines__line__in=lines)
        .order_by("-pk")
        .first()
    )
    request = running or returns.open_return(
        lines[0].order,
        lines={line: line.quantity for line in lines},
        reason=act.gathered.reason,
        condition=act.gathered.now.condition,
        via=ReturnRequest.Via.DESK,
        by=act.by,
    )
    if request.status == ReturnRequest.Status.REQUESTED:
        if act.by is None:
            raise Refused(_("A person must look at this return."), code="needs_person")
        returns.authorise(request, by=act.by, reason=act.why_or_because)
    return request


def _cancel(act: Act) -> OrderChange:
    """Cancelled in the silent seller's place: the wish that waits for them, or a new one."""
    order = act.gathered.lines[0].order
    waiting = (
        OrderChange.objects.running()
        .filter(order=order, kind=OrderChange.Kind.CANCEL)
        .order_by("-pk")
        .first()
    )
    if waiting is None:
        return changes.ask(
            order,
            kind=OrderChange.Kind.CANCEL,
            via=OrderChange.Via.DESK,
            by=act.by,
            reference=act.inquiry.number,
            judged=True,
        )
    if waiting.status == OrderChange.Status.WITH_SELLER:
        return changes.accept(waiting, by=act.by, of_seller=False, reason=act.why_or_because)
    return waiting


def _for_the_seller(act: Act) -> str:
    """Why the money goes back, in the seller's language and without a word about the buyer."""
    with translation.override(act.gathered.lines[0].order.seller.language):
        return _("%(reason)s Decided by customer service in %(number)s.") % {
            "reason": recommendation.shown_reason(act.advice),
            "number": act.inquiry.number,
        }
