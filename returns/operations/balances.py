"""What was paid for an order line and what of it has gone back: opened, held, moved.

Every movement holds the row; the database's own constraint has the last word.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from csba.errors import Refused
from csba.money import ZERO, cents, shown
from returns.models import LineBalance, RefundLine
from sellers.models import OrderLine

Part = RefundLine.Part
Parts = Mapping[tuple[OrderLine, str], Decimal]

_COLUMNS = {
    Part.ITEM: ("paid_item", "back_item"),
    Part.SHIPPING: ("paid_shipping", "back_shipping"),
}


def currency_of(line: OrderLine) -> str:
    """The currency in which the line was paid; Refused when it is not known or not the order's."""
    found = {line.order.currency, line.currency} - {""}
    if not found:
        raise Refused(
            _("The currency of this order is not known. Please ask the seller."), code="currency"
        )
    if len(found) > 1:
        raise Refused(
            _("This line was paid in %(line)s, but the order in %(order)s.")
            % {"line": line.currency, "order": line.order.currency},
            code="currency",
        )
    return found.pop()


def paid(line: OrderLine) -> Decimal | None:
    """What was paid for all pieces of the line, VAT included, the discount taken off; None: not
    known.
    """
    if line.price is None:
        return None
    return max(cents(line.price - (line.discount or ZERO)), ZERO)


@transaction.atomic
def locked(lines: Iterable[OrderLine]) -> dict[int, LineBalance]:
    """The balances of these lines, by the line's key, held by this transaction and told what the
    feed knows by now; Refused when the price of one is not known.
    """
    # As they are in the database: whoever calls may have read them before the newest file.
    found = OrderLine.objects.select_related("order").in_bulk({line.pk for line in lines})
    amounts: dict[int, tuple[Decimal, Decimal]] = {}
    for line in found.values():
        price = paid(line)
        if price is None:
            raise Refused(
                _("What was paid for “%s” is not known. Please ask the seller for the price.")
                % (line.title or line.asin),
                code="price_unknown",
            )
        amounts[line.pk] = (price, cents(line.shipping_price or ZERO))
    LineBalance.objects.bulk_create(
        [
            LineBalance(
                line=found[pk],
                currency=currency_of(found[pk]),
                paid_item=item,
                paid_shipping=shipping,
            )
            for pk, (item, shipping) in amounts.items()
        ],
        ignore_conflicts=True,
    )
    # Always in the same order: two refunds of the same lines wait for each other, never in a ring.
    rows = LineBalance.objects.select_for_update().filter(line__in=found).order_by("line_id")
    held = {row.line_id: row for row in rows}
    for pk, row in held.items():
        _told_anew(row, *amounts[pk])
    return held


def take(held: Mapping[int, LineBalance], parts: Parts) -> None:
    """The parts count as gone back; Refused with what is left when one is more than that."""
    for (line, part), amount in parts.items():
        row = held[line.pk]
        rest = left(row, line, part)
        if amount > rest:
            raise _too_much(line, part, rest, row.currency)
        column = _COLUMNS[Part(part)][1]
        try:
            with transaction.atomic():
                LineBalance.objects.filter(pk=row.pk).update(**{column: F(column) + amount})
        except IntegrityError as broken:
            raise _too_much(line, part, rest, row.currency) from broken
        setattr(row, column, getattr(row, column) + amount)


def give_back(lines: Iterable[RefundLine]) -> None:
    """These parts of a refund count no longer as gone back: nothing was paid."""
    for refunded in sorted(lines, key=lambda one: one.line_id):
        column = _COLUMNS[Part(refunded.part)][1]
        LineBalance.objects.filter(line=refunded.line_id).update(
            **{column: F(column) - refunded.amount}
        )


def left(row: LineBalance, line: OrderLine, part: str) -> Decimal:
    """What can still go back of this part. Pieces for which a replacement was promised are not
    refunded as well (domain 2.32).
    """
    paid_column, back_column = _COLUMNS[Part(part)]
    most: Decimal = getattr(row, paid_column)
    if part == Part.ITEM and row.replaced and line.quantity:
        most = cents(most * max(line.quantity - row.replaced, 0) / line.quantity)
    return max(most - getattr(row, back_column), ZERO)


@transaction.atomic
def promise_replacement(line: OrderLine, *, pieces: int) -> LineBalance:
    """So many more pieces of the line are replaced and cannot be refunded as well; Refused when
    their money has gone back already.
    """
    row = locked([line])[line.pk]
    after = row.replaced + pieces
    if pieces < 1 or after > line.quantity:
        raise Refused(_("More pieces than were bought cannot be replaced."), code="quantity")
    if row.back_item > cents(row.paid_item * (line.quantity - after) / line.quantity):
        raise Refused(
            _("Money for this line has already gone back: it cannot be replaced as well."),
            code="already_refunded",
        )
    LineBalance.objects.filter(pk=row.pk).update(replaced=after)
    row.replaced = after
    return row


@transaction.atomic
def withdraw_replacement(line: OrderLine, *, pieces: int) -> LineBalance:
    """So many pieces are not replaced after all and can be refunded again."""
    row = locked([line])[line.pk]
    row.replaced = max(row.replaced - pieces, 0)
    LineBalance.objects.filter(pk=row.pk).update(replaced=row.replaced)
    return row


def _told_anew(row: LineBalance, item: Decimal, shipping: Decimal) -> None:
    """A newer file of the marketplace may know another price; never below what has gone back."""
    item, shipping = max(item, row.back_item), max(shipping, row.back_shipping)
    if (row.paid_item, row.paid_shipping) != (item, shipping):
        row.paid_item, row.paid_shipping = item, shipping
        LineBalance.objects.filter(pk=row.pk).update(paid_item=item, paid_shipping=shipping)


def _too_much(line: OrderLine, part: str, rest: Decimal, currency: str) -> Refused:
    sentence = (
        _("For the shipping of “%(title)s” at most %(left)s can still go back.")
        if part == Part.SHIPPING
        else _("For “%(title)s” at most %(left)s can still go back.")
    )
    return Refused(
        sentence % {"title": line.title or line.asin, "left": shown(rest, currency)},
        code="more_than_paid",
    )
