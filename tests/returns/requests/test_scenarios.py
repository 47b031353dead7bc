"""The scenarios that begin with «I want to send it back», through the doors of this app."""

from collections.abc import Callable

import pytest

from returns.models import LineBalance, Refund, ReturnRequest, SellerPolicy
from returns.operations import goods, international, withdrawals
from returns.reasons import Condition, Fault, Ground, LabelKind, Reason
from returns.rules.outcome import fold, outcome_as_json, steps_from_json
from sellers.models import LedgerLine, OrderLine, Seller
from tests.conftest import Letters, Travel
from tests.returns.requests.goods_bought import bought, german_address, moment

pytestmark = pytest.mark.django_db

Open = Callable[..., ReturnRequest]
Status = ReturnRequest.Status


def outcome(request: ReturnRequest, line: OrderLine) -> dict[str, object]:
    """What is stored for the line; the trace alone gives it again."""
    stored = request.entitlement["lines"][str(line.pk)]
    assert outcome_as_json(fold(steps_from_json(stored["trace"]))) == stored["outcome"]
    return dict(stored["outcome"])


def test_scenario_23_remorse_within_fourteen_days_above_forty_euros_is_authorised_with_a_label(
    headphones: OrderLine, opened: Open, travel: Travel, letters: Letters
) -> None:
    travel.to("2026-10-12T10:00:00+02:00")
    request = opened(headphones)
    assert (request.status, request.automatic) == (Status.AUTHORISED, True)
    assert request.number.startswith("RMA-")
    found = outcome(request, headphones)
    assert (found["postage"], found["label"]) == (Fault.SELLER, LabelKind.PREPAID)
    assert request.labels.get().kind == LabelKind.PREPAID
    # 14 days to send, the day of the authorisation not counted: through Monday 26 October.
    assert request.send_back_until == moment("2026-10-27T00:00:00+01:00")
    assert letters.to("jonas@buyers.test") == ["return_authorised"]
    assert letters.to("service@blume.test") == ["return_seller"]


def test_scenario_25_yoga_mat_comes_back_under_the_thirty_day_guarantee(
    blume: Seller, opened: Open, travel: Travel
) -> None:
    mat = bought(
        blume,
        "SPORTS",
        "29.00",
        placed="2026-10-02T10:00:00+02:00",
        delivered="2026-10-05T11:00:00+02:00",
    )
    travel.to("2026-10-26T10:00:00+01:00")
    request = opened(mat, condition=Condition.UNOPENED)
    assert request.status == Status.AUTHORISED
    found = outcome(request, mat)
    assert found["ground"] == Ground.GUARANTEE
    assert found["postage"] == Fault.BUYER  # remorse below forty euros
    assert request.labels.get().kind == LabelKind.OWN_CARRIER


def test_scenario_26_withdrawal_on_the_monday_after_day_fourteen_is_in_time_and_confirmed(
    blume: Seller, travel: Travel, letters: Letters
) -> None:
    line = bought(
        blume,
        "ELECTRONICS",
        "35.00",
        placed="2026-10-28T10:00:00+01:00",
        delivered="2026-10-31T11:00:00+01:00",  # a Saturday
    )
    travel.to("2026-11-16T21:30:15+01:00")
    declared = withdrawals.declare(
        line.order,
        key="mail:1",
        name="Jonas Weber",
        contact="jonas@buyers.test",
        words="Hiermit widerrufe ich",
        language="de",
    )
    assert declared.in_time is True
    assert declared.words == "Hiermit widerrufe ich"
    assert declared.request is not None
    assert declared.request.status == Status.AUTHORISED
    assert outcome(declared.request, line)["ground"] == Ground.STATUTORY
    mail = next(one for one in letters() if one.template.endswith("withdrawal_confirmed"))
    assert "16. November 2026" in mail.text
    assert "21:30:15" in mail.text
    assert "> Hiermit widerrufe ich" in mail.text


def test_scenario_26_one_second_after_the_monday_is_too_late_and_still_confirmed(
    blume: Seller, travel: Travel, letters: Letters
) -> None:
    line = bought(
        blume,
        "ELECTRONICS",
        "35.00",
        placed="2026-10-28T10:00:00+01:00",
        delivered="2026-10-31T11:00:00+01:00",
        ship_postcode="04229",
    )
    travel.to("2026-11-17T00:00:00+01:00")
    declared = withdrawals.declare(
        line.order,
        key="mail:2",
        name="Jonas Weber",
        contact="jonas@buyers.test",
        words="Ich widerrufe.",
        language="de",
    )
    assert declared.in_time is False
    assert "withdrawal_confirmed" in letters.to("jonas@buyers.test")


def test_scenario_27_opened_cream_is_put_before_a_person(
    blume: Seller, opened: Open, travel: Travel, letters: Letters
) -> None:
    cream = bought(
        blume,
        "BEAUTY",
        "24.00",
        placed="2026-10-30T10:00:00+01:00",
        delivered="2026-11-02T11:00:00+01:00",
    )
    travel.to("2026-11-04T10:00:00+01:00")
    request = opened(cream, condition=Condition.OPENED, words="vertrage sie nicht")
    assert (request.status, request.automatic) == (Status.REQUESTED, False)
    assert request.review_due_at == moment("2026-11-05T10:00:00+01:00")
    assert request in ReturnRequest.objects.to_review()
    assert letters.to("jonas@buyers.test") == ["return_review"]
    assert letters.to("service@blume.test") == []


