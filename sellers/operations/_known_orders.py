"""An order as it is known, and what a file's facts change about it: in memory, for one batch.

Nothing known is erased by silence. What is older never replaces what is known; only where the date
of what is known is no more than a file's date does it fill what nobody has said yet.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext as _

from sellers.feeds.facts import LineFacts, OrderFacts, ParcelFacts
from sellers.feeds.orders import UNDATED
from sellers.models import Order, OrderLine, Parcel, Seller
from sellers.operations._columns import LINE, ORDER, PARCEL, BadRow, assign, fitting
from sellers.operations.batches import Outcome


@dataclass(frozen=True)
class Telling:
    """What is told: by which format, dated `at` where facts have no date, placed in the marketplace
    where they name none.
    """

    source: str
    at: datetime
    marketplace_id: str = ""


SUBSTITUTE: Final = "sku:"
"""Begins the id of a line from a report without item ids, until somebody tells the real one."""


@dataclass
class Known:
    """One order with its lines and parcels, and which of them a batch has to write."""

    order: Order | None = None
    lines: list[OrderLine] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    order_changed: bool = False
    changed: set[int] = field(default_factory=set)
    renamed: list[OrderLine] = field(default_factory=list)

    def to_write(self, rows: Iterable[Any]) -> list[Any]:
        """Those of the rows that are new or changed."""
        return [row for row in rows if id(row) in self.changed]

    def hear(self, facts: OrderFacts, *, seller: Seller, telling: Telling) -> Outcome:
        """The order is known as these facts tell it, in memory."""
        source = telling.source
        dated = facts.changed_at is not None
        told_at = facts.changed_at or telling.at
        if self.order is None:
            self._begin(facts, seller, telling)
            return Outcome.NEW
        if self.order.seller_id != seller.pk:
            raise BadRow(_("The order belongs to another seller. Nothing about it was changed."))
        older = told_at < self.order.changed_at
        fills = older and dated and self.order.source in UNDATED
        if older and not fills and not facts.lines_only:
            return Outcome.OLDER
        lines = [fitting(line, LINE) for line in facts.lines]
        parcels = [] if older else [fitting(parcel, PARCEL) for parcel in facts.parcels]
        changes = 0
        if not facts.lines_only:
            self.order_changed |= (told := self._order_told(facts, source, fills=fills))
            changes += told
        changes += self._lines_told(facts.lines, lines, older=older, fills=fills)
        changes += self._parcels_told(facts.parcels, parcels)
        if dated and not older and told_at != self.order.changed_at:
            changes += 1
        if changes and not older and not facts.lines_only:
            self._dated(told_at, source, dated=dated)
        return Outcome.UPDATED if changes else Outcome.OLDER if older else Outcome.UNCHANGED

    def _begin(self, facts: OrderFacts, seller: Seller, telling: Telling) -> None:
        if facts.lines_only:
            raise BadRow(
                _("The order is not known yet. Load the order itself first, then its items.")
            )
        needed = {
            _("purchase date"): facts.placed_at,
            _("fulfilment channel"): facts.channel,
            _("order status"): facts.status,
        }
        for name, value in needed.items():
            if value is None:
                raise BadRow(_("A new order needs its %(what)s.") % {"what": name})
        assert facts.placed_at is not None
        values = fitting(facts, ORDER)
        values["marketplace_id"] = values["marketplace_id"] or telling.marketplace_id
        lines = [fitting(line, LINE) for line in facts.lines]
        parcels = [fitting(parcel, PARCEL) for parcel in facts.parcels]
        self.order = Order(
            seller=seller,
            **{name: value for name, value in values.items() if value is not None},
            placed_at=facts.placed_at,
            changed_at=facts.changed_at or telling.at,
            programmes=sorted(facts.programmes),
            source=telling.source,
            raw=dict(facts.raw),
        )
        self.order_changed = True
        self._lines_told(facts.lines, lines, older=False, fills=False)
        self._parcels_told(facts.parcels, parcels)

    def _order_told(self, facts: OrderFacts, source: str, *, fills: bool) -> bool:
        order = self.order
        assert order is not None
        values = fitting(facts, ORDER)
        if facts.placed_at is not None and not facts.placed_to_the_day:
            values["placed_at"] = facts.placed_at
        if source in UNDATED and order.source not in UNDATED:
            # A report without update dates tells no status of its own: it is counted from pieces.
            values["status"] = values["channel"] = None
        denied = frozenset() if fills else facts.not_programmes
        programmes = ({*order.programmes} - denied) | facts.programmes
        if programmes != {*order.programmes}:
            values["programmes"] = sorted(programmes)
        values["raw"] = {**facts.raw, **order.raw} if fills else {**order.raw, **facts.raw}
        return assign(order, values, fills=fills)

    def _dated(self, told_at: datetime, source: str, *, dated: bool) -> None:
        """The marketplace's own date is kept, a file's date only where there is no better one."""
        assert self.order is not None
        if dated or self.order.source in UNDATED:
            self.order_changed |= assign(
                self.order, {"changed_at": told_at, "source": source}, fills=False
            )

    def _lines_told(
        self,
        told: Iterable[LineFacts],
        values: Iterable[dict[str, Any]],
        *,
        older: bool,
        fills: bool,
    ) -> int:
        """How many lines were added or changed; a line that a file leaves out stays."""
        met: set[int] = set()
        changes = 0
        for facts, found in zip(told, values, strict=True):
            line = self._line_of(facts, met)
            if line is None:
                line = OrderLine(
                    **{
                        **{name: value for name, value in found.items() if value is not None},
                        "item_id": facts.item_id or self._substitute(facts),
                        "programmes": list(facts.programmes or ()),
                        "raw": dict(facts.raw),
                    }
                )
                self.lines.append(line)
                self.changed.add(id(line))
                changes += 1
            elif not older or fills:
                changes += self._line_told(line, facts, found, fills=fills)
            met.add(id(line))
        return changes

    def _line_told(
        self, line: OrderLine, facts: LineFacts, values: dict[str, Any], *, fills: bool
    ) -> bool:
        real = values.pop("item_id")
        if facts.programmes is not None:
            values["programmes"] = list(facts.programmes)
        values["raw"] = {**facts.raw, **line.raw} if fills else {**line.raw, **facts.raw}
        changed = assign(line, values, fills=fills)
        if real is not None and line.item_id != real:
            line.item_id = real
            if line.pk is not None:
                self.renamed.append(line)
            changed = True
        if changed:
            self.changed.add(id(line))
        return changed

    def _line_of(self, facts: LineFacts, met: set[int]) -> OrderLine | None:
        """The line meant: by its id; without one, or known without one, by its product."""
        if facts.item_id is not None:
            for line in self.lines:
                if line.item_id == facts.item_id:
                    return line
        for line in self.lines:
            nameless = facts.item_id is None or line.item_id.startswith(SUBSTITUTE)
            if nameless and id(line) not in met and _same_product(line, facts):
                return line
        return None

    def _substitute(self, facts: LineFacts) -> str:
        name = f"{SUBSTITUTE}{facts.sku or facts.asin}"
        if len(name) > 32:
            name = f"{SUBSTITUTE}{sha256(name.encode()).hexdigest()[:24]}"
        used = sum(line.item_id.partition("#")[0] == name for line in self.lines)
        return f"{name}#{used + 1}" if used else name

    def _parcels_told(self, told: Iterable[ParcelFacts], values: Iterable[dict[str, Any]]) -> int:
        by_reference = {parcel.reference: parcel for parcel in self.parcels}
        changes = 0
        for facts, found in zip(told, values, strict=False):
            parcel = by_reference.get(facts.reference)
            if parcel is None:
                parcel = Parcel(
                    **{name: value for name, value in found.items() if value is not None}
                )
                self.parcels.append(parcel)
                by_reference[facts.reference] = parcel
                changed = True
            else:
                if parcel.delivered_at is not None:
                    found["delivered_at"] = None  # the first moment that was vouched for stays
                changed = assign(parcel, found, fills=False)
            if changed:
                self.changed.add(id(parcel))
                changes += 1
        return changes


def _same_product(line: OrderLine, facts: LineFacts) -> bool:
    if line.sku and facts.sku:
        return line.sku == facts.sku
    return bool(line.asin and line.asin == facts.asin)
