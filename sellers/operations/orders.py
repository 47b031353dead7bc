"""Orders are taken in from the marketplace's feed: batch by batch, each one commit, repeatable."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.errors import Refused
from csba.journal import write as journal
from sellers.feeds.facts import OrderFacts, OrderRow, RowProblem
from sellers.models import Order, OrderLine, Parcel, Seller
from sellers.operations._columns import BadRow
from sellers.operations._known_orders import Known, Telling
from sellers.operations._store import upsert
from sellers.operations.batches import Report, batches, in_one_commit

ONE_AT_A_TIME: Final = 7_201_402_601
"""The advisory lock of this operation: of two imports only one compares and writes at a time."""

P = TypeVar("P", OrderLine, Parcel)


def take_in(
    facts: Iterable[OrderRow],
    *,
    source: str,
    seller: Seller | None = None,
    file_date: datetime | None = None,
    marketplace_id: str = "",
    dry_run: bool = False,
    after_batch: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Every order of `facts` is known as its newest file tells it; the report says what changed.

    `seller` owns the orders of a feed that names none (rulings 32), `marketplace_id` is where
    orders without a marketplace were placed, `file_date` (now unless told) dates facts without a
    date of their own. Each batch is one commit: an import that was interrupted is simply repeated.
    A row that cannot be kept is reported and stops no other. `dry_run` reports the same and keeps
    nothing. Raises Refused when nobody says whose orders these are.
    """
    at = timezone.now()
    telling = Telling(source=source, at=file_date or at, marketplace_id=marketplace_id)
    book = _Book(seller=seller, telling=telling, at=at)
    report = Report()
    with transaction.atomic() if dry_run else nullcontext():
        for batch in batches(facts, report):
            report.add(in_one_commit(batch, book.take_batch))
            after_batch(report)
        if dry_run:
            transaction.set_rollback(True)
    return report


@dataclass
class _Book:
    """What one import knows of itself, and the sellers it has met."""

    seller: Seller | None
    telling: Telling
    at: datetime
    sellers: dict[str, Seller | None] = field(default_factory=dict)

    def take_batch(self, batch: list[OrderFacts]) -> Report:
        """The facts of one batch are known, within one transaction."""
        report = Report()
        owners = [self._owner(facts) for facts in batch]
        known = _known(batch)
        told: dict[Seller, Report] = {}
        for facts, owner in zip(batch, owners, strict=True):
            try:
                if isinstance(owner, str):
                    raise BadRow(owner)
                order = known.setdefault(facts.number, Known())
                outcome = order.hear(facts, seller=owner, telling=self.telling)
            except BadRow as bad:
                report.refuse(RowProblem(facts.line, str(bad), facts.number))
            else:
                report.count(outcome)
                told.setdefault(owner, Report()).count(outcome)
        _write(known.values())
        journal.write_many(
            journal.line(
                owner,
                "orders_taken_in",
                at=self.at,
                actor=journal.Actor.SYSTEM,
                source=self.telling.source,
                new=done.new,
                updated=done.updated,
            )
            for owner, done in told.items()
            if done.new or done.updated
        )
        return report

    def _owner(self, facts: OrderFacts) -> Seller | str:
        """Whose order this is, or why nobody knows."""
        named = facts.merchant_id
        if not named:
            if self.seller is None:
                raise Refused(
                    _("The file does not say whose orders these are. Name the seller."),
                    code="seller_missing",
                )
            return self.seller
        if self.seller is not None and self.seller.merchant_id != named:
            return _("The row names the seller %(id)s, not the one of this import.") % {"id": named}
        if named not in self.sellers:
            self.sellers[named] = Seller.objects.filter(merchant_id=named).first()
        return self.sellers[named] or _("No seller has the merchant id %(id)s.") % {"id": named}


def _known(batch: list[OrderFacts]) -> dict[str, Known]:
    """The orders of the batch as they are, by number, for as long as this transaction lasts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    orders = Order.objects.filter(number__in=[facts.number for facts in batch])
    known = {order.pk: Known(order) for order in orders}
    if known and any(facts.lines for facts in batch):
        for line in OrderLine.objects.filter(order__in=known.keys()):
            known[line.order_id].lines.append(line)
    if known and any(facts.parcels for facts in batch):
        for parcel in Parcel.objects.filter(order__in=known.keys()):
            known[parcel.order_id].parcels.append(parcel)
    return {row.order.number: row for row in known.values() if row.order is not None}


def _write(known: Iterable[Known]) -> None:
    """What is new or changed is stored, a statement for each table."""
    rows = [row for row in known if row.order is not None]
    orders = [row.order for row in rows if row.order is not None and row.order_changed]
    upsert(orders, key=("number",), kept={"seller_id"})
    renamed = [line for row in rows for line in row.renamed]
    if renamed:
        OrderLine.objects.bulk_update(renamed, ["item_id"])
    lines = [_under(row, line) for row in rows for line in row.to_write(row.lines)]
    upsert(lines, key=("order_id", "item_id"))
    parcels = [_under(row, parcel) for row in rows for parcel in row.to_write(row.parcels)]
    upsert(parcels, key=("order_id", "reference"))


def _under(known: Known, row: P) -> P:
    assert known.order is not None
    row.order_id = known.order.pk
    return row
