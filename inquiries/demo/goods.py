"""The demo's returns, refunds and policies: told through the operations, each at its moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from inquiries.demo.people import Cast
from returns.models import OrderChange, ReturnRequest
from returns.operations import changes, claims, goods, payouts, policies, refunds, returns
from returns.reasons import Condition, Reason
from sellers.models import LedgerLine, Order, OrderLine

Act = tuple[datetime, Callable[[], None]]
HOLD: Final = timedelta(hours=2, minutes=1)
_PROOF: Final = b"%PDF-1.4\n% Zustellnachweis der Demo\n%%EOF\n"


@dataclass
class Goods:
    """What the acts know of each other: orders that are taken, returns that are on their way."""

    cast: Cast
    taken: set[int] = field(default_factory=set)
    returns: dict[str, ReturnRequest] = field(default_factory=dict)

    def line(self, seller: str, at: datetime) -> OrderLine:
        """A line of an order that arrived some days before `at` and that nobody talks about."""
        rows = Order.objects.filter(
            seller=self.cast.sellers[seller],
            channel="MFN",
            business=False,
            inquiries__isnull=True,
            parcels__delivered_at__range=(at - timedelta(days=12), at - timedelta(days=1)),
        )
        for order in rows.order_by("-placed_at", "pk").distinct():
            line = order.lines.order_by("pk").first()
            if order.pk not in self.taken and line is not None and not line.customised:
                self.taken.add(order.pk)
                return line
        raise LookupError(f"no order of {seller} is free")

    def open(
        self, key: str, seller: str, at: datetime, reason: Reason, condition: Condition, words: str
    ) -> None:
        """A buyer asks for a return on their own page."""
        line = self.line(seller, at)
        self.returns[key] = returns.open_return(
            line.order,
            lines={line: line.quantity},
            reason=reason,
            condition=condition,
            via=ReturnRequest.Via.BUYER,
            words=words,
        )

    def on_its_way(self, key: str, at: datetime) -> None:
        """The carrier scanned it."""
        goods.sent(self.returns[key], at_scan=at)

    def back(self, key: str) -> None:
        """It lies at the seller's, as it was sent."""
        goods.received(self.returns[key], by=None)

    def inspected(self, key: str, seller: str) -> None:
        """The seller looked, and refunds."""
        request = ReturnRequest.objects.get(pk=self.returns[key].pk)
        owner = self.cast.owner(seller)
        lines = {one.line: Condition.OPENED.value for one in request.lines.select_related("line")}
        goods.inspected(request, by=owner, found=lines)
        goods.refund(request, by=owner)

    def money_moves(self, at: datetime) -> None:
        """What the clock does with refunds."""
        payouts.release_due(at)
        payouts.send_due(at)

    def policy(self, seller: str, offer: dict[str, object], *, submit: bool) -> None:
        """A seller writes a policy of their own."""
        owner = self.cast.owner(seller)
        draft = policies.draft(self.cast.sellers[seller], by=owner)
        draft = policies.save(draft, offer=offer, by=owner, seen=draft.changed_at)
        if submit:
            policies.submit(draft, by=owner)

    def approve(self, seller: str) -> None:
        """The desk approves what lies before it."""
        policy = self.cast.sellers[seller].policies.get(status="SUBMITTED")
        policies.approve(policy, by=self.cast.admin, reason="In jedem Punkt kulanter.")

    def claim(self, seller: str) -> None:
        """A seller wants a debit back."""
        mine = LedgerLine.objects.filter(seller=self.cast.sellers[seller], reimbursable=True)
        debit = mine.filter(claim__isnull=True).order_by("pk").first()
        if debit is not None:
            claims.file(
                debit,
                ground="DELIVERED",
                words="Die Sendung wurde mit Unterschrift zugestellt, der Nachweis liegt bei.",
                evidence=[("zustellnachweis.pdf", _PROOF)],
                by=self.cast.owner(seller),
            )

    def lost(self, seller: str, at: datetime, key: str) -> None:
        """An agent refunds what never came."""
        line = self.line(seller, at)
        refunds.ask(
            line.order,
            parts={(line, "ITEM"): line.price or Decimal(0)},
            reason="Die Sendung ist nach Ablauf der Frist nicht angekommen.",
            clause="returnless.when",
            origin="AGENT",
            by=self.cast.staff["mara"],
            key=f"demo:{key}",
        )

    def above_the_limit(self, seller: str, at: datetime) -> None:
        """An agent asks for more than an agent may give alone."""
        line = self.line(seller, at)
        refunds.ask(
            line.order,
            parts={(line, "ITEM"): line.price or Decimal(0)},
            reason="Kundin wartet seit zwei Wochen auf Ersatz; wir schlagen die Erstattung vor.",
            clause="concession.limits",
            origin="AGENT",
            by=self.cast.staff["ines"],
            key="demo:above",
        )

    def cancel(self, seller: str) -> None:
        """A buyer wants out before anything is shipped."""
        order = Order.objects.filter(
            seller=self.cast.sellers[seller], status="UNSHIPPED", inquiries__isnull=True
        ).first()
        if order is not None:
            changes.ask(order, kind=OrderChange.Kind.CANCEL, via=OrderChange.Via.BUYER)


