"""Whatever is asked, called back, rejected, sent and settled in whatever order: what goes back for
a line is never more than was paid for it, and the balance is the sum of what is not void.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from csba.accounts.models import User
from csba.errors import DomainError
from returns.models import Refund, RefundLine
from returns.operations import payouts, refunds
from sellers.models import LedgerLine, OrderLine
from tests.factories.sellers import SellerFactory, UserFactory
from tests.returns.money.asking import ITEM, SHIPPING, ask, balance, bought

MOMENT = timedelta(hours=3)

CENTS = some.integers(min_value=1, max_value=2500).map(lambda number: Decimal(number) / 100)
ASK = some.tuples(some.just("ask"), CENTS, some.sampled_from([ITEM, SHIPPING]), some.booleans())
STEP = some.tuples(
    some.sampled_from(["call back", "release", "send", "fail", "settle", "send again"]),
    some.integers(min_value=0, max_value=7),
)


@pytest.mark.slow
class NeverMoreThanPaid(TestCase):
    """A class only because the database is reset for each example that way."""

    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(steps=some.lists(ASK | STEP, min_size=1, max_size=14))
    def test_any_sequence(self, steps: list[tuple[object, ...]]) -> None:
        line = bought(SellerFactory(), price="20.00")
        person = UserFactory(is_staff=True)
        made: list[Refund] = []
        for number, step in enumerate(steps):
            try:
                match step:
                    case ("ask", Decimal() as amount, str(part), bool(goodwill)):
                        key = f"step:{number}"
                        made.append(ask(line, str(amount), part=part, goodwill=goodwill, key=key))
                    case (str(verb), int(index)) if made:
                        _act(verb, made[index % len(made)], person)
            except DomainError:
                pass
            if made:
                _holds(line)
        assert LedgerLine.objects.count() == sum(
            refund.status == "SETTLED" and not refund.goodwill for refund in Refund.objects.all()
        )


def _act(verb: str, refund: Refund, person: User) -> None:
    later = timezone.now() + MOMENT
    match verb:
        case "call back":
            refunds.call_back(refund, by=person, reason="Doch nicht.")
        case "release":
            payouts.release_due(later)
        case "send":
            payouts.send_due(later)
        case "fail":
            Refund.objects.filter(pk=refund.pk, status="RELEASED").update(tries=1)
            payouts.failed(refund.key, "no")
        case "settle":
            payouts.settled(refund.key)
        case "send again":
            refunds.send_again(refund, by=person)


def _holds(line: OrderLine) -> None:
    """The books agree with the refunds."""
    of_line = RefundLine.objects.filter(line=line, refund__goodwill=False)
    counted = of_line.exclude(refund__status__in=Refund.VOID)
    for part, most, back in (
        (ITEM, Decimal("20.00"), "back_item"),
        (SHIPPING, Decimal("3.90"), "back_shipping"),
    ):
        total = sum((one.amount for one in counted.filter(part=part)), Decimal("0.00"))
        assert total <= most
        assert not counted.exists() or getattr(balance(line), back) == total
    goodwill = Refund.objects.filter(goodwill=True).exclude(status__in=Refund.VOID)
    assert sum((one.amount for one in goodwill), Decimal("0.00")) <= Decimal("30.00")
