"""The goods on their way back: handed in, received, looked at, refunded, closed, opened again."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from csba.accounts.models import User
from csba.errors import Refused
from returns.models import Refund, ReturnRequest, SellerPolicy
from returns.operations import goods, labels, refunds
from returns.reasons import Condition, Reason
from sellers.models import LedgerLine, OrderLine, Seller
from tests.conftest import Letters, Travel
from tests.returns.requests.goods_bought import moment
from tests.together import all_at_once

pytestmark = pytest.mark.django_db

Open = Callable[..., ReturnRequest]
Status = ReturnRequest.Status


@pytest.fixture
def request_of_headphones(headphones: OrderLine, opened: Open, travel: Travel) -> ReturnRequest:
    """A return of the headphones, authorised with a prepaid label that is there."""
    travel.to("2026-10-12T10:00:00+02:00")
    request = opened(headphones)
    labels.fetch(request.labels.get())
    return request


def test_a_used_label_is_debited_to_the_seller_once(
    request_of_headphones: ReturnRequest, travel: Travel
) -> None:
    request = request_of_headphones
    assert not LedgerLine.objects.exists()
    travel.to("2026-10-14T18:00:00+02:00")
    scan = moment("2026-10-14T17:30:00+02:00")
    goods.sent(request, at_scan=scan)
    goods.sent(request, at_scan=scan)
    goods.received(request, by=None)
    line = LedgerLine.objects.get(kind=LedgerLine.Kind.RETURN_LABEL)
    assert (line.amount, line.currency) == (Decimal("-5.49"), "EUR")
    assert request.number in line.reason
    assert "Jonas" not in line.reason


def test_a_scan_in_the_future_is_refused(
    request_of_headphones: ReturnRequest, travel: Travel
) -> None:
    with pytest.raises(Refused):
        goods.sent(request_of_headphones, at_scan=moment("2026-10-12T10:00:01+02:00"))


def test_half_of_the_pieces_give_half_of_the_money(
    blume: Seller, headphones: OrderLine, opened: Open, agent: User, travel: Travel
) -> None:
    travel.to("2026-10-12T10:00:00+02:00")
    OrderLine.objects.filter(pk=headphones.pk).update(quantity=2)
    headphones.refresh_from_db()
    request = opened(headphones, 2)
    goods.received(request, by=agent, pieces={headphones: 1})
    refund = goods.refund(request, by=agent)
    assert refund is not None
    assert refund.lines.get(part="ITEM").amount == Decimal("39.50")


@pytest.mark.parametrize("pieces", [0, 2, -1])
def test_more_or_fewer_pieces_than_can_be_are_refused(
    request_of_headphones: ReturnRequest, headphones: OrderLine, agent: User, pieces: int
) -> None:
    with pytest.raises(Refused):
        goods.received(request_of_headphones, by=agent, pieces={headphones: pieces})
    request_of_headphones.refresh_from_db()
    assert request_of_headphones.received_at is None


def test_the_seller_takes_off_what_is_worn_with_a_reason(
    request_of_headphones: ReturnRequest, headphones: OrderLine
) -> None:
    anna = User.objects.get(email="anna@blume.test")
    request = request_of_headphones
    goods.received(request, by=anna)
    found = {headphones: Condition.USED}
    with pytest.raises(Refused) as refusal:
        goods.inspected(request, by=anna, found=found, deductions={headphones: Decimal("20.00")})
    assert refusal.value.code == "empty"
    goods.inspected(
        request,
        by=anna,
        found=found,
        deductions={headphones: Decimal("20.00")},
        reason="Kratzer am Bügel",
    )
    refund = goods.refund(request, by=anna)
    assert refund is not None
    assert (refund.origin, refund.lines.get(part="ITEM").amount) == (
        Refund.Origin.SELLER,
        Decimal("59.00"),
    )
    assert request.status == Status.REFUNDED


def test_scenario_34_more_than_half_of_the_price_only_a_lead_takes_off(
    request_of_headphones: ReturnRequest, headphones: OrderLine, agent: User, lead: User
) -> None:
    request = request_of_headphones
    goods.received(request, by=agent)
    worn = {"found": {headphones: Condition.DAMAGED}, "reason": "Gehäuse gebrochen"}
    for by in (agent, User.objects.get(email="anna@blume.test")):
        with pytest.raises(Refused) as refusal:
            goods.inspected(request, by=by, deductions={headphones: Decimal("39.51")}, **worn)  # type: ignore[arg-type]
        assert refusal.value.code == "needs_lead"
    goods.inspected(request, by=lead, deductions={headphones: Decimal("39.51")}, **worn)  # type: ignore[arg-type]
    assert request.lines.get().deduction == Decimal("39.51")


def test_nothing_is_taken_off_goods_that_come_back_for_a_fault(
    headphones: OrderLine, opened: Open, lead: User, travel: Travel
) -> None:
    travel.to("2026-10-12T10:00:00+02:00")
    request = opened(headphones, reason=Reason.DEFECTIVE)
    goods.received(request, by=lead)
    with pytest.raises(Refused) as refusal:
        goods.inspected(
            request,
            by=lead,
            found={headphones: Condition.USED},
            deductions={headphones: Decimal("1.00")},
            reason="Kratzer",
        )
    assert refusal.value.code == "fault"


def test_a_return_that_nobody_moves_closes_on_its_fiftieth_day_and_the_buyer_knows(
    request_of_headphones: ReturnRequest, travel: Travel, letters: Letters
) -> None:
    request = request_of_headphones
    due = request.close_due_at
    assert due == moment("2026-12-01T10:00:00+02:00")
    travel.to("2026-12-01T09:59:59+02:00")
    assert goods.close_idle(moment("2026-12-01T09:59:59+02:00")) == 0
    travel.to(due)
    assert (goods.close_idle(due), goods.close_idle(due)) == (1, 0)
    request.refresh_from_db()
    assert request.status == Status.CLOSED
    assert letters.to("jonas@buyers.test")[-1] == "return_closed"


def test_a_parcel_that_comes_after_closing_opens_the_return_again(
    request_of_headphones: ReturnRequest, agent: User, travel: Travel
) -> None:
    request = request_of_headphones
    assert request.close_due_at is not None
    travel.to(request.close_due_at)
    goods.close_idle(request.close_due_at)
    goods.received(request, by=agent)
    assert (request.status, request.ended_at) == (Status.RECEIVED, None)
    assert request.refund_due_at is not None


def test_a_late_parcel_whose_pieces_are_in_another_return_belongs_there(
    request_of_headphones: ReturnRequest,
    headphones: OrderLine,
    opened: Open,
    agent: User,
    travel: Travel,
) -> None:
    request = request_of_headphones
    assert request.close_due_at is not None
    travel.to(request.close_due_at)
    goods.close_idle(request.close_due_at)
    opened(headphones, reason=Reason.DEFECTIVE)
    with pytest.raises(Refused) as refusal:
        goods.received(request, by=agent)
    assert refusal.value.code == "in_another"


def test_where_the_policy_grants_it_the_first_scan_refunds(
    blume: Seller, headphones: OrderLine, opened: Open, travel: Travel
) -> None:
    SellerPolicy.objects.create(
        seller=blume,
        version=1,
        status=SellerPolicy.Status.APPROVED,
        clauses={"refund_at_scan": True, "window_a": 30, "postage": "SELLER"},
        created_at=moment("2026-09-10T08:00:00+02:00"),
        changed_at=moment("2026-09-10T08:00:00+02:00"),
        valid_from=moment("2026-09-15T00:00:00+02:00"),
    )
    travel.to("2026-10-12T10:00:00+02:00")
    request = opened(headphones)
    goods.sent(request, at_scan=moment("2026-10-12T09:30:00+02:00"))
    assert request.status == Status.REFUNDED
    assert Refund.objects.get(request=request).origin == Refund.Origin.RULE
    goods.received(request, by=None)
    assert request.status == Status.CLOSED
    assert Refund.objects.count() == 1
    with pytest.raises(Refused):
        goods.received(request, by=None)


def test_what_went_back_before_is_not_paid_twice(
    request_of_headphones: ReturnRequest, headphones: OrderLine, agent: User, lead: User
) -> None:
    refunds.ask(
        headphones.order,
        parts={(headphones, "ITEM"): Decimal("70.00")},
        reason="Teilerstattung",
        clause="",
        origin=Refund.Origin.AGENT,
        by=lead,
        key="partial:1",
    )
    goods.received(request_of_headphones, by=agent)
    refund = goods.refund(request_of_headphones, by=agent)
    assert refund is not None
    assert refund.lines.get(part="ITEM").amount == Decimal("9.00")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_twenty_receipts_at_once_one_counts(
    headphones: OrderLine, opened: Open, agent: User, travel: Travel
) -> None:
    travel.to("2026-10-12T10:00:00+02:00")
    request = opened(headphones, reason=Reason.DEFECTIVE)

    def receive(n: int) -> str:
        mine = ReturnRequest.objects.get(pk=request.pk)
        goods.received(mine, by=agent)
        return "received"

    assert all_at_once(receive).count("received") == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_twenty_sweeps_at_once_refund_once(
    headphones: OrderLine, opened: Open, agent: User, travel: Travel
) -> None:
    travel.to("2026-10-12T10:00:00+02:00")
    request = opened(headphones, reason=Reason.DEFECTIVE)
    goods.received(request, by=agent)
    due = ReturnRequest.objects.get(pk=request.pk).refund_due_at
    assert due is not None
    assert sum(all_at_once(lambda n: goods.refund_overdue(due))) == 1
    assert Refund.objects.count() == 1
