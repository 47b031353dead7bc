"""Does the service cover an order line? Marketplace, channel, programme, stints, suspensions
(rulings 18).

Coverage is a property of the order's purchase time, never of the moment somebody asks (domain 0.5).
Topics are added upstairs, in inquiries/rules/coverage.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from csba.rulebook import read as rulebook
from csba.verdicts import Verdict
from sellers.models import Enrolment, Order, OrderLine, Suspension

# Reasons that lie in the order itself: no topic and no stint can change them.
OF_THE_ORDER = frozenset({Verdict.OTHER_MARKETPLACE, Verdict.FBA, Verdict.EXCLUDED_PROGRAMME})


@dataclass(frozen=True)
class Finding:
    """A verdict with the facts that led to it, as plain values that can be stored."""

    verdict: Verdict
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def covered(self) -> bool:
        return self.verdict == Verdict.COVERED


def of_line(order: Order, line: OrderLine, stints: Sequence[Enrolment]) -> Finding:
    """The verdict on one line of an order, by the rules of the order's date (P18, P19, P20).

    `stints` are all stints of the order's seller with their suspensions prefetched.
    """
    placed = order.placed_at
    facts: dict[str, Any] = {"order": order.number, "placed_at": placed.isoformat()}
    if order.marketplace_id not in rulebook.value("coverage.marketplaces", placed):
        return Finding(Verdict.OTHER_MARKETPLACE, {**facts, "marketplace": order.marketplace_id})
    if order.channel not in rulebook.value("coverage.channels", placed):
        return Finding(Verdict.FBA, {**facts, "channel": order.channel})
    programmes = {*order.programmes, *line.programmes}
    for programme in rulebook.value("coverage.excluded_programmes", placed):
        if programme in programmes:
            return Finding(Verdict.EXCLUDED_PROGRAMME, {**facts, "programme": programme})
    return _by_stints(order, stints, facts)


def _by_stints(order: Order, stints: Sequence[Enrolment], facts: dict[str, Any]) -> Finding:
    placed = order.placed_at
    for stint in stints:
        if stint.covers(placed):
            found = {**facts, **_of(stint)}
            pauses = [pause for pause in stint.suspensions.all() if pause.holds(placed)]
            if pauses:
                return Finding(Verdict.SUSPENDED, {**found, **_why(pauses)})
            return Finding(Verdict.COVERED, found)
    if not stints:
        return Finding(Verdict.NOT_ENROLLED, facts)
    for stint in stints:
        if stint.opted_in_at <= placed and _not_yet_active(stint, order):
            return Finding(Verdict.BEFORE_ACTIVATION, {**facts, **_of(stint)})
    over = [
        stint
        for stint in stints
        if stint.active_from and stint.ended_at and stint.ended_at <= placed
    ]
    if over:
        return Finding(
            Verdict.AFTER_OPT_OUT, {**facts, **_of(max(over, key=lambda stint: stint.opted_in_at))}
        )
    first = min(stints, key=lambda stint: stint.opted_in_at)
    return Finding(Verdict.BEFORE_ENROLMENT, {**facts, **_of(first)})


def suspended_for(facts: Mapping[str, Any]) -> str:
    """In the reader's words, why the service was suspended when the order was placed; from the
    facts of a finding, which may be of a time when one reason only was kept.
    """
    codes = facts.get("suspensions") or [facts.get("suspension", "")]
    labels = dict(Suspension.Reason.choices)
    return ", ".join(str(labels[code]) for code in codes if code in labels)


def _why(pauses: Sequence[Suspension]) -> dict[str, Any]:
    """Since when, and for which reasons, the longest standing first."""
    held = sorted(pauses, key=lambda pause: (pause.from_at, pause.reason))
    return {
        "suspended_from": held[0].from_at.isoformat(),
        "suspension": held[0].reason,
        "suspensions": [pause.reason for pause in held],
    }


def _not_yet_active(stint: Enrolment, order: Order) -> bool:
    if stint.active_from is not None:
        return order.placed_at < stint.active_from
    return stint.ended_at is None or order.placed_at < stint.ended_at


def _of(stint: Enrolment) -> dict[str, Any]:
    moments = {
        "opted_in_at": stint.opted_in_at,
        "active_from": stint.active_from,
        "ended_at": stint.ended_at,
    }
    return {
        "stint": stint.pk,
        **{name: at.isoformat() for name, at in moments.items() if at is not None},
    }
