"""Twenty at once on the real database: one winner, nothing twice, nothing lost."""

import threading
import uuid
from typing import Any

import pytest
from django.db import connection, connections, transaction

from caselog.models import Case, Entry, Question
from caselog.operations import questions
from csba.accounts.models import User
from csba.errors import Conflict, DomainError
from csba.outbox.models import OutgoingMail
from inquiries.models import Decision, Inquiry, Message
from inquiries.operations import assignment, conversation, decision, intake, seller_input
from tests.conftest import staff
from tests.factories.sellers import EnrolmentFactory, OrderFactory, SellerFactory
from tests.together import THREADS, all_at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def inquiry() -> Inquiry:
    seller = SellerFactory()
    EnrolmentFactory(seller=seller)
    order = OrderFactory(seller=seller)
    return intake.receive(
        intake.Incoming(channel="EMAIL", body="Wo?", buyer_email=order.buyer_email, order=order)
    )


@pytest.fixture
def agents() -> list[User]:
    return [staff(f"agent{n}@desk.test", f"Agent {n}", "agent") for n in range(THREADS)]


def test_of_twenty_who_take_it_one_has_it(inquiry: Inquiry, agents: list[User]) -> None:
    found = all_at_once(lambda n: assignment.take(Inquiry.objects.get(pk=inquiry.pk), by=agents[n]))
    assert found.count(None) == 1
    winner = agents[found.index(None)]
    assert Inquiry.objects.get(pk=inquiry.pk).assignee == winner
    assert all(str(winner) in str(said) for said in found if isinstance(said, Conflict))


def test_one_click_that_arrives_twenty_times_is_one_mail(
    inquiry: Inquiry, agents: list[User]
) -> None:
    key = uuid.uuid4()
    all_at_once(
        lambda n: conversation.agent_replied(inquiry, body="Ja.", by=agents[0], client_id=key)
    )
    assert Message.objects.filter(author="AGENT").count() == 1
    assert OutgoingMail.objects.filter(template="inquiries/mail/reply").count() == 1


def test_twenty_agents_who_saw_the_same_page_send_one_answer(
    inquiry: Inquiry, agents: list[User]
) -> None:
    found = all_at_once(
        lambda n: conversation.agent_replied(inquiry, body=f"{n}", by=agents[n], seen_seq=1)
    )
    assert sum(isinstance(one, Message) for one in found) == 1
    assert all(one.code == "stale" for one in found if isinstance(one, DomainError))
    assert Message.objects.filter(author="AGENT").count() == 1


def test_numbers_in_a_thread_have_no_gap_and_no_double(
    inquiry: Inquiry, agents: list[User]
) -> None:
    all_at_once(
        lambda n: (
            conversation.buyer_wrote(inquiry, body=f"{n}", channel="EMAIL")
            if n % 2
            else conversation.add_note(inquiry, body=f"{n}", by=agents[n])
        )
    )
    now = Inquiry.objects.get(pk=inquiry.pk)
    seqs = [*now.messages.values_list("seq", flat=True), *now.notes.values_list("seq", flat=True)]
    assert sorted(seqs) == list(range(1, THREADS + 2))
    assert now.last_seq == THREADS + 1


def test_twenty_who_ask_the_seller_make_one_case_with_one_question(
    inquiry: Inquiry, agents: list[User]
) -> None:
    found = all_at_once(
        lambda n: seller_input.ask_seller(inquiry, body="Teilenummer?", by=agents[n])
    )
    assert sum(isinstance(one, Question) for one in found) == 1
    assert Question.objects.count() == 1
    assert OutgoingMail.objects.filter(template="caselog/mail/question_asked").count() == 1


def test_one_decision_stands_and_the_buyer_reads_one_mail(
    inquiry: Inquiry, agents: list[User]
) -> None:
    found = all_at_once(
        lambda n: decision.decide(
            inquiry, outcome="ANSWERED", reasoning="x", reply=f"Antwort {n}", by=agents[n]
        )
    )
    assert sum(isinstance(one, Decision) for one in found) == 1
    assert OutgoingMail.objects.filter(template="inquiries/mail/reply").count() == 1


def test_an_answer_and_the_decision_on_it_never_contradict(
    inquiry: Inquiry, agents: list[User]
) -> None:
    question = seller_input.ask_seller(inquiry, body="Teilenummer?", by=agents[0])

    def act(n: int) -> Any:
        if n == 0:
            return questions.reply(question.case, body="4711", by=None, via=Entry.Via.PORTAL)
        return decision.decide(inquiry, outcome="ANSWERED", reasoning="x", reply="y", by=agents[n])

    found = all_at_once(act)
    assert isinstance(found[0], Entry)
    assert all(made.basis == "SELLER_ANSWER" for made in found if isinstance(made, Decision))


def test_an_answer_that_comes_while_a_reply_waits_for_its_turn_still_stops_it(
    inquiry: Inquiry, agents: list[User]
) -> None:
    case = seller_input.ask_seller(inquiry, body="Teilenummer?", by=agents[0]).case
    got: list[object] = []

    def send() -> None:
        try:
            got.append(
                conversation.agent_replied(
                    inquiry, body="Niemand weiß es.", by=agents[1], seen_seq=1, seen_case_seq=1
                )
            )
        except Conflict as refusal:
            got.append(refusal)
        finally:
            connections.close_all()

    sender = threading.Thread(target=send)
    answering = threading.Thread(target=_answer, args=[case])
    with transaction.atomic():
        Inquiry.objects.select_for_update().get(pk=inquiry.pk)
        sender.start()
        while not _somebody_waits():
            assert sender.is_alive(), got
        answering.start()
        answering.join(20)
    sender.join(20)
    assert isinstance(got[0], Conflict)
    assert got[0].code == "stale"
    assert not Message.objects.filter(author="AGENT").exists()


def _answer(case: Case) -> None:
    questions.reply(case, body="4711", by=None, via=Entry.Via.PORTAL)
    connections.close_all()


def _somebody_waits() -> bool:
    """Does a statement of this database wait for a lock?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE NOT granted AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])
