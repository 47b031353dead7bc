"""Ours or the seller's? The order's reasons (from sellers) and the topic's, one verdict per line
(P2, P20).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from csba.rulebook import read as rulebook
from csba.verdicts import Verdict
from sellers.models import Enrolment, Order, OrderLine
from sellers.rules import coverage
from sellers.rules.coverage import Finding


@dataclass(frozen=True)
class Coverage:
    """The verdict on the inquiry, and on each line of its order."""

    overall: Finding
    lines: tuple[tuple[OrderLine, Finding], ...] = ()


def decide(
    order: Order | None,
    lines: Sequence[OrderLine],
    topic: str,
    stints: Sequence[Enrolment],
    *,
    at: datetime,
) -> Coverage:
    """Whose inquiry is it, line by line; the whole is covered if any line is (domain 1.5)."""
    if order is None:
        excluded = (
            topic in rulebook.value("scope.excluded_topics", at) and topic == Verdict.PRE_ORDER
        )
        return Coverage(
            Finding(Verdict.PRE_ORDER if excluded else Verdict.UNKNOWN_ORDER, {"topic": topic})
        )
    found = tuple((line, _of_line(order, line, topic, stints)) for line in lines)
    if not found:
        return Coverage(_of_line(order, OrderLine(order=order), topic, stints))
    covered = next((finding for _line, finding in found if finding.covered), None)
    return Coverage(covered or found[0][1], found)


def _of_line(order: Order, line: OrderLine, topic: str, stints: Sequence[Enrolment]) -> Finding:
    finding = coverage.of_line(order, line, stints)
    if finding.verdict in coverage.OF_THE_ORDER:
        return finding
    if topic in rulebook.value("scope.excluded_topics", order.placed_at):
        return Finding(Verdict(topic), {**finding.facts, "topic": topic})
    return finding


def sentence(verdict: str, facts: dict[str, Any], *, short: bool = False) -> str:
    """The verdict in one sentence for people, in the reader's language and time zone; `short` has
    its dates in figures, for where there is one line.
    """
    day, moment = ("DATE_FORMAT", "DATETIME_FORMAT")
    if short:
        day, moment = ("SHORT_DATE_FORMAT", "SHORT_DATETIME_FORMAT")
    words = {
        "placed": _said(facts, "placed_at", day),
        "active": _said(facts, "active_from", moment),
        "clicked": _said(facts, "opted_in_at", moment),
        "ended": _said(facts, "ended_at", moment),
        "suspended": _said(facts, "suspended_from", moment),
        "programme": facts.get("programme", ""),
    }
    match verdict:
        case Verdict.COVERED:
            said = _(
                "Covered: shipped by the seller, ordered %(placed)s, service active since "
                "%(active)s."
            )
        case Verdict.UNKNOWN_ORDER:
            said = _("No order could be linked: the buyer is asked for the order number.")
        case Verdict.PRE_ORDER:
            said = _("Not covered: a question before an order. The seller answers.")
        case Verdict.INVOICE:
            said = _("Not covered: invoices are the seller's. The seller answers.")
        case Verdict.CUSTOMISATION:
            said = _("Not covered: product customisation is the seller's. The seller answers.")
        case Verdict.OTHER_MARKETPLACE:
            said = _(
                "Not covered: the order was placed on another marketplace. The seller answers."
            )
        case Verdict.FBA:
            said = _(
                "Not covered: the marketplace shipped this order. The seller answers; about the "
                "delivery, the marketplace's own customer service."
            )
        case Verdict.EXCLUDED_PROGRAMME:
            said = _(
                "Not covered: the order belongs to the programme %(programme)s. The seller answers."
            )
        case Verdict.NOT_ENROLLED:
            said = _("Not covered: the seller does not use the service. The seller answers.")
        case Verdict.BEFORE_ENROLMENT:
            said = _(
                "Not covered: ordered %(placed)s, before the service began on %(active)s. The "
                "seller answers."
            )
            if not facts.get("active_from"):
                said = _(
                    "Not covered: ordered %(placed)s, before the seller opted in. The seller "
                    "answers."
                )
        case Verdict.BEFORE_ACTIVATION:
            said = _(
                "Not covered: ordered %(placed)s, after the opt-in on %(clicked)s but before "
                "the service was active. The seller answers."
            )
        case Verdict.AFTER_OPT_OUT:
            said = _(
                "Not covered: ordered %(placed)s, after the seller opted out on %(ended)s. The "
                "seller answers."
            )
        case Verdict.SUSPENDED:
            words["why"] = coverage.suspended_for(facts)
            said = (
                _(
                    "Not covered: ordered %(placed)s, while the service was suspended from "
                    "%(suspended)s (%(why)s). The seller answers."
                )
                if words["why"]
                else _(
                    "Not covered: ordered %(placed)s, while the service was suspended from "
                    "%(suspended)s. The seller answers."
                )
            )
        case _:
            raise ValueError(verdict)
    return said % words


def _said(facts: dict[str, Any], name: str, form: str) -> str:
    at = _read(facts, name)
    return formats.date_format(at, form) if at else "–"


def _read(facts: dict[str, Any], name: str) -> datetime | None:
    at = parse_datetime(facts.get(name) or "")
    return timezone.localtime(at) if at else None
