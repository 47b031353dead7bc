"""The typed reader of the rulebook for returns: code names each rule here, or in standard.py, and
nowhere else.

What an order brings with it (windows, exclusions, faults) is chosen by the order's date and stands
in `standard`; what an event starts (holds, deadlines) by the event's (table (a), domain 9.8).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from csba.rulebook import read
from returns.rules.standard import Category, Exclusion, Holiday, Standard, standard

__all__ = ["Category", "Exclusion", "Holiday", "Standard", "standard"]


def review_time(at: datetime) -> timedelta:
    """How long a manual review of a return may take (domain 2.10)."""
    return timedelta(hours=read.value("return.review_hours", at))


def option_days(at: datetime) -> int | None:
    """Calendar days in which a seller abroad offers a way back for a return asked for at `at`;
    None before there was such a rule (3.4).
    """
    try:
        return int(read.value("intl.option_days", at))
    except read.UnknownRule:
        return None


def close_after(at: datetime) -> tuple[timedelta, timedelta]:
    """After how long a return closes by itself: without any action, and without news (2.26)."""
    days = read.value("return.auto_close_days", at)
    return timedelta(days=days["without_action"]), timedelta(days=days["without_news"])


def refund_hold(at: datetime) -> timedelta:
    """How long a refund can be called back (2.23)."""
    return timedelta(hours=read.value("refund.hold_hours", at))


def refund_days(at: datetime) -> int:
    """Business days from receipt to the refund on the seller's behalf (2.13)."""
    return int(read.value("refund.after_receipt_business_days", at))


def statutory_refund_days(at: datetime) -> int:
    """Days in which a withdrawal is paid back at the latest (BGB 357(1))."""
    return int(read.value("refund.statutory_max_days", at))


def lead_above_percent(at: datetime) -> int:
    """A deduction above this share of the price needs a lead."""
    return int(read.value("refund.partial_max_percent", at)["lead_above"])


@dataclass(frozen=True, slots=True)
class Limit:
    """What one role may grant alone; no amount means no limit in money."""

    role: str
    amount: Decimal | None
    percent: int


def concession_limits(at: datetime) -> tuple[Limit, ...]:
    """The authority ladder, smallest first (domain 7.11)."""
    return tuple(
        Limit(row["role"], Decimal(row["eur"]) if row["eur"] else None, row["percent"])
        for row in read.value("concession.limits", at)
    )


def entitled_free(at: datetime) -> bool:
    """A refund that the entitlement gives needs no second person."""
    return bool(read.value("concession.entitled_free", at))


def goodwill_most(at: datetime) -> Decimal:
    """The most goodwill for one order, beside what was paid (rulings 17)."""
    return Decimal(read.value("goodwill.most_eur_per_order", at))


def claim_window(at: datetime) -> timedelta:
    """How long after a debit a seller may claim (1.16)."""
    return timedelta(days=read.value("reimburse.window_days", at))


def claim_evidence(at: datetime) -> dict[str, int]:
    """How many files each ground of a claim must bring."""
    return {row["ground"]: row["files"] for row in read.value("reimburse.evidence", at)}


def cancel_alone(at: datetime) -> timedelta:
    """How long after ordering the buyer's word alone cancels (2.30)."""
    return timedelta(minutes=read.value("cancel.buyer_alone_minutes", at))


def cancel_unconfirmed(at: datetime) -> timedelta:
    """How long after the expected ship date an unconfirmed order is cancelled by itself."""
    return timedelta(days=read.value("cancel.unconfirmed_days", at))


def delivery_grace(at: datetime) -> timedelta:
    """How long after the latest delivery date a parcel counts as lost (4.13)."""
    return timedelta(days=read.value("delivery.grace_days", at))


def label_file_most(at: datetime) -> int:
    """The largest label file of a seller, in bytes (2.27)."""
    return int(read.value("label.file_most_bytes", at))


def label_cost(at: datetime) -> Decimal:
    """What a prepaid label of the embedded carrier costs, in EUR."""
    return Decimal(read.value("label.prepaid_cost_eur", at))


@dataclass(frozen=True, slots=True)
class Advice:
    """One row of the table of judgments: for `topic` (any when empty), if the fact `when` holds."""

    topic: str
    when: str
    outcome: str
    remedy: str
    because: str


def judgment_table(at: datetime) -> tuple[Advice, ...]:
    """What is recommended when a seller stayed silent, in order (P10)."""
    return tuple(Advice(**row) for row in read.value("judgment.table", at))


def judgment_automatic(at: datetime) -> dict[str, Decimal]:
    """Topics that may be decided without an agent, each up to its amount (rulings 10)."""
    return {row["topic"]: Decimal(row["most_eur"]) for row in read.value("judgment.automatic", at)}
