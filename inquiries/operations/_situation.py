"""How things stand with what an inquiry is about: the facts that a recommendation looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from csba.errors import DomainError, Refused
from csba.money import ZERO
from csba.rulebook import read as rulebook
from csba.topics import Topic
from inquiries.models import Inquiry
from inquiries.operations._lines import about, lines_of
from returns.models import LineBalance, RefundLine, ReturnLine
from returns.operations import balances, gather
from returns.reasons import Condition, Ground, Reason
from returns.rules import book
from returns.rules.facts import Facts
from returns.rules.outcome import Entitlement, Outcome, outcome_as_json, steps_as_json
from returns.rules.recommendation import REASONS, Situation
from sellers.models import Order, OrderLine, Parcel

_ON_THE_WAY: Final = frozenset(
    {
        Parcel.Status.IN_TRANSIT,
        Parcel.Status.OUT_FOR_DELIVERY,
        Parcel.Status.DELIVERED,
        Parcel.Status.UNDELIVERABLE,
        Parcel.Status.LOST,
        Parcel.Status.RETURNED,
    }
)
_SHIPPED: Final = frozenset({Order.Status.SHIPPED, Order.Status.PARTIALLY_SHIPPED})
_PARTS: Final = (RefundLine.Part.ITEM, RefundLine.Part.SHIPPING)


@dataclass(frozen=True, slots=True)
class Given:
    """What a line entitles to, with the facts it was judged by; `unclear` says why it cannot be
    told.
    """

    line: OrderLine
    facts: Facts | None
    entitlement: Entitlement | None
    unclear: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The situation, and what it was made of."""

    now: Situation
    lines: tuple[OrderLine, ...]
    given: tuple[Given, ...]
    reason: Reason
    left: Mapping[tuple[OrderLine, str], Decimal] = field(default_factory=dict)
    """What of each line and part can still go back; parts with nothing left are not there."""
    versions: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is stored with the decision."""
        now = self.now
        return {
            "topic": now.topic,
            "at": now.at.isoformat(),
            "price": str(now.price),
            "shipping": str(now.shipping),
            "currency": now.currency,
            "shipped": now.shipped,
            "delivered_at": now.delivered_at.isoformat() if now.delivered_at else None,
            "signed": now.signed,
            "deliver_by": now.deliver_by.isoformat() if now.deliver_by else None,
            "grace_days": now.grace.days,
            "condition": str(now.condition),
            "reason": str(self.reason),
            "goods_back": now.goods_back,
            "versions": dict(self.versions),
            "lines": [
                {
                    "line": one.line.item_id,
                    "unclear": one.unclear,
                    "facts": one.facts.as_json() if one.facts else None,
                    "outcome": outcome_as_json(one.entitlement.outcome)
                    if one.entitlement
                    else None,
                    "trace": steps_as_json(one.entitlement.trace) if one.entitlement else [],
                }
                for one in self.given
            ],
        }


def gathered(
    inquiry: Inquiry,
    *,
    at: datetime,
    line: OrderLine | None = None,
    condition: Condition | None = None,
) -> Gathered:
    """All facts of one moment; Refused when an article must be chosen or nothing can be judged."""
    lines = about(inquiry, line, lines_of(inquiry))
    order = lines[0].order
    parcels = [
        parcel
        for parcel in Parcel.objects.filter(order=order)
        if parcel.status != Parcel.Status.CANCELLED
    ]
    if line is None and len(lines) > 1 and len({_came(parcel) for parcel in parcels}) > 1:
        raise Refused(
            _("The parcels of this order fared differently: please choose the article."),
            code="line",
        )
    condition = condition or _condition(inquiry.topic)
    reason = REASONS.get(inquiry.topic, Reason.NOT_NEEDED)
    left = _left(lines)
    given = tuple(_given(one, reason, condition, at) for one in lines)
    delivered = [parcel.delivered_at for parcel in parcels if parcel.delivered_at is not None]
    arrived = bool(parcels) and len(delivered) == len(parcels)
    now = Situation(
        topic=inquiry.topic,
        at=at,
        currency=_currency(order, lines),
        price=_sum(left, RefundLine.Part.ITEM),
        shipping=_sum(left, RefundLine.Part.SHIPPING),
        shipped=order.status in _SHIPPED
        or any(parcel.status in _ON_THE_WAY or parcel.shipped_at for parcel in parcels),
        delivered_at=max(delivered) if arrived else None,
        signed=arrived and all(parcel.signature for parcel in parcels),
        deliver_by=order.deliver_by_to,
        grace=book.delivery_grace(at),
        condition=condition,
        goods_back=_back(lines)
        or (bool(parcels) and all(one.status == Parcel.Status.RETURNED for one in parcels)),
        entitlement=_together([one.entitlement.outcome for one in given if one.entitlement]),
        part_percent=book.concession_limits(at)[0].percent,
    )
    versions = {
        key: rulebook.version(key, at)
        for key in ("judgment.table", "delivery.grace_days", "concession.limits")
    }
    return Gathered(now, tuple(lines), given, reason, left, versions)


def _condition(topic: str) -> Condition:
    """What is taken for the goods' state until somebody says more."""
    match topic:
        case Topic.DAMAGED:
            return Condition.DAMAGED
        case Topic.DEFECTIVE | Topic.WARRANTY | Topic.MISSING_PARTS:
            return Condition.OPENED
        case _:
            return Condition.UNOPENED