def test_scenario_28_shoes_come_back_free_whatever_they_cost(
    blume: Seller, opened: Open, travel: Travel
) -> None:
    shoes = bought(
        blume,
        "SHOES",
        "35.00",
        placed="2026-10-20T10:00:00+02:00",
        delivered="2026-10-23T11:00:00+02:00",
    )
    travel.to("2026-11-04T10:00:00+01:00")
    request = opened(shoes, reason=Reason.NOT_COMPATIBLE)
    assert outcome(request, shoes)["postage"] == Fault.SELLER
    assert request.labels.get().kind == LabelKind.PREPAID


def test_scenario_30_a_cable_from_abroad_is_refunded_at_once_without_return(
    longmen: Seller, opened: Open, travel: Travel, letters: Letters
) -> None:
    cable = bought(
        longmen,
        "ELECTRONICS",
        "12.99",
        placed="2026-10-20T10:00:00+02:00",
        delivered="2026-11-02T11:00:00+01:00",
    )
    travel.to("2026-11-04T10:00:00+01:00")
    request = opened(cable, reason=Reason.NOT_COMPATIBLE, condition=Condition.UNOPENED)
    assert (request.status, request.returnless) == (Status.REFUNDED, True)
    assert not request.labels.exists()
    refund = Refund.objects.get(request=request)
    assert (refund.key, refund.origin) == (f"return:{request.pk}", Refund.Origin.RULE)
    assert refund.lines.get(part="ITEM").amount == cable.price
    assert letters.to("jonas@buyers.test") == ["return_authorised"]


def test_scenario_30_with_an_address_in_germany_the_cable_goes_back_there(
    longmen: Seller, opened: Open, travel: Travel
) -> None:
    address = german_address(longmen)
    cable = bought(
        longmen,
        "ELECTRONICS",
        "12.99",
        placed="2026-10-20T10:00:00+02:00",
        delivered="2026-11-02T11:00:00+01:00",
    )
    travel.to("2026-11-04T10:00:00+01:00")
    request = opened(cable, condition=Condition.UNOPENED)
    assert (request.status, request.returnless) == (Status.AUTHORISED, False)
    assert request.address == address


def test_scenario_31_the_drone_waits_for_the_seller_until_thursday_and_is_then_refunded(
    drone: OrderLine, opened: Open, travel: Travel, letters: Letters
) -> None:
    travel.to("2026-11-09T15:00:00+01:00")
    request = opened(drone)
    assert (request.status, request.option) == (Status.AUTHORISED, "")
    assert request.option_due_at == moment("2026-11-13T00:00:00+01:00")  # the end of Thursday
    assert not request.labels.exists()
    case = request.case
    assert case is not None
    body = case.entries.get().body
    for secret in ("Jonas", "Weber", "Leipzig", "Karl-Heine", "jonas@buyers.test"):
        assert secret not in body
    assert letters.to("service@longmen.test") == ["notice"]

    travel.to("2026-11-12T23:59:59+01:00")
    assert international.settle_missed_options(moment("2026-11-12T23:59:59+01:00")) == 0
    travel.to("2026-11-13T00:00:00+01:00")
    assert international.settle_missed_options(moment("2026-11-13T00:00:00+01:00")) == 1
    assert international.settle_missed_options(moment("2026-11-13T00:00:00+01:00")) == 0
    request.refresh_from_db()
    assert (request.status, request.returnless) == (Status.REFUNDED, True)
    refund = Refund.objects.get(request=request)
    assert (refund.origin, refund.reimbursable) == (Refund.Origin.ON_BEHALF, False)
    assert refund.lines.get(part="ITEM").amount == drone.price


def test_scenario_32_day_forty_two_of_a_sixty_day_policy_is_authorised_with_free_postage(
    blume: Seller, opened: Open, travel: Travel
) -> None:
    SellerPolicy.objects.create(
        seller=blume,
        version=1,
        status=SellerPolicy.Status.APPROVED,
        clauses={"window_a": 60, "window_b": 60, "window_c": 60, "postage": "SELLER"},
        created_at=moment("2026-09-10T08:00:00+02:00"),
        changed_at=moment("2026-09-10T08:00:00+02:00"),
        valid_from=moment("2026-09-15T00:00:00+02:00"),
    )
    line = bought(
        blume,
        "KITCHEN",
        "18.00",
        placed="2026-09-20T10:00:00+02:00",
        delivered="2026-09-23T11:00:00+02:00",
    )
    travel.to("2026-11-04T10:00:00+01:00")
    request = opened(line, condition=Condition.UNOPENED)
    assert request.status == Status.AUTHORISED
    found = outcome(request, line)
    assert (found["ground"], found["postage"]) == (Ground.SELLER_POLICY, Fault.SELLER)
    assert request.policy is not None


def test_two_business_days_after_the_goods_the_refund_is_made_on_the_sellers_behalf(
    headphones: OrderLine, opened: Open, travel: Travel, letters: Letters
) -> None:
    travel.to("2026-10-12T10:00:00+02:00")
    request = opened(headphones)
    travel.to("2026-10-16T15:00:00+02:00")  # a Friday
    goods.received(request, by=None)
    due = request.refund_due_at
    assert due == moment("2026-10-21T00:00:00+02:00")  # Monday and Tuesday are the two days
    travel.to("2026-10-20T23:59:59+02:00")
    assert goods.refund_overdue(moment("2026-10-20T23:59:59+02:00")) == 0
    travel.to(due)
    assert goods.refund_overdue(due) == 1
    assert goods.refund_overdue(due) == 0
    refund = Refund.objects.get(request=request)
    assert refund.origin == Refund.Origin.ON_BEHALF
    assert refund.key == f"return:{request.pk}"
    assert LineBalance.objects.get(line=headphones).back_item == headphones.price
    assert letters.to("service@blume.test")[-1] == "notice"
    label = LedgerLine.objects.filter(kind=LedgerLine.Kind.RETURN_LABEL)
    assert label.count() <= 1
