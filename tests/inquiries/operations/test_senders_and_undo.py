"""Words from someone else, answers taken back, answers that did not arrive, reasons corrected."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from csba.errors import Refused
from csba.journal import read as journal
from csba.outbox import operations as outbox
from csba.outbox.models import OutgoingMail
from csba.topics import Topic
from inquiries.models import Inquiry, Message, ReasonCorrection, WordRule
from inquiries.operations import conversation, reasons, senders, undo, words
from inquiries.operations import delivery as arrivals
from inquiries.rules import reading, wordbook
from tests.together import all_at_once

pytestmark = pytest.mark.django_db

EVA = "eva@strangers.test"


@pytest.fixture
def foreign(inquiry: Inquiry) -> Message:
    """Eva's words, kept aside."""
    return conversation.someone_else_wrote(
        inquiry, body="Ich bin die Schwester.", sender=EVA, channel="EMAIL"
    )


def test_an_accepted_sender_counts_as_the_buyer_who_stays_the_buyer_of_record(
    inquiry: Inquiry, foreign: Message, agent: Any
) -> None:
    conversation.agent_replied(inquiry, body="Gern.", by=agent)
    senders.accept(foreign, by=agent)
    inquiry.refresh_from_db()
    foreign.refresh_from_db()
    assert (foreign.author, inquiry.accepted_senders) == ("BUYER", [EVA])
    assert inquiry.waiting_since is not None
    assert inquiry.buyer_email != EVA


def test_accepting_twice_is_once(inquiry: Inquiry, foreign: Message, agent: Any) -> None:
    senders.accept(foreign, by=agent)
    senders.accept(foreign, by=agent)
    assert journal.of(inquiry).filter(verb="sender_accepted").count() == 1


def test_the_buyers_own_words_cannot_be_accepted_away(inquiry: Inquiry, agent: Any) -> None:
    own = conversation.agent_replied(inquiry, body="Gern.", by=agent)
    with pytest.raises(Refused):
        senders.accept(own, by=agent)


def test_foreign_words_become_an_inquiry_of_their_own_however_often_it_is_clicked(
    inquiry: Inquiry, foreign: Message, agent: Any, letters: Any
) -> None:
    fresh = senders.separate(foreign, by=agent)
    assert senders.separate(foreign, by=agent) == fresh
    assert (fresh.buyer_email, fresh.order) == (EVA, None)
    assert fresh.messages.get().body == "Ich bin die Schwester."
    assert letters.to(EVA) == ["order_unknown"]
    assert Inquiry.objects.count() == 2


