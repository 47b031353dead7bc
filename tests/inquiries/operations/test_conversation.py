"""What is said, and what it does to the clocks."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from csba.errors import Conflict, Refused
from inquiries.models import BuyerMessage, Inquiry, Message
from inquiries.operations import conversation, seller_input
from tests.factories.sellers import OrderFactory

pytestmark = pytest.mark.django_db


def fresh(inquiry: Inquiry) -> Inquiry:
    return Inquiry.objects.get(pk=inquiry.pk)


def test_an_answer_goes_to_the_buyer_and_stops_the_clocks(
    inquiry: Inquiry, agent: Any, letters: Any, story: Any
) -> None:
    message = conversation.agent_replied(inquiry, body="Die Nummer ist 4711.", by=agent)
    now = fresh(inquiry)
    assert (now.waiting_since, now.promise_due_at, now.next_due_at) == (None, None, None)
    assert now.first_responded_at == timezone.now()
    assert now.assignee == agent
    assert message.seq == 2
    letter = letters.last("jonas@buyers.test")
    assert "Die Nummer ist 4711." in letter.text
    assert letter.reply_to.startswith(f"inq+{now.number.lower()}.")
    assert not letter.automatic
    assert story(inquiry)[-1] == "agent_replied"


def test_a_holding_note_leaves_the_promise_running(inquiry: Inquiry, agent: Any) -> None:
    conversation.agent_replied(inquiry, body="Wir fragen nach.", by=agent, then="HOLD")
    now = fresh(inquiry)
    assert now.waiting_since == inquiry.waiting_since
    assert now.next_due_at == now.promise_due_at == inquiry.promise_due_at
    assert now.first_responded_at is not None


def test_more_messages_do_not_restart_the_promise(inquiry: Inquiry, travel: Any) -> None:
    travel(hours=5)
    conversation.buyer_wrote(inquiry, body="Noch etwas.", channel="EMAIL")
    now = fresh(inquiry)
    assert now.waiting_since == inquiry.waiting_since
    assert now.promise_due_at == inquiry.promise_due_at
    assert now.last_buyer_at == timezone.now()


def test_after_an_answer_the_buyers_next_words_start_a_new_promise(
    inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    conversation.agent_replied(inquiry, body="Bitte sehr.", by=agent)
    travel(hours=30)
    conversation.buyer_wrote(inquiry, body="Passt nicht.", channel="EMAIL")
    assert fresh(inquiry).promise_due_at == timezone.now() + timedelta(hours=48)


def test_a_resolved_inquiry_reopens_within_a_week_and_later_has_a_follower(
    inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    conversation.agent_replied(inquiry, body="Erledigt.", by=agent, then="RESOLVE")
    assert fresh(inquiry).status == "RESOLVED"
    travel(days=6)
    conversation.buyer_wrote(inquiry, body="Doch nicht.", channel="EMAIL")
    assert (fresh(inquiry).status, fresh(inquiry).reopened) == ("OPEN", 1)
    conversation.agent_replied(inquiry, body="Jetzt aber.", by=agent, then="RESOLVE")
    travel(days=7)
    message = conversation.buyer_wrote(inquiry, body="Wieder kaputt.", channel="EMAIL")
    assert message.inquiry.pk != inquiry.pk
    assert message.inquiry.follow_up_of == inquiry
    assert message.inquiry.status == "OPEN"
    assert fresh(inquiry).status == "RESOLVED"


def test_an_answer_that_has_not_seen_the_newest_words_is_stopped(
    inquiry: Inquiry, agent: Any
) -> None:
    conversation.buyer_wrote(inquiry, body="Hat sich erledigt!", channel="EMAIL")
    with pytest.raises(Conflict) as stopped:
        conversation.agent_replied(inquiry, body="Wir senden Ersatz.", by=agent, seen_seq=1)
    assert stopped.value.code == "stale"
    assert not Message.objects.filter(author="AGENT").exists()


def test_a_double_click_is_one_message_and_one_mail(
    inquiry: Inquiry, agent: Any, letters: Any
) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        conversation.agent_replied(inquiry, body="Ja.", by=agent, client_id=key)
    assert letters.to("jonas@buyers.test") == ["received", "reply"]


def test_notes_reach_nobody_outside(inquiry: Inquiry, agent: Any, letters: Any) -> None:
    before = len(letters())
    conversation.add_note(inquiry, body="Stammkunde.", by=agent)
    assert len(letters()) == before
    assert fresh(inquiry).waiting_since is not None


def test_an_inquiry_is_not_resolved_while_the_seller_may_answer(
    inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    with pytest.raises(Refused, match="still open"):
        conversation.resolve(inquiry, outcome="ANSWERED", by=agent)
    travel(hours=24)
    conversation.resolve(inquiry, outcome="ANSWERED", by=agent)
    assert fresh(inquiry).status == "RESOLVED"


def test_someone_elses_words_change_nothing_but_the_record(inquiry: Inquiry) -> None:
    before = fresh(inquiry)
    conversation.someone_else_wrote(
        inquiry, body="Ich bin die Nachbarin.", sender="x@else.test", channel="EMAIL"
    )
    now = fresh(inquiry)
    assert (now.waiting_since, now.buyer_email, now.status, now.last_buyer_at) == (
        before.waiting_since,
        before.buyer_email,
        before.status,
        before.last_buyer_at,
    )
    assert now.last_seq == before.last_seq + 1


def test_an_automatic_answer_does_not_reopen(inquiry: Inquiry, agent: Any) -> None:
    conversation.agent_replied(inquiry, body="Erledigt.", by=agent, then="RESOLVE")
    conversation.machine_wrote(
        inquiry, body="Ich bin im Urlaub.", sender="jonas@buyers.test", inbound=None
    )
    assert fresh(inquiry).status == "RESOLVED"


def test_the_buyer_who_names_the_order_afterwards_is_covered_from_then(
    order: Any, write_in: Callable[..., Inquiry], letters: Any, story: Any
) -> None:
    inquiry = write_in(order=None)
    assert inquiry.waiting_since is None
    conversation.buyer_wrote(inquiry, body=f"Es ist {order.number}", channel="EMAIL", order=order)
    now = fresh(inquiry)
    assert (now.order, now.verdict, now.status) == (order, "COVERED", "OPEN")
    assert now.waiting_since == timezone.now()
    assert letters.to("jonas@buyers.test") == ["order_unknown", "received"]
    assert story(inquiry)[-2:] == ["identified", "verdict"]


def test_the_order_named_afterwards_may_belong_to_the_seller(
    write_in: Callable[..., Inquiry],
) -> None:
    inquiry = write_in(order=None)
    foreign = OrderFactory(buyer_email="jonas@buyers.test")
    conversation.buyer_wrote(inquiry, body="Es ist diese.", channel="EMAIL", order=foreign)
    assert fresh(inquiry).status == "ROUTED"
    assert "Ersatzteilnummer" in BuyerMessage.objects.get(inquiry=inquiry).body


def test_what_a_routed_buyer_adds_reaches_the_seller_too(write_in: Callable[..., Inquiry]) -> None:
    inquiry = write_in(topic="INVOICE")
    conversation.buyer_wrote(inquiry, body="Mit USt-IdNr. bitte.", channel="EMAIL")
    assert BuyerMessage.objects.filter(inquiry=inquiry).count() == 2


def test_a_routed_buyer_is_told_once_who_answers(
    write_in: Callable[..., Inquiry], letters: Any
) -> None:
    inquiry = write_in(topic="INVOICE")
    for _ in range(3):
        conversation.buyer_wrote(inquiry, body="Ich bin nicht im Büro.", channel="EMAIL")
    assert letters.to("jonas@buyers.test") == ["routed"]


def test_danger_in_a_later_mail_brings_a_routed_inquiry_to_the_desk(
    write_in: Callable[..., Inquiry],
) -> None:
    inquiry = write_in(topic="INVOICE")
    conversation.buyer_wrote(inquiry, body="Es raucht!", channel="EMAIL", signal="SAFETY")
    now = fresh(inquiry)
    assert (now.status, now.signal) == ("OPEN", "SAFETY")
    assert now.next_due_at == timezone.now() + timedelta(minutes=30)
    assert now in Inquiry.objects.agents_turn(timezone.now())


def test_danger_in_a_waiting_inquiry_moves_it_up_the_queue(inquiry: Inquiry) -> None:
    conversation.buyer_wrote(inquiry, body="Es raucht!", channel="EMAIL", signal="SAFETY")
    assert fresh(inquiry).next_due_at == timezone.now() + timedelta(minutes=30)


def test_the_promise_counts_from_when_the_mail_reached_us(
    write_in: Callable[..., Inquiry], travel: Any
) -> None:
    arrived = timezone.now()
    travel(hours=5)
    assert write_in(received_at=arrived).promise_due_at == arrived + timedelta(hours=48)


def test_an_empty_answer_is_refused_with_a_sentence(inquiry: Inquiry, agent: Any) -> None:
    with pytest.raises(Refused, match="write what the buyer"):
        conversation.agent_replied(inquiry, body="  ", by=agent)
