"""Twenty agents who confirm at the same moment, and twenty clocks: one decision, one refund."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone

from csba.accounts.models import User
from csba.errors import DomainError
from csba.outbox.models import OutgoingMail
from csba.rulebook import read as rulebook
from csba.rulebook.models import Rule
from inquiries.models import Decision, Inquiry
from inquiries.operations.judgement import confirm
from inquiries.operations.lapsed import decide_lapsed
from returns.models import LineBalance, Refund
from sellers.models import Order
from tests.inquiries.judgement.conftest import JONAS, at
from tests.together import THREADS, all_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

Orders = Callable[..., Order]
Writes = Callable[..., Inquiry]


@pytest.fixture
def lost(order_of: Orders, lapsed: Writes) -> Inquiry:
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    return lapsed("Wo ist mein Paket?", order, "11-06 10:00")


def replies() -> int:
    return OutgoingMail.objects.filter(to_address=JONAS, template__endswith="/reply").count()


def test_of_twenty_who_confirm_at_once_one_decides_and_the_buyer_is_paid_once(
    lost: Inquiry, agent: User
) -> None:
    found = all_at_once(
        lambda _n: confirm(lost, chosen="refund_full", by=agent, reply="Geld zurück.")
    )
    assert sum(isinstance(one, Decision) for one in found) == 1
    assert sum(isinstance(one, DomainError) for one in found) == THREADS - 1
    assert Decision.objects.count() == Refund.objects.count() == replies() == 1
    assert LineBalance.objects.get().back_item == Decimal("15.00")


def test_of_twenty_clocks_one_decides(lost: Inquiry) -> None:
    value = [{"topic": "WHERE_IS_IT", "most_eur": "50.00"}]
    Rule.objects.filter(key="judgment.automatic").update(value=value)
    rulebook.forget()
    found = all_at_once(lambda _n: decide_lapsed(timezone.now()))
    assert sum(found) == 1
    assert Decision.objects.count() == Refund.objects.count() == replies() == 1


def test_an_agent_and_the_clock_at_once_decide_once(lost: Inquiry, agent: User) -> None:
    value = [{"topic": "WHERE_IS_IT", "most_eur": "50.00"}]
    Rule.objects.filter(key="judgment.automatic").update(value=value)
    rulebook.forget()

    def act(n: int) -> object:
        if n % 2:
            return decide_lapsed(timezone.now())
        return confirm(lost, chosen="refund_full", by=agent, reply="Geld zurück.")

    all_at_once(act)
    assert Decision.objects.count() == Refund.objects.count() == replies() == 1
