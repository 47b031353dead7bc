"""Is a seller's policy at least as favourable as the standard (P13)? Clause by clause, and by a
search for a purchase in which the buyer would get less.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from returns.reasons import Fault
from returns.rules import clauses, grid
from returns.rules.entitlement import outcome_alone
from returns.rules.facts import Facts
from returns.rules.outcome import Outcome
from returns.rules.standard import Standard
from returns.terms import CLAUSES, Clauses


class Mark(StrEnum):
    BETTER = "better"
    EQUAL = "equal"
    WORSE = "worse"


class Loss(StrEnum):
    """In what a buyer gets less."""

    RETURN = "return"
    UNTIL = "until"
    REFUND = "refund"
    SHIPPING = "shipping"
    POSTAGE = "postage"
    RETURNLESS = "returnless"
    SEND_BACK = "send_back"
    REFUND_DAYS = "refund_days"
    AT_SCAN = "at_scan"
    WARRANTY = "warranty"
    REMEDY = "remedy"


@dataclass(frozen=True, slots=True)
class ClauseMark:
    """One clause: what the standard says, what counts under the offer, and which is kinder."""

    key: str
    mark: Mark
    standard: Any
    offer: Any


@dataclass(frozen=True, slots=True)
class CounterExample:
    """A purchase in which the buyer gets less under the offer; `standard` and `offer` are what
    differs, as plain text.
    """

    facts: Facts
    loss: Loss
    standard: str
    offer: str

    def as_json(self) -> dict[str, Any]:
        """As it is stored; `from_json` reads it back."""
        return {
            "facts": self.facts.as_json(),
            "loss": self.loss.value,
            "standard": self.standard,
            "offer": self.offer,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "CounterExample":
        """What `as_json` wrote."""
        facts = Facts.from_json(stored["facts"])
        return cls(facts, Loss(stored["loss"]), stored["standard"], stored["offer"])


@dataclass(frozen=True, slots=True)
class Comparison:
    """The marks of all clauses, in the order of returns.terms, and what the search found.

    `searched` is the number of purchases looked at; 0 when nothing was searched.
    """

    clauses: tuple[ClauseMark, ...]
    counter_example: CounterExample | None
    searched: int
    versions: Mapping[str, int]

    @property
    def worse(self) -> list[str]:
        """The clauses that are less kind than the standard."""
        return [found.key for found in self.clauses if found.mark is Mark.WORSE]

    @property
    def better(self) -> list[str]:
        """The clauses that are kinder than the standard."""
        return [found.key for found in self.clauses if found.mark is Mark.BETTER]

    @property
    def at_least_as_favourable(self) -> bool:
        """No clause is worse, and no purchase was found in which the buyer gets less."""
        return not self.worse and self.counter_example is None

    def as_json(self) -> dict[str, Any]:
        """What a policy keeps of its last comparison."""
        example = self.counter_example
        return {
            "versions": dict(self.versions),
            "better": self.better,
            "worse": self.worse,
            "counter_example": example.as_json() if example is not None else None,
            "searched": self.searched,
        }


def marks(offer: Clauses, standard: Standard) -> tuple[ClauseMark, ...]:
    """Every clause with its mark; what the offer does not name is the standard's."""
    of = clauses.of_standard(standard)
    offered = {**of, **clauses.read(offer)}
    found = []
    for clause in CLAUSES:
        ours, theirs = of[clause.key], offered[clause.key]
        if ours == theirs:
            mark = Mark.EQUAL
        else:
            mark = Mark.BETTER if clause.kinder_or_equal(theirs, ours) else Mark.WORSE
        found.append(ClauseMark(clause.key, mark, ours, theirs))
    return tuple(found)


def compare(
    offer: Clauses, standard: Standard, *, search: bool = True, most: int | None = None
) -> Comparison:
    """The offer against the standard for orders of one moment. With `search` the grid is walked, or
    its first `most` purchases, until one is found in which the offer, taken as it stands, gives the
    buyer less.
    """
    found = marks(offer, standard)
    example, searched = None, 0
    if search:
        typed = {mark.key: mark.offer for mark in found if mark.mark is not Mark.EQUAL}
        example, searched = _searched(typed, standard, most)
    return Comparison(found, example, searched, dict(standard.versions))


def _searched(
    offer: Mapping[str, Any], standard: Standard, most: int | None
) -> tuple[CounterExample | None, int]:
    if not offer:
        return None, 0
    # Pure, and asked again with each save, submission and approval of the same words.
    key = (repr(sorted(clauses.as_json(offer).items())), tuple(standard.versions.items()), most)
    if key not in _known:
        _known[key] = _walked(offer, standard, most)
        if len(_known) > 256:
            del _known[next(iter(_known))]
    return _known[key]


_known: dict[tuple[Any, ...], tuple[CounterExample | None, int]] = {}


def _walked(
    offer: Mapping[str, Any], standard: Standard, most: int | None
) -> tuple[CounterExample | None, int]:
    count = 0
    for facts, ours, theirs in islice(_walk(offer, standard), most):
        count += 1
        example = _example(facts, ours, theirs, offer, standard)
        if example is not None:
            return example, count
    return None, count


