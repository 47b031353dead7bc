"""A seller's mail lands in the Case Log, if token and sender are theirs; never with a buyer."""

from typing import Any

import pytest

from caselog.models import Entry, Question
from csba import addresses
from inquiries.channels.mailbox.dispatch import Result
from inquiries.models import InboundMail, Inquiry, Message
from inquiries.operations import seller_input
from tests.factories.sellers import MembershipFactory, OrderFactory, UserFactory
from tests.mail.posting import JONAS, mail

pytestmark = pytest.mark.django_db

WEI = "wei@longmen.test"
SHOP = "service@longmen.test"


@pytest.fixture
def question(postman: Any, travel: Any, longmen: Any, served: Any, agent: Any) -> Question:
    """Longmen is asked about an order of Jonas's."""
    served(longmen)
    order = OrderFactory(seller=longmen, buyer_email=JONAS)
    inquiry = postman.delivers_new(f"Defekt, Bestellung {order.number}").inquiry
    return seller_input.ask_seller(inquiry, body="Ist Ersatz da?", by=agent)


def case_address(question: Question) -> str:
    return addresses.write("case", question.case.number)


@pytest.mark.parametrize("sender", [SHOP, WEI, "WEI@Longmen.TEST"])
def test_the_seller_answers_the_question_by_mail(
    postman: Any, question: Question, sender: str
) -> None:
    kept = postman.delivers_new(
        "有货，可以换。\n\n在 2026年11月4日，10:00，Kundenservice 写道：\n> 是否有货？",
        subject="回复：问题",
        sender=sender,
        to=case_address(question),
    )
    question.refresh_from_db()
    assert (kept.result, kept.case, kept.inquiry) == (Result.ANSWERED, question.case, None)
    assert question.status == Question.Status.ANSWERED
    assert question.answer is not None
    assert (question.answer.body, question.answer.via) == ("有货，可以换。", Entry.Via.MAIL)


def test_an_unknown_sender_with_the_address_of_a_case_answers_nothing(
    postman: Any, question: Question
) -> None:
    kept = postman.delivers_new("Ja.", sender="eva@strangers.test", to=case_address(question))
    question.refresh_from_db()
    assert (kept.status, kept.error, kept.case) == (
        InboundMail.Status.FAILED,
        "unknown sender for a case",
        question.case,
    )
    assert question.status == Question.Status.OPEN
    assert question.case.entries.count() == 1


def test_a_person_who_may_only_read_cannot_answer(postman: Any, question: Question) -> None:
    reader = UserFactory(email="li@longmen.test")
    MembershipFactory(seller=question.case.seller, user=reader, role="READER")
    kept = postman.delivers_new("Ja.", sender=reader.email, to=case_address(question))
    assert kept.status == InboundMail.Status.FAILED


def test_the_buyer_cannot_write_to_the_case_nor_the_seller_to_the_buyer(
    postman: Any, question: Question
) -> None:
    from_buyer = postman.delivers_new("Ja.", sender=JONAS, to=case_address(question))
    inquiry = Inquiry.objects.get()
    to_buyer = postman.delivers_new("Ja.", sender=SHOP, to=addresses.write("inq", inquiry.number))
    assert from_buyer.status == InboundMail.Status.FAILED
    assert to_buyer.result == Result.ASIDE
    assert Message.objects.filter(author="SELLER").count() == 0
    assert question.case.entries.count() == 1


def test_the_same_number_in_the_other_lane_is_no_genuine_address(
    postman: Any, question: Question
) -> None:
    forged = case_address(question).replace("case+", "inq+")
    kept = postman.delivers_new("Ja.", sender=SHOP, to=forged)
    question.refresh_from_db()
    assert question.status == Question.Status.OPEN
    assert kept.result == Result.OPENED


def test_an_automatic_answer_of_the_seller_does_not_stop_the_clock(
    postman: Any, question: Question
) -> None:
    raw = mail(
        "Betriebsferien.", sender=SHOP, to=case_address(question), Auto_Submitted="auto-replied"
    )
    kept = postman.delivers(raw, sender=SHOP, to=case_address(question))
    question.refresh_from_db()
    assert (kept.result, kept.case) == (Result.MACHINE, question.case)
    assert question.status == Question.Status.OPEN


def test_the_seller_is_known_by_in_reply_to_as_well(
    postman: Any, question: Question, letters: Any
) -> None:
    asked = letters.last(SHOP)
    postman.delivers_new("Ja.", sender=SHOP, In_Reply_To=asked.message_id)
    question.refresh_from_db()
    assert question.status == Question.Status.ANSWERED


def test_an_answer_to_a_letter_that_takes_none_waits_for_a_person(
    postman: Any, blume: Any, served: Any, letters: Any, travel: Any
) -> None:
    served(blume)
    order = OrderFactory(seller=blume, channel="AFN", buyer_email=JONAS)
    postman.delivers_new(f"Wo bleibt {order.number}?")
    told = letters.last(blume.default_email)
    kept = postman.delivers_new(
        "Ist unterwegs.", sender=blume.default_email, In_Reply_To=told.message_id
    )
    assert kept.status == InboundMail.Status.FAILED
    assert Inquiry.objects.count() == 1


def test_an_empty_answer_is_no_answer(postman: Any, question: Question) -> None:
    kept = postman.delivers_new("", sender=SHOP, to=case_address(question))
    question.refresh_from_db()
    assert (kept.status, question.status) == (InboundMail.Status.FAILED, Question.Status.OPEN)
    assert kept.error
