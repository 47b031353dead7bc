"""Rows 14 to 22 of the scenarios, from the buyer's words over the silent seller to money, return
and letters.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from caselog.models import Entry, Question
from caselog.operations import questions
from csba.accounts.models import User
from csba.errors import Refused
from inquiries.models import Decision, Inquiry
from inquiries.operations import seller_input
from inquiries.operations.judgement import advise, confirm
from returns.models import OrderChange, Refund, ReturnRequest
from returns.reasons import Condition
from returns.rules import words
from sellers.models import LedgerLine, Order, Seller
from tests.conftest import Letters, Travel
from tests.inquiries.judgement.conftest import JONAS, at, paid_out

pytestmark = pytest.mark.django_db

Orders = Callable[..., Order]
Writes = Callable[..., Inquiry]


def ways(inquiry: Inquiry, **known: Any) -> list[str]:
    found = advise(inquiry, at=timezone.now(), **known)
    return [way.advice.remedy for way in found.ways]


def decided(inquiry: Inquiry, agent: User, **fields: Any) -> Decision:
    """The best way, with the proposed words, unless told otherwise."""
    known = {name: fields[name] for name in ("line", "condition") if name in fields}
    found = advise(inquiry, at=timezone.now(), **known)
    fields.setdefault("chosen", found.best.advice.remedy)
    way = found.way(fields["chosen"])
    assert way is not None
    fields.setdefault("reply", way.to_buyer)
    return confirm(inquiry, by=agent, **fields)


@pytest.fixture
def defect(order_of: Orders, writes: Writes, agent: User) -> tuple[Inquiry, Question]:
    """Row 14 up to the question, asked on Friday, 6 November 2026, 17:30."""
    order = order_of("10-29 12:00", "11-02 11:00", line={"price": Decimal("89.00")})
    inquiry = writes("Defekt, will Ersatz oder Geld", order, "11-06 17:30")
    question = seller_input.ask_seller(inquiry, body="Ersatz oder Erstattung?", by=agent)
    return Inquiry.objects.get(pk=inquiry.pk), question


def test_scenario_14_a_silent_seller_leaves_it_to_us_and_the_return_is_authorised_at_their_cost(
    defect: tuple[Inquiry, Question],
    agent: User,
    travel: Travel,
    letters: Letters,
    seller: Seller,
) -> None:
    inquiry, question = defect
    assert question.reply_due_at == at("11-07 17:30")
    travel.to(at("11-07 17:30") - timedelta(seconds=1))
    with pytest.raises(Refused):
        decided(inquiry, agent)
    assert not ReturnRequest.objects.exists()
    travel.to(at("11-07 17:30"))
    assert ways(inquiry)[:2] == ["return_sellers_cost", "replacement"]
    decision = decided(inquiry, agent)
    assert (decision.basis, decision.outcome) == ("JUDGEMENT", "RETURN_AUTHORISED")
    request = ReturnRequest.objects.get()
    assert (request.status, request.reason, request.asked_by) == (
        ReturnRequest.Status.AUTHORISED,
        "DEFECTIVE",
        agent,
    )
    assert decision.facts["carried_out"] == {"return": request.number}
    assert decision.facts["recommended"]["later"] == "92.90"
    assert "reply" in letters.to(JONAS)
    assert "return_authorised" in letters.to(JONAS)
    assert "desk_wrote" in letters.to(seller.default_email)
    told = Entry.objects.filter(case=inquiry.case, author=Entry.Author.DESK).latest("id").body
    assert "92,90" in told
    assert JONAS not in told


def test_scenario_14_a_way_that_does_not_fit_the_facts_cannot_be_chosen_by_anybody(
    defect: tuple[Inquiry, Question], lead: User, travel: Travel
) -> None:
    inquiry, _question = defect
    travel.to(at("11-07 18:00"))
    with pytest.raises(Refused) as refusal:
        confirm(inquiry, chosen="refund_returnless", by=lead, reply="Gut.", departs="Kulanz")
    assert refusal.value.code == "choose"
    assert not Refund.objects.exists()


def test_scenario_15_an_answer_on_monday_is_late_and_reverses_nothing(
    defect: tuple[Inquiry, Question], agent: User, travel: Travel
) -> None:
    inquiry, question = defect
    travel.to(at("11-07 17:30"))
    questions.lapse_overdue(timezone.now())
    decision = decided(inquiry, agent)
    travel.to(at("11-09 08:05"))
    assert inquiry.case is not None
    questions.reply(inquiry.case, body="Wir schicken Ersatz.", by=None, via=Entry.Via.PORTAL)
    late = Entry.objects.get(author=Entry.Author.SELLER)
    question.refresh_from_db()
    inquiry.refresh_from_db()
    assert (late.late, question.status) == (True, Question.Status.LAPSED)
    assert list(Decision.objects.all()) == [decision]
    assert inquiry.status == Inquiry.Status.RESOLVED
    assert ReturnRequest.objects.get().status == ReturnRequest.Status.AUTHORISED


def test_scenario_17_a_parcel_in_time_is_told_and_nothing_is_refunded(
    order_of: Orders, writes: Writes, agent: User, letters: Letters
) -> None:
    order = order_of("11-06 09:00", parcel={}, deliver_by_to=at("11-12 23:59"))
    inquiry = writes("Wo bleibt mein Paket?", order, "11-10 10:00")
    assert inquiry.topic == "WHERE_IS_IT"
    found = advise(inquiry, at=timezone.now())
    assert (found.best.advice.remedy, found.best.amount) == ("tracking_told", Decimal("0.00"))
    assert "12. November 2026" in found.best.to_buyer
    decision = decided(inquiry, agent)
    assert (decision.basis, decision.outcome) == ("OUR_KNOWLEDGE", "ANSWERED")
    assert not Refund.objects.exists()
    assert "12. November 2026" in letters.last(JONAS).text


def test_scenario_18_a_parcel_past_its_grace_is_refunded_with_shipping_and_debited(
    order_of: Orders,
    lapsed: Writes,
    agent: User,
    letters: Letters,
    seller: Seller,
) -> None:
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    inquiry = lapsed("Kommt nicht an, Geburtstag vorbei. Wo ist mein Paket?", order, "11-06 10:00")
    assert ways(inquiry)[:2] == ["refund_full", "replacement"]
    decision = decided(inquiry, agent)
    assert (decision.basis, decision.outcome) == ("JUDGEMENT", "REFUNDED")
    refund = Refund.objects.get()
    # Above what an agent may grant alone; what the table of judgments gives needs no grace.
    assert (refund.status, refund.amount) == (Refund.Status.ASKED, Decimal("18.90"))
    assert (refund.reference, refund.clause) == (inquiry.number, "judgment.table")
    assert refund.key == f"judgement:{inquiry.pk}:{decision.seq}"
    paid_out()
    line = LedgerLine.objects.get(seller=seller)
    assert (line.amount, line.kind) == (Decimal("-18.90"), "REFUND")
    assert line.clause == "judgment.table"
    assert inquiry.number in line.reason
    assert "18,90" in letters.last(JONAS).text


def test_scenario_18_the_replacement_is_put_to_the_seller_and_the_agent_says_why(
    order_of: Orders, lapsed: Writes, agent: User, travel: Travel
) -> None:
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    inquiry = lapsed("Wo ist mein Paket?", order, "11-06 10:00")
    with pytest.raises(Refused) as refusal:
        decided(inquiry, agent, chosen="replacement")
    assert refusal.value.code == "empty"
    assert not OrderChange.objects.exists()
    decision = decided(inquiry, agent, chosen="replacement", departs="Der Käufer will die Kanne.")
    assert (decision.outcome, decision.reasoning) == ("REPLACED", "Der Käufer will die Kanne.")
    assert decision.facts["departed"] is True
    assert decision.facts["recommended"]["remedy"] == "refund_full"
    change = OrderChange.objects.get()
    assert (change.kind, change.reference, change.case) == (
        OrderChange.Kind.REPLACE,
        inquiry.number,
        inquiry.case,
    )
    # Nothing is promised yet: the inquiry is hidden while the seller may answer, then ours again.
    now = timezone.now()
    assert not Inquiry.objects.agents_turn(now).exists()
    travel(hours=24)
    questions.lapse_overdue(timezone.now())
    assert list(Inquiry.objects.agents_turn(timezone.now())) == [inquiry]
    decided(inquiry, agent)
    assert Refund.objects.get().amount == Decimal("18.90")


@pytest.mark.parametrize(
    ("signed", "best"), [(False, "refund_full"), (True, "proof_shown")], ids=["unsigned", "signed"]
)
def test_scenario_19_delivered_says_the_carrier_and_only_a_signature_proves_it(
    order_of: Orders, lapsed: Writes, agent: User, signed: bool, best: str
) -> None:
    order = order_of("10-30 09:00", "11-04 13:00", signed=signed)
    inquiry = lapsed("Laut DHL zugestellt, aber nicht angekommen", order, "11-05 10:00")
    assert inquiry.topic == "NOT_RECEIVED"
    assert ways(inquiry)[0] == best
    decision = decided(inquiry, agent)
    assert decision.outcome == ("DECLINED" if signed else "REFUNDED")
    assert Refund.objects.count() == (0 if signed else 1)
    if not signed:
        assert Refund.objects.get().reimbursable is True  # the proof may still come


def test_scenario_20_broken_glass_goes_back_in_money_and_stays_where_it_is(
    order_of: Orders, lapsed: Writes, agent: User, letters: Letters
) -> None:
    order = order_of("10-30 09:00", "11-04 13:00", line={"price": Decimal("18.00")})
    inquiry = lapsed("Die Kanne kam zerbrochen an", order, "11-05 10:00")
    assert inquiry.topic == "DAMAGED"
    assert ways(inquiry)[0] == "return_sellers_cost"
    assert ways(inquiry, condition=Condition.DESTROYED)[0] == "refund_returnless"
    decision = decided(inquiry, agent, condition=Condition.DESTROYED)
    refund = Refund.objects.get()
    assert (decision.outcome, refund.amount) == ("REFUNDED", Decimal("21.90"))
    assert not ReturnRequest.objects.exists()
    assert "21,90" in letters.last(JONAS).text


def test_scenario_21_the_wrong_article_comes_back_at_the_sellers_cost(
    order_of: Orders, lapsed: Writes, agent: User
) -> None:
    order = order_of("10-30 09:00", "11-04 13:00")
    inquiry = lapsed("Bestellt blau, erhalten rot: falscher Artikel", order, "11-05 10:00")
    assert inquiry.topic == "WRONG_ITEM"
    assert ways(inquiry)[:2] == ["return_sellers_cost", "replacement"]
    decided(inquiry, agent)
    request = ReturnRequest.objects.get()
    assert request.reason == "WRONG_ITEM"
    assert request.status == ReturnRequest.Status.AUTHORISED
    assert request.entitlement


def test_scenario_22_after_five_months_the_warranty_gives_a_choice_and_never_a_flat_no(
    order_of: Orders, lapsed: Writes, agent: User, letters: Letters
) -> None:
    order = order_of("08-05 09:00", "08-10 13:00")
    inquiry = lapsed("Nach 5 Monaten kaputt", order, "2027-01-05 10:00")
    assert inquiry.topic in {"DEFECTIVE", "WARRANTY"}
    found = advise(inquiry, at=timezone.now())
    assert [way.advice.remedy for way in found.ways][:2] == ["cure", "refund_full"]
    assert found.gathered.now.entitlement.warranty_until is not None
    decision = decided(inquiry, agent)
    assert decision.outcome == "REPLACED"
    assert not Refund.objects.exists()
    notices = found.gathered.now.entitlement.notices
    with translation.override("de"):
        for code in notices:
            assert words.notice(code) in " ".join(letters.last(JONAS).text.split())


def test_scenario_22_stepping_back_at_once_goes_beyond_the_agents_limit_and_nothing_happens(
    order_of: Orders, lapsed: Writes, agent: User, lead: User, letters: Letters
) -> None:
    order = order_of("08-05 09:00", "08-10 13:00")
    inquiry = lapsed("Nach 5 Monaten kaputt", order, "2027-01-05 10:00")
    before = letters.to(JONAS)
    with pytest.raises(Refused) as refusal:
        decided(inquiry, agent, chosen="refund_full", departs="Die Reparatur wurde verweigert.")
    assert refusal.value.code == "above_limit"
    assert letters.to(JONAS) == before
    assert not Refund.objects.exists()
    assert not Decision.objects.exists()
    decision = decided(
        inquiry, lead, chosen="refund_full", departs="Die Reparatur wurde verweigert."
    )
    assert decision.decided_by == lead
    assert Refund.objects.get().amount == Decimal("18.90")