Both = tuple[Facts, Outcome, Outcome]


def _walk(offer: Mapping[str, Any], standard: Standard) -> Iterator[Both]:
    """The grid with both outcomes, the plain purchases before their variants.

    The days of one class of goods on which both policies answer alike are a class too: the first of
    them stands for all when reasons, conditions, prices and sellers vary.
    """
    whole = clauses.whole(offer, standard, strict=True)
    offered = _offered(offer, standard)
    stand_ins: list[Facts] = []
    seen: set[tuple[object, ...]] = set()
    for buyer, goods, days in grid.stretches(standard, whole):
        for plain in grid.purchases(goods, days, buyer):
            both = _both(plain, offer, standard, offered)
            yield both
            kind = (buyer, goods, kind_of(both[1]), kind_of(both[2]))
            if kind not in seen:
                seen.add(kind)
                stand_ins.append(plain)
    for facts in grid.each_once(standard, whole):
        yield _both(facts, offer, standard, offered)
    for plain in stand_ins:
        for facts in grid.variants(plain, standard, whole):
            yield _both(facts, offer, standard, offered)


def _both(facts: Facts, offer: Mapping[str, Any], standard: Standard, offered: Standard) -> Both:
    ours = outcome_alone(facts, standard)
    if not _gives(ours):
        return facts, ours, ours  # who gets nothing cannot get less
    return facts, ours, outcome_alone(facts, offered, offer, strict=True)


def _offered(offer: Mapping[str, Any], standard: Standard) -> Standard:
    """The standard with the windows of the offer where they are shorter: beside a seller's policy
    the marketplace's own guarantee holds, and would hide them.
    """
    windows = {
        group: min(days, offer.get(f"window_{group.lower()}", days))
        for group, days in standard.windows.items()
    }
    holidays = standard.holidays if offer.get("holiday", True) else ()
    return replace(standard, windows=windows, holidays=holidays)


def _gives(outcome: Outcome) -> bool:
    return outcome.may_return or bool(outcome.remedies) or outcome.warranty_until is not None


def kind_of(outcome: Outcome) -> tuple[object, ...]:
    """What makes days alike: whether, and on which ground, something may come back."""
    return (outcome.may_return, outcome.ground, outcome.warranty_until is None, outcome.remedies)


def loss_in(facts: Facts, offer: Mapping[str, Any], standard: Standard) -> CounterExample | None:
    """What the buyer loses in this purchase under the offer, taken as it stands; None if nothing.

    `offer` holds typed values.
    """
    return _example(*_both(facts, offer, standard, _offered(offer, standard)), offer, standard)


def _example(
    facts: Facts, ours: Outcome, theirs: Outcome, offer: Mapping[str, Any], standard: Standard
) -> CounterExample | None:
    found = _less(ours, theirs) or _paid_later(ours, offer, standard)
    if found is None:
        return None
    loss, mine, yours = found
    return CounterExample(facts, loss, _plain(mine), _plain(yours))


Found = tuple[Loss, object, object]


def _less(ours: Outcome, theirs: Outcome) -> Found | None:
    """The first thing in which `theirs` gives less than `ours`."""
    if ours.may_return:
        if not theirs.may_return:
            return Loss.RETURN, "", ""
        if _sooner(theirs.until, ours.until):
            return Loss.UNTIL, ours.until, theirs.until
        if theirs.refund_item < ours.refund_item:
            return Loss.REFUND, ours.refund_item, theirs.refund_item
        if theirs.refund_shipping < ours.refund_shipping:
            return Loss.SHIPPING, ours.refund_shipping, theirs.refund_shipping
        if not theirs.returnless:
            if ours.returnless:
                return Loss.RETURNLESS, "", ""
            if ours.postage == Fault.SELLER and theirs.postage == Fault.BUYER:
                return Loss.POSTAGE, ours.postage, theirs.postage
            if theirs.send_back_days < ours.send_back_days:
                return Loss.SEND_BACK, ours.send_back_days, theirs.send_back_days
    elif not theirs.may_return and not set(theirs.remedies) >= set(ours.remedies):
        return Loss.REMEDY, "", ""
    if ours.warranty_until is not None and not theirs.may_return and theirs.warranty_until is None:
        return Loss.REMEDY, "", ""
    if _sooner(theirs.warranty_until, ours.warranty_until):
        return Loss.WARRANTY, ours.warranty_until, theirs.warranty_until
    return None


def _paid_later(ours: Outcome, offer: Mapping[str, Any], standard: Standard) -> Found | None:
    """How soon the money comes stands in no outcome, only in the clauses."""
    if not ours.may_return or ours.returnless or not ours.total:
        return None
    days = offer.get("refund_days", standard.refund_days)
    if days > standard.refund_days:
        return Loss.REFUND_DAYS, standard.refund_days, days
    if standard.refund_at_scan and not offer.get("refund_at_scan", True):
        return Loss.AT_SCAN, "", ""
    return None


def _sooner(theirs: datetime | None, ours: datetime | None) -> bool:
    return theirs is not None and ours is not None and theirs < ours


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
