"""The shortest way to a refund, a debit and a claim in a test."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from csba.accounts import roles
from csba.accounts.models import User
from returns.models import LineBalance, Refund
from returns.operations import payouts, refunds
from sellers.models import LedgerLine, Order, OrderLine, Seller
from sellers.operations import ledger
from tests.conftest import staff
from tests.factories.sellers import OrderFactory, OrderLineFactory

ITEM, SHIPPING = "ITEM", "SHIPPING"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
PDF = b"%PDF-1.7\n%%EOF\n"


def senior() -> User:
    """Someone between agent and lead."""
    return staff("lea@desk.test", "Lea Sommer", roles.SENIOR)


def bought(seller: Seller, *, price: str | None = "15.00", **fields: Any) -> OrderLine:
    """One line of an order of its own, at this price, shipped for 3.90."""
    order = OrderFactory(seller=seller, line=None, **fields.pop("order", {}))
    line: OrderLine = OrderLineFactory(
        order=order, price=None if price is None else Decimal(price), **fields
    )
    return line


def ask(line: OrderLine, amount: str = "5.00", **fields: Any) -> Refund:
    """A refund by the rules, unless told otherwise; the key is new unless given."""
    part = fields.pop("part", ITEM)
    fields.setdefault("parts", {(line, part): Decimal(amount)})
    fields.setdefault("reason", "Der Artikel kam beschädigt an.")
    fields.setdefault("clause", "FAULT")
    fields.setdefault("origin", "RULE")
    fields.setdefault("key", f"test:{Refund.objects.count()}:{amount}:{part}")
    return refunds.ask(line.order, **fields)


def settle(refund: Refund) -> Refund:
    """The refund takes its whole way, as the clock would carry it."""
    later = timezone.now() + timedelta(hours=3)
    payouts.release_due(later)
    payouts.send_due(later)
    refund.refresh_from_db()
    return refund


def balance(line: OrderLine) -> LineBalance:
    return LineBalance.objects.get(line=line)


def debit(seller: Seller, amount: str = "-15.00", **fields: Any) -> LedgerLine:
    """A debit that may be claimed."""
    fields.setdefault("key", f"debit:{LedgerLine.objects.count()}")
    fields.setdefault("kind", "REFUND")
    fields.setdefault("currency", "EUR")
    fields.setdefault("reason", "Erstattung für eine beschädigte Teekanne.")
    fields.setdefault("reimbursable", True)
    return ledger.book(seller, amount=Decimal(amount), **fields)


def order_of(line: OrderLine) -> Order:
    return line.order
