"""A seller's ledger as a page shows it: filtered by kind and month, newest first, fifty at a time,
with what it comes to.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db.models import Q, QuerySet, Sum
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from csba.money import ZERO, shown
from returns.models import Claim
from returns.notifications.money import clause_words
from returns.rules import book, places
from sellers.models import LedgerLine, Seller

PAGE: Final = 50


@dataclass(frozen=True)
class Filter:
    """What the seller wants to see; empty and None mean everything."""

    kind: str = ""
    month: tuple[int, int] | None = None

    @property
    def month_text(self) -> str:
        """As the address has it, such as 2026-11."""
        return f"{self.month[0]:04d}-{self.month[1]:02d}" if self.month else ""

    def over(self, seller: Seller) -> QuerySet[LedgerLine]:
        """The lines it lets through, in the months of the reader's zone."""
        rows = LedgerLine.objects.for_seller(seller)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.month:
            first = datetime(*self.month, 1, tzinfo=timezone.get_current_timezone())
            rows = rows.filter(at__gte=first, at__lt=_next_month(first))
        return rows


@dataclass(frozen=True)
class Row:
    """One line, all in words."""

    pk: int
    at: datetime
    kind: str
    reason: str
    rule: str
    order: str
    amount: str
    debit: bool
    state: str
    badge: str


@dataclass(frozen=True)
class Total:
    """What the filtered lines come to, in one currency."""

    debits: str
    credits: str
    sum: str
    owes: bool


def chosen(kind: str, month: str) -> Filter:
    """The filter that an address names; what it does not know counts as everything."""
    found = None
    year, _sep, number = month.partition("-")
    if (
        month.isascii()
        and len(month) == 7
        and year.isdecimal()
        and number.isdecimal()
        and 1 <= int(number) <= 12
    ):
        found = (int(year), int(number)) if 2000 <= int(year) <= 2999 else None
    return Filter(kind if kind in LedgerLine.Kind.values else "", found)


def page(seller: Seller, wanted: Filter, *, after: str, at: datetime) -> tuple[list[Row], str]:
    """The rows after a place, and the place where the next page begins; one statement."""
    rows = wanted.over(seller).select_related("order", "claim")
    if (place := places.read(after)) is not None:
        moment, pk = place
        rows = rows.filter(at__lte=moment).exclude(at=moment, pk__gte=pk)
    found = list(rows.order_by("-at", "-pk")[: PAGE + 1])
    following = places.written(found[PAGE - 1].at, found[PAGE - 1].pk) if len(found) > PAGE else ""
    return [_row(line, at) for line in found[:PAGE]], following


def balances(seller: Seller) -> list[tuple[str, bool]]:
    """What stands on the account in each currency, and whether the seller owes it."""
    sums = (
        LedgerLine.objects.for_seller(seller)
        .values("currency")
        .annotate(sum=Sum("amount"))
        .order_by("currency")
    )
    found = [(_minus(row["sum"], row["currency"]), row["sum"] < 0) for row in sums]
    return found or [(shown(ZERO, "EUR"), False)]


def totals(rows: QuerySet[LedgerLine]) -> list[Total]:
    """Debits, credits and their sum in each currency; one statement."""
    sums = (
        rows.values("currency")
        .annotate(
            debits=Sum("amount", filter=Q(amount__lt=0), default=ZERO),
            credits=Sum("amount", filter=Q(amount__gt=0), default=ZERO),
        )
        .order_by("currency")
    )
    return [
        Total(
            _minus(row["debits"], row["currency"]),
            _minus(row["credits"], row["currency"]),
            _minus(row["debits"] + row["credits"], row["currency"]),
            row["debits"] + row["credits"] < 0,
        )
        for row in sums
    ]


def months(seller: Seller, at: datetime) -> list[tuple[str, str]]:
    """Every month from the first line on, newest first, with its name."""
    first = LedgerLine.objects.for_seller(seller).order_by("at", "pk").values_list("at", flat=True)
    begin = first.first()
    if begin is None:
        return []
    now = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    begin = timezone.localtime(begin)
    found: list[tuple[str, str]] = []
    year, month = now.year, now.month
    while (year, month) >= (begin.year, begin.month):
        day = now.replace(year=year, month=month)
        found.append((f"{year:04d}-{month:02d}", formats.date_format(day, "YEAR_MONTH_FORMAT")))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found


def as_csv(rows: QuerySet[LedgerLine]) -> Iterator[str]:
    """Header and lines for a spreadsheet; what begins like a formula is made harmless."""
    writer = csv.writer(_Echo())
    # A spreadsheet reads UTF-8 only when it is told so by this mark.
    yield "\ufeff" + writer.writerow(
        [
            _("Booked"),
            _("Kind"),
            _("Order number"),
            _("Reference"),
            _("Amount"),
            _("Currency"),
            _("Reason"),
            _("Rule"),
            _("May be claimed back"),
            _("Claim"),
        ]
    )
    ordered = rows.select_related("order", "claim").order_by("-at", "-pk")
    for line in ordered.iterator(chunk_size=500):
        claim = _claim(line)
        yield writer.writerow(
            [
                timezone.localtime(line.at).isoformat(timespec="seconds"),
                line.get_kind_display(),
                _safe(line.order.number if line.order else ""),
                _safe(line.reference),
                str(line.amount),
                line.currency,
                _safe(line.reason),
                _safe(clause_words(line.clause)),
                _("yes") if line.reimbursable else _("no"),
                f"{claim.number}: {claim.get_status_display()}" if claim else "",
            ]
        )


def state(line: LedgerLine, at: datetime) -> tuple[str, str]:
    """Whether the line can be claimed, was, and what became of it, with its badge."""
    claim = _claim(line)
    if claim is not None:
        badges = {Claim.Status.GRANTED: "ok", Claim.Status.DECLINED: "bad"}
        words = _("Claim: %s") % claim.get_status_display()
        return words, badges.get(Claim.Status(claim.status), "warn")
    if line.reimbursable and line.amount < 0:
        until = line.at + book.claim_window(line.at)
        if at < until:
            day = formats.date_format(timezone.localtime(until), "SHORT_DATE_FORMAT")
            return _("Claim until %s") % day, "quiet"
    return "", ""


def _row(line: LedgerLine, at: datetime) -> Row:
    words, badge = state(line, at)
    return Row(
        pk=line.pk,
        at=line.at,
        kind=line.get_kind_display(),
        reason=line.reason,
        rule=clause_words(line.clause),
        order=line.order.number if line.order else "",
        amount=signed(line.amount, line.currency),
        debit=line.amount < 0,
        state=words,
        badge=badge,
    )


def _minus(amount: Decimal, currency: str) -> str:
    """With a true minus before what is owed."""
    text = shown(abs(amount), currency)
    return f"−{text}" if amount < 0 else text


def signed(amount: Decimal, currency: str) -> str:
    """With a plus before what is credited."""
    text = shown(abs(amount), currency)
    return f"−{text}" if amount < 0 else f"+{text}"


def _claim(line: LedgerLine) -> Claim | None:
    """The claim for this line, fetched with it."""
    return getattr(line, "claim", None)


def _next_month(first: datetime) -> datetime:
    year, month = (first.year, first.month + 1) if first.month < 12 else (first.year + 1, 1)
    return first.replace(year=year, month=month)


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


class _Echo:
    """Gives back what is written to it."""

    def write(self, text: str) -> str:
        return text
