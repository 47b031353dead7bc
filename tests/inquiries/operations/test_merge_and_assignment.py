"""Merging and taking: one winner, nothing lost."""

from collections.abc import Callable
from typing import Any

import pytest

from csba.errors import Conflict, Refused
from inquiries.models import Inquiry
from inquiries.operations import assignment, conversation, merge, seller_input

pytestmark = pytest.mark.django_db
WriteIn = Callable[..., Inquiry]


def fresh(inquiry: Inquiry) -> Inquiry:
    return Inquiry.objects.get(pk=inquiry.pk)


def test_the_earlier_promise_survives_a_merge(write_in: WriteIn, agent: Any, travel: Any) -> None:
    first = write_in()
    travel(hours=3)
    second = write_in(body="Und noch eine Frage.")
    merge.merge(first, second, by=agent)
    assert (fresh(first).status, fresh(first).merged_into) == ("MERGED", second)
    assert fresh(second).promise_due_at == first.promise_due_at
    assert fresh(first).next_due_at is None


def test_words_for_a_merged_inquiry_reach_the_one_that_goes_on(
    write_in: WriteIn, agent: Any
) -> None:
    first, second = write_in(), write_in()
    merge.merge(first, second, by=agent)
    message = conversation.buyer_wrote(first, body="Hallo?", channel="EMAIL")
    assert message.inquiry == second


def test_an_undone_merge_gives_each_its_own_again(
    write_in: WriteIn, agent: Any, travel: Any
) -> None:
    first, second = write_in(), write_in()
    question = seller_input.ask_seller(first, body="Teilenummer?", by=agent)
    before = fresh(first)
    merge.merge(first, second, by=agent)
    assert fresh(second).case == question.case
    travel(minutes=9)
    merge.undo(first, by=agent)
    now = fresh(first)
    assert (now.status, now.waiting_since, now.promise_due_at, now.case) == (
        before.status,
        before.waiting_since,
        before.promise_due_at,
        question.case,
    )
    assert fresh(second).case is None


def test_after_ten_minutes_a_merge_stands(write_in: WriteIn, agent: Any, travel: Any) -> None:
    first, second = write_in(), write_in()
    merge.merge(first, second, by=agent)
    travel(minutes=11)
    with pytest.raises(Refused, match="ten minutes"):
        merge.undo(first, by=agent)


def test_inquiries_of_two_buyers_never_merge(write_in: WriteIn, agent: Any) -> None:
    first, second = write_in(), write_in(buyer_email="lea@buyers.test", order=None)
    with pytest.raises(Refused, match="different buyers"):
        merge.merge(first, second, by=agent)


def test_merging_in_a_circle_is_refused(write_in: WriteIn, agent: Any) -> None:
    first, second = write_in(), write_in()
    merge.merge(first, second, by=agent)
    with pytest.raises(Refused):
        merge.merge(second, first, by=agent)
    with pytest.raises(Refused, match="into itself"):
        merge.merge(second, second, by=agent)


def test_of_two_who_take_one_is_told_who_was_faster(
    inquiry: Inquiry, agent: Any, other_agent: Any
) -> None:
    assignment.take(inquiry, by=agent)
    assignment.take(inquiry, by=agent)
    with pytest.raises(Conflict, match="Ines Albrecht was a moment faster"):
        assignment.take(inquiry, by=other_agent)


def test_only_the_holder_or_a_lead_lets_go(
    inquiry: Inquiry, agent: Any, other_agent: Any, lead: Any
) -> None:
    assignment.take(inquiry, by=agent)
    with pytest.raises(Refused):
        assignment.release(inquiry, by=other_agent)
    assignment.pass_on(inquiry, to=other_agent, by=lead)
    assert fresh(inquiry).assignee == other_agent
    assignment.release(inquiry, by=other_agent)
    assert fresh(inquiry).assignee is None


def test_nobody_passes_work_to_one_who_may_not_answer(
    inquiry: Inquiry, agent: Any, auditor: Any
) -> None:
    assignment.take(inquiry, by=agent)
    with pytest.raises(Refused, match="may not answer"):
        assignment.pass_on(inquiry, to=auditor, by=agent)