def test_an_answer_waits_ten_seconds_and_then_leaves(
    inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    message = conversation.agent_replied(inquiry, body="Gern.", by=agent)
    mail = message.outgoing
    assert mail is not None
    at = timezone.now()
    assert not OutgoingMail.objects.due(at + timedelta(seconds=9)).filter(pk=mail.pk).exists()
    assert OutgoingMail.objects.due(at + timedelta(seconds=10)).filter(pk=mail.pk).exists()


@pytest.mark.parametrize("then", ["WAIT", "HOLD", "RESOLVE"])
def test_an_answer_taken_back_leaves_everything_as_it_was(
    inquiry: Inquiry, agent: Any, then: Any
) -> None:
    kept = ("status", "waiting_since", "promise_due_at", "next_due_at", "resolved_at", "outcome")
    before = Inquiry.objects.values(*kept, "first_responded_at").get(pk=inquiry.pk)
    message = conversation.agent_replied(inquiry, body="Gern geschehen.", by=agent, then=then)
    assert undo.take_back(message, by=agent) == "Gern geschehen."
    assert Inquiry.objects.values(*kept, "first_responded_at").get(pk=inquiry.pk) == before
    mail = OutgoingMail.objects.get(message=message)
    assert (mail.status, mail.last_error) == ("SUPPRESSED", "taken back")
    assert not OutgoingMail.objects.due(timezone.now() + timedelta(days=1)).contains(mail)


def test_after_ten_seconds_it_is_too_late(inquiry: Inquiry, agent: Any, travel: Any) -> None:
    message = conversation.agent_replied(inquiry, body="Gern.", by=agent)
    travel(seconds=11)
    with pytest.raises(Refused, match="left already"):
        undo.take_back(message, by=agent)


def test_a_colleagues_answer_is_not_mine_to_take_back(
    inquiry: Inquiry, agent: Any, lead: Any
) -> None:
    message = conversation.agent_replied(inquiry, body="Gern.", by=agent)
    with pytest.raises(Refused, match="colleague"):
        undo.take_back(message, by=lead)


def test_the_buyers_next_words_keep_their_own_clock_when_an_answer_is_taken_back(
    inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    message = conversation.agent_replied(inquiry, body="Gern.", by=agent)
    travel(seconds=5)
    conversation.buyer_wrote(inquiry, body="Und?", channel="EMAIL")
    waiting = Inquiry.objects.get(pk=inquiry.pk).waiting_since
    undo.take_back(message, by=agent)
    assert Inquiry.objects.get(pk=inquiry.pk).waiting_since == waiting


def test_an_answer_that_did_not_arrive_is_shown_until_somebody_deals_with_it(
    inquiry: Inquiry, agent: Any
) -> None:
    message = conversation.agent_replied(inquiry, body="Gern.", by=agent)
    mail = message.outgoing
    assert mail is not None
    before = Inquiry.objects.values("status", "waiting_since").get(pk=inquiry.pk)
    OutgoingMail.objects.filter(pk=mail.pk).update(status="SENT")
    told: dict[str, Any] = {
        "at": timezone.now(),
        "recipient": mail.to_address,
        "why": "550 5.1.1 unknown",
    }
    for _twice in range(2):
        failed = outbox.bounced([mail.message_id], **told, permanent=True, dead=True)
        arrivals.not_arrived(failed, at=told["at"])
    inquiry.refresh_from_db()
    assert inquiry.undelivered_at is not None
    assert before == Inquiry.objects.values("status", "waiting_since").get(pk=inquiry.pk)
    assert journal.of(inquiry).filter(verb="not_arrived").count() == 1
    arrivals.dealt_with(inquiry, by=agent)
    inquiry.refresh_from_db()
    assert inquiry.undelivered_at is None


def test_a_corrected_reason_is_charged_to_the_rule_that_said_otherwise(
    inquiry: Inquiry, agent: Any
) -> None:
    rule = WordRule.objects.get(code="damaged", language="de")
    Inquiry.objects.filter(pk=inquiry.pk).update(
        topic="DAMAGED", topic_words="delle", topic_rule=rule
    )
    for _twice in range(2):
        reasons.correct(inquiry, topic=Topic.DEFECTIVE, by=agent)
    inquiry.refresh_from_db()
    assert (inquiry.topic, inquiry.topic_words, inquiry.topic_rule) == ("DEFECTIVE", "", None)
    correction = ReasonCorrection.objects.get()
    assert (correction.rule, correction.before, correction.words) == (rule, "DAMAGED", "delle")


def test_new_words_hold_in_a_minute_and_what_was_read_before_keeps_its_rule(
    db: None, policy_admin: Any, travel: Any
) -> None:
    rule = WordRule.objects.get(code="damaged", language="de")
    text = "Meine Vase ist zerdeppert."

    def told() -> reading.Reading:
        return reading.read(text, at=timezone.now(), with_order=True)

    assert told().topic.topic == Topic.OTHER
    fresh = words.change(
        rule, phrases=[*rule.phrases, "  Zerdeppert ", ""], why="Häufig.", by=policy_admin
    )
    assert told().topic.topic == Topic.OTHER
    travel(seconds=61)
    wordbook.forget()
    assert (told().topic.topic, told().topic.words) == (Topic.DAMAGED, "zerdeppert")
    assert (told().topic.rule, fresh.phrases[-1]) == (fresh.pk, "zerdeppert")
    rule.refresh_from_db()
    assert rule.valid_to == fresh.valid_from


@pytest.mark.parametrize("phrase", ["… kaputt", "kaputt …", "*kaputt", "!!!", "x" * 121])
def test_a_phrase_that_can_match_nothing_is_refused_with_a_sentence(
    db: None, policy_admin: Any, phrase: str
) -> None:
    rule = WordRule.objects.get(code="damaged", language="de")
    with pytest.raises(Refused):
        words.change(rule, phrases=[phrase], why="Versuch.", by=policy_admin)
    assert WordRule.objects.filter(code="damaged", language="de").count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_change_one_rule_at_once_have_one_winner(policy_admin: Any) -> None:
    rule = WordRule.objects.get(code="damaged", language="de")

    def change(number: int) -> bool:
        try:
            words.change(rule, phrases=[f"riss{number}"], why="Beide.", by=policy_admin)
        except Refused:
            return False
        return True

    assert sorted(all_at_once(change))[-2:] == [False, True]
    assert WordRule.objects.filter(code="damaged", language="de").count() == 2
