"""The clocks of an inquiry: they run while the buyer waits and never pause (rulings 5, P22)."""

from dataclasses import dataclass
from datetime import datetime

from csba import promises


@dataclass(frozen=True)
class Clocks:
    """The due times that an inquiry stores together; all empty when nobody waits."""

    waiting_since: datetime | None = None
    promise_due_at: datetime | None = None
    next_due_at: datetime | None = None


STOPPED = Clocks()


def started(waiting_since: datetime, first_response_due_at: datetime | None) -> Clocks:
    """The buyer waits since this moment; the nearest due time counts for the queue."""
    promise = waiting_since + promises.buyer_answer(waiting_since)
    nearest = min(promise, first_response_due_at) if first_response_due_at else promise
    return Clocks(waiting_since, promise, nearest)


def first_response_due(channel: str, at: datetime, *, signal: str = "") -> datetime:
    """By when the desk wants to have written its first words; danger and law come first."""
    usual = promises.first_response(channel, at)
    return at + (min(usual, promises.signal_response(at)) if signal else usual)


def earlier(one: Clocks, other: Clocks) -> Clocks:
    """Of two inquiries that become one: the buyer waits since the earlier of both."""
    if one.waiting_since is None or one.promise_due_at is None or one.next_due_at is None:
        return other
    if other.waiting_since is None or other.promise_due_at is None or other.next_due_at is None:
        return one
    return Clocks(
        min(one.waiting_since, other.waiting_since),
        min(one.promise_due_at, other.promise_due_at),
        min(one.next_due_at, other.next_due_at),
    )
