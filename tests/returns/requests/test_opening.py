"""Opening a return: once, never more than was bought, reviewed where the rules do not say yes."""

import uuid
from collections.abc import Callable

import pytest

from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import read as journal
from returns.models import ReturnRequest
from returns.operations import goods, returns
from returns.reasons import Condition, LabelKind, Reason
from sellers.models import Order, OrderLine, Seller
from tests.conftest import Letters, Travel
from tests.factories.sellers import OrderFactory
from tests.returns.requests.goods_bought import bought, moment
from tests.together import all_at_once

pytestmark = pytest.mark.django_db

Open = Callable[..., ReturnRequest]
Status = ReturnRequest.Status


@pytest.fixture
def late(blume: Seller, travel: Travel) -> OrderLine:
    """Delivered so long ago that the rules give nothing for a change of mind."""
    travel.to("2026-11-04T10:00:00+01:00")
    return bought(
        blume,
        "ELECTRONICS",
        "79.00",
        placed="2026-08-30T10:00:00+02:00",
        delivered="2026-09-02T11:00:00+02:00",
    )


@pytest.fixture
def cups(blume: Seller, travel: Travel) -> OrderLine:
    """Four cups for 60 EUR, delivered yesterday."""
    travel.to("2026-11-04T10:00:00+01:00")
    return bought(
        blume,
        "KITCHEN",
        "60.00",
        placed="2026-10-30T10:00:00+01:00",
        delivered="2026-11-03T11:00:00+01:00",
        quantity=4,
    )


def test_the_same_form_sent_twice_opens_one_return(
    cups: OrderLine, opened: Open, letters: Letters
) -> None:
    client_id = uuid.uuid4()
    first = opened(cups, 1, client_id=client_id)
    assert opened(cups, 1, client_id=client_id) == first
    assert ReturnRequest.objects.count() == 1
    assert len(letters()) == 2


def test_a_form_of_another_order_is_no_second_opening(
    cups: OrderLine, headphones: OrderLine, opened: Open
) -> None:
    client_id = uuid.uuid4()
    opened(cups, 1, client_id=client_id)
    with pytest.raises(Conflict):
        opened(headphones, client_id=client_id)


def test_never_more_pieces_than_were_bought_less_those_in_other_returns(
    cups: OrderLine, opened: Open
) -> None:
    opened(cups, 3)
    with pytest.raises(Refused, match="1 of 4"):
        opened(cups, 2)
    opened(cups, 1)
    with pytest.raises(Refused, match="0 of 4"):
        opened(cups, 1)
    assert ReturnRequest.objects.count() == 2


def test_pieces_of_a_refused_or_idle_return_can_be_asked_for_again(
    late: OrderLine, cups: OrderLine, opened: Open, agent: User, travel: Travel
) -> None:
    returns.refuse(opened(late), by=agent, reason="Zu spät.")
    opened(late)
    idle = opened(cups, 4)
    assert idle.close_due_at is not None
    travel.to(idle.close_due_at)
    assert goods.close_idle(idle.close_due_at) == 1
    again = opened(cups, 4)
    assert again.pk != idle.pk