def _came(parcel: Parcel) -> bool:
    return parcel.delivered_at is not None


def _given(line: OrderLine, reason: Reason, condition: Condition, at: datetime) -> Given:
    try:
        facts, entitlement = gather.entitlement_of(
            line, asked_at=at, reason=reason, condition=condition
        )
    except DomainError as refusal:
        # Such as a parcel without any date: what can be recommended then stands on other facts.
        return Given(line, None, None, str(refusal))
    return Given(line, facts, entitlement)


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    """What all lines together entitle to: only what each of them does, and the sum of the money."""
    if not outcomes:
        return Outcome()
    first = outcomes[0]
    alike = {outcome.ground for outcome in outcomes} == {first.ground}
    return replace(
        first,
        may_return=all(outcome.may_return for outcome in outcomes),
        returnless=all(outcome.returnless for outcome in outcomes),
        automatic=all(outcome.automatic for outcome in outcomes),
        ground=first.ground if alike else Ground.NONE,
        refund_item=sum((outcome.refund_item for outcome in outcomes), ZERO),
        refund_shipping=sum((outcome.refund_shipping for outcome in outcomes), ZERO),
        notices=tuple(dict.fromkeys(code for outcome in outcomes for code in outcome.notices)),
    )


def _left(lines: Sequence[OrderLine]) -> dict[tuple[OrderLine, str], Decimal]:
    """What was paid for each line and part, less what has gone back; unknown prices count as
    nothing left, so that nobody promises them.
    """
    held = {row.line_id: row for row in LineBalance.objects.filter(line__in=lines)}
    found: dict[tuple[OrderLine, str], Decimal] = {}
    for line in lines:
        price = balances.paid(line)
        if price is None:
            continue
        row = held.get(line.pk) or LineBalance(
            line=line,
            paid_item=price,
            paid_shipping=line.shipping_price or ZERO,
            back_item=ZERO,
            back_shipping=ZERO,
        )
        for part in _PARTS:
            rest = balances.left(row, line, part)
            if rest > ZERO:
                found[line, part] = rest
    return found


def _sum(left: Mapping[tuple[OrderLine, str], Decimal], part: str) -> Decimal:
    return sum((amount for (_line, name), amount in left.items() if name == part), ZERO)


def _back(lines: Sequence[OrderLine]) -> bool:
    """Every one of these lines is back with the seller and not refunded yet."""
    back = ReturnLine.objects.filter(
        line__in=lines, request__received_at__isnull=False, request__refunded_at__isnull=True
    )
    return set(back.values_list("line_id", flat=True)) == {line.pk for line in lines}


def _currency(order: Order, lines: Sequence[OrderLine]) -> str:
    return order.currency or next((line.currency for line in lines if line.currency), "EUR")