def acts(cast: Cast, at: datetime) -> Iterator[Act]:
    """Everything with its moment: policies first, then returns from asking to the money."""
    told = Goods(cast)

    def when(**ago: float) -> datetime:
        return at - timedelta(**ago)

    kind = {"window_a": 60, "window_b": 60, "window_c": 60, "postage": "SELLER"}
    yield when(days=40), lambda: told.policy("nordlicht", kind, submit=True)
    yield when(days=39), lambda: told.approve("nordlicht")
    yield when(hours=20), lambda: told.policy("kiebitz", {"send_back_days": 21}, submit=True)
    yield when(days=3), lambda: told.policy("haitong", {"returnless_up_to": "30.00"}, submit=False)

    opened, condition = Reason.NOT_NEEDED, Condition.OPENED
    yield (
        when(days=9),
        lambda: told.open(
            "done", "blume", when(days=9), opened, condition, "Passt nicht ins Regal."
        ),
    )
    yield when(days=7), lambda: told.on_its_way("done", when(days=7))
    yield when(days=5), lambda: told.back("done")
    yield when(days=4), lambda: told.inspected("done", "blume")
    yield when(days=4) + HOLD, lambda: told.money_moves(when(days=4) + HOLD)
    yield (
        when(days=6),
        lambda: told.open(
            "back",
            "blume",
            when(days=6),
            Reason.DEFECTIVE,
            Condition.OPENED,
            "Brummt und bleibt kalt.",
        ),
    )
    yield when(days=3), lambda: told.on_its_way("back", when(days=3))
    yield when(hours=18), lambda: told.back("back")
    yield (
        when(hours=6),
        lambda: told.open(
            "review",
            "blume",
            when(hours=6),
            Reason.NOT_NEEDED,
            Condition.USED,
            "Zweimal benutzt, gefällt mir doch nicht.",
        ),
    )
    yield (
        when(hours=30),
        lambda: told.open(
            "abroad",
            "longmen",
            when(hours=30),
            Reason.NOT_COMPATIBLE,
            Condition.OPENED,
            "Passt nicht zu meinem Gerät.",
        ),
    )
    yield when(days=8), lambda: told.lost("blume", when(days=8), "lost")
    yield when(days=8) + HOLD, lambda: told.money_moves(when(days=8) + HOLD)
    yield when(days=2), lambda: told.claim("blume")
    yield when(hours=5), lambda: told.above_the_limit("nordlicht", when(hours=5))
    yield when(hours=3), lambda: told.cancel("blume")