def test_of_a_return_that_brought_two_of_four_back_two_can_be_asked_for_again(
    cups: OrderLine, opened: Open, agent: User
) -> None:
    request = opened(cups, 4)
    goods.received(request, by=agent, pieces={cups: 2})
    goods.refund(request, by=agent)
    opened(cups, 2)
    with pytest.raises(Refused):
        opened(cups, 1)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": 5}, "too_many"),
        ({"quantity": True}, "quantity"),
        ({"reason": "BORED"}, "reason"),
        ({"condition": "SHINY"}, "condition"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_stored(
    cups: OrderLine, letters: Letters, fields: dict[str, object], code: str
) -> None:
    values = {"reason": Reason.NOT_NEEDED, "condition": Condition.OPENED, **fields}
    quantity = values.pop("quantity", 1)
    with pytest.raises(Refused) as refusal:
        returns.open_return(
            cups.order,
            lines={cups: quantity},  # type: ignore[dict-item]
            via=ReturnRequest.Via.DESK,
            **values,  # type: ignore[arg-type]
        )
    assert refusal.value.code == code
    assert not ReturnRequest.objects.exists()
    assert letters() == []


def test_lines_of_another_order_and_no_lines_are_refused(
    cups: OrderLine, headphones: OrderLine
) -> None:
    for lines, code in (({headphones: 1}, "wrong_order"), ({}, "empty")):
        with pytest.raises(Refused) as refusal:
            returns.open_return(
                cups.order,
                lines=lines,
                reason=Reason.NOT_NEEDED,
                condition=Condition.OPENED,
                via=ReturnRequest.Via.DESK,
            )
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"channel": "AFN"}, "not_seller_fulfilled"), ({"status": "CANCELED"}, "cancelled")],
)
def test_orders_that_are_not_ours_to_take_back_are_refused(
    blume: Seller, opened: Open, fields: dict[str, str], code: str
) -> None:
    order: Order = OrderFactory(seller=blume, **fields)
    with pytest.raises(Refused) as refusal:
        opened(order.lines.get())
    assert refusal.value.code == code


def test_out_of_policy_a_person_decides_within_twenty_four_hours(
    late: OrderLine, opened: Open
) -> None:
    request = opened(late)
    assert request.status == Status.REQUESTED
    assert request.review_due_at == moment("2026-11-05T10:00:00+01:00")


def test_refused_with_a_reason_the_buyer_reads_it_and_what_else_they_can_do(
    late: OrderLine, opened: Open, agent: User, letters: Letters
) -> None:
    request = opened(late)
    with pytest.raises(Refused):
        returns.refuse(request, by=agent, reason="  ")
    returns.refuse(request, by=agent, reason="Das Rückgabefenster endete am 16. September.")
    assert (request.status, request.decided_by) == (Status.REFUSED, agent)
    mail = letters.last("jonas@buyers.test")
    assert "> Das Rückgabefenster endete am 16. September." in mail.text
    assert "/help/returns/" in mail.text
    assert [line.verb for line in journal.of(request)] == ["return_opened", "return_refused"]
    assert request not in ReturnRequest.objects.to_review()


def test_only_a_lead_authorises_what_the_rules_do_not_give_and_the_trace_says_so(
    late: OrderLine, opened: Open, agent: User, lead: User
) -> None:
    request = opened(late)
    with pytest.raises(Refused) as refusal:
        returns.authorise(request, by=agent, reason="Kulanz")
    assert refusal.value.code == "needs_lead"
    returns.authorise(request, by=lead, reason="Kulanz")
    assert (request.status, request.automatic) == (Status.AUTHORISED, False)
    stored = request.entitlement["lines"][str(late.pk)]
    assert stored["trace"][-1]["rule"] == "authorised_as_exception"
    assert stored["outcome"]["refund_item"] == "79.00"
    assert request.labels.get().kind == LabelKind.OWN_CARRIER


def test_a_decided_return_is_not_decided_again(
    late: OrderLine, opened: Open, agent: User, lead: User
) -> None:
    request = opened(late)
    returns.refuse(request, by=agent, reason="Zu spät.")
    with pytest.raises(Refused):
        returns.authorise(request, by=lead, reason="Doch.")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_twenty_who_open_the_last_piece_at_once_one_wins(
    headphones: OrderLine, opened: Open
) -> None:
    found = all_at_once(lambda n: opened(headphones, reason=Reason.DEFECTIVE))
    assert sum(isinstance(one, ReturnRequest) for one in found) == 1
    assert ReturnRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_same_form_sent_twenty_times_at_once_opens_one_return(
    headphones: OrderLine, opened: Open
) -> None:
    client_id = uuid.uuid4()
    found = all_at_once(lambda n: opened(headphones, reason=Reason.DEFECTIVE, client_id=client_id))
    assert {one.pk for one in found} == {ReturnRequest.objects.get().pk}
