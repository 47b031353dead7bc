"""Contact Us: a seller asks Selling Partner Support, the desk answers in the Case Log (P25)."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from caselog.models import Case, Entry
from caselog.operations import support
from caselog.rules.support import TOPIC_KEY, SupportTopic
from csba.errors import Refused
from csba.journal import read
from csba.outbox.models import OutgoingMail
from tests.caselog.pages import LIST, shown, url
from tests.factories.sellers import MembershipFactory, OrderFactory
from tests.together import THREADS, all_at_once

pytestmark = pytest.mark.django_db

CONTACT = "/portal/contact/"
SUBJECT = "Gutschrift für Frau Kowalski fehlt"
BODY = "Frau Kowalski aus Görlitz <schrieb> uns:\nDie Gutschrift fehlt auf dem Beleg."
WORDS = ("Kowalski", "Görlitz", "Gutschrift", "Beleg")
"""What a seller typed: no letter may carry any of it (rulings 13)."""


def typed(**fields: str) -> dict[str, str]:
    return {
        "topic": "MONEY",
        "subject": SUBJECT,
        "body": BODY,
        "order_number": "",
        "client_id": str(uuid.uuid4()),
        **fields,
    }


def hidden(page: str, name: str) -> str:
    """The value of the hidden field called so."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag
    found = re.search(r'value="([^"]*)"', tag[0])
    return found[1] if found else ""


@pytest.fixture
def case(page: Client, blume: Any) -> Case:
    """What the desk finds after Anna has asked."""
    page.post(CONTACT, typed())
    return Case.objects.get()


def test_a_question_opens_a_support_case_with_its_topic_and_a_letter(
    page: Client, blume: Any, anna: Any, letters: Any, story: Any
) -> None:
    form = shown(page.get(CONTACT))
    order = OrderFactory(seller=blume, number="302-4455667-7788990")
    sent = typed(
        subject="  Gutschrift   für Frau Kowalski fehlt ",
        order_number=" 302-4455667 -7788990 ",
        client_id=hidden(form, "client_id"),
    )
    answer = page.post(CONTACT, sent)
    case = Case.objects.get()
    assert answer.headers["Location"] == url("case", case)
    assert (case.kind, case.status, case.subject) == ("SUPPORT", "OPEN", SUBJECT)
    assert (case.seller, case.order, case.reference) == (blume, order, order.number)
    entry = Entry.objects.get()
    assert (entry.author, entry.via, entry.user, entry.body) == ("SELLER", "PORTAL", anna, BODY)
    assert entry.answers_given == {TOPIC_KEY: "MONEY"}
    assert str(entry.client_id) == sent["client_id"]
    assert "support_asked" in story(case)
    assert letters.to(blume.default_email) == ["support_received"]
    found = shown(page.get(url("case", case)))
    assert "Selling Partner Support has your question." in found
    assert "&lt;schrieb&gt;" in found
    assert SUBJECT in shown(page.get(LIST))


@pytest.mark.parametrize(
    ("language", "topic"),
    [("de", "Geld und Kontoauszug"), ("zh-hans", "款项与账单"), ("en", "Money and ledger")],
)
def test_the_letter_names_number_and_topic_in_the_sellers_language_and_none_of_the_words(
    page: Client, blume: Any, letters: Any, language: str, topic: str
) -> None:
    blume.language = language
    blume.save(update_fields=["language"])
    order = OrderFactory(seller=blume, number="302-4455667-7788990")
    page.post(CONTACT, typed(order_number=order.number))
    case = Case.objects.get()
    mail = letters.last(blume.default_email)
    assert (mail.language, case.language) == (language, language)
    assert case.number in mail.subject
    assert topic in mail.text
    assert url("case", case) in mail.text
    assert str(case.number).lower() in mail.reply_to.lower()
    for word in (*WORDS, order.number, order.buyer_name):
        assert word not in mail.subject + mail.text


def test_a_double_click_opens_one_case_and_sends_one_letter(
    page: Client, blume: Any, letters: Any
) -> None:
    twice = typed()
    answers = [page.post(CONTACT, twice) for _ in range(2)]
    case = Case.objects.get()
    assert [answer.headers["Location"] for answer in answers] == [url("case", case)] * 2
    assert Entry.objects.count() == 1
    assert letters.to(blume.default_email) == ["support_received"]
    page.post(CONTACT, typed())
    assert Case.objects.count() == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_clicks_that_arrive_at_the_same_moment_open_one_case(blume: Any) -> None:
    person, used = blume.memberships.get().user, uuid.uuid4()

    def click(n: int) -> Case:
        return support.contact(
            blume, topic="MONEY", subject=SUBJECT, body=BODY, by=person, client_id=used
        )

    found = all_at_once(click)
    case = Case.objects.get()
    assert found == [case] * THREADS
    assert Entry.objects.get().case == case
    assert OutgoingMail.objects.count() == 1
    assert [line.verb for line in read.of(case)] == ["case_opened", "support_asked"]


def test_a_form_that_another_seller_has_used_shows_nothing_of_them(
    page: Client, longmen: Any, wei: Any, letters: Any
) -> None:
    used = uuid.uuid4()
    theirs = support.contact(
        longmen, topic="OTHER", subject="保密", body="内部", by=wei, client_id=used
    )
    answer = page.post(CONTACT, typed(client_id=str(used)))
    assert answer.status_code == 422
    found = shown(answer)
    assert "This form was already used." in found
    assert "&lt;schrieb&gt;" in found
    assert str(theirs.number) not in found
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"topic": ""}, "Please choose what it is about."),
        ({"topic": "WEATHER"}, "Please choose what it is about."),
        ({"subject": "   "}, "Please say in a few words what you ask."),
        ({"subject": "x" * 161}, "at most 160 characters"),
        ({"body": " \n "}, "Please write something first."),
        ({"body": "x" * 20_001}, "at most 20000 characters"),
        ({"order_number": "4711"}, "We do not find this order number among your orders."),
    ],
)
def test_what_was_typed_comes_back_with_a_sentence(
    page: Client, letters: Any, wrong: dict[str, str], sentence: str
) -> None:
    sent = typed(**wrong)
    answer = page.post(CONTACT, sent)
    assert answer.status_code == 422
    found = shown(answer)
    assert sentence in found
    assert 'role="alert"' in found
    kept = {"subject": SUBJECT, "body": "&lt;schrieb&gt; uns:", "topic": 'value="MONEY" selected'}
    for name in kept.keys() - wrong.keys():
        assert kept[name] in found
    assert not Case.objects.exists()
    assert letters() == []


def test_a_refused_form_sent_again_is_still_the_same_question(page: Client, blume: Any) -> None:
    sent = typed(order_number="4711")
    refused = shown(page.post(CONTACT, sent))
    assert hidden(refused, "client_id") == sent["client_id"]
    assert hidden(refused, "order_number") == "4711"
    for _ in range(2):
        assert page.post(CONTACT, sent | {"order_number": ""}).status_code == 302
    assert Case.objects.count() == 1


def test_another_sellers_order_is_refused_with_the_same_words_as_none(
    page: Client, longmen: Any
) -> None:
    foreign = OrderFactory(seller=longmen)
    pages = set()
    for number in (foreign.number, "302-9999999-9999999"):
        sent = typed(order_number=number, client_id=str(uuid.UUID(int=7)))
        answer = page.post(CONTACT, sent)
        assert answer.status_code == 422
        pages.add(
            re.sub(r'(csrfmiddlewaretoken" |nonce=)[^>]*', "", shown(answer)).replace(number, "N")
        )
    assert len(pages) == 1
    assert not Case.objects.exists()


def test_a_reader_reads_the_answers_and_may_not_ask(
    client: Client, blume: Any, letters: Any, travel: Any
) -> None:
    client.force_login(MembershipFactory(seller=blume, role="READER", user__language="en").user)
    answer = client.get(CONTACT)
    assert answer.status_code == 200
    found = shown(answer)
    assert "What does it cost?" in found
    assert "turn to an owner or an operator" in found
    assert "<textarea" not in found
    assert client.post(CONTACT, typed()).status_code == 403
    client.force_login(MembershipFactory(seller=blume, role="OPERATOR").user)
    assert not Case.objects.exists()
    assert client.post(CONTACT, typed()).status_code == 302


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ("What does it cost?", "24 hours from the moment it is asked", "within 48 hours")),
        ("de", ("Was kostet es?", "24 Stunden ab dem Moment", "innerhalb von 48 Stunden")),
        ("zh-hans", ("费用是多少？", "自提问起24小时", "在48小时内")),
    ],
)
def test_the_questions_most_asked_are_answered_in_the_readers_language(
    page: Client, anna: Any, language: str, sentences: tuple[str, ...]
) -> None:
    anna.language = language
    anna.save(update_fields=["language"])
    found = shown(page.get(CONTACT))
    assert f'<html lang="{language}' in found.lower()
    for words in sentences:
        assert words in found
    answers = found[found.index('id="answers"') :]
    assert answers.count("<details") == 10
    with translation.override(language):
        for label in SupportTopic.labels:
            assert str(label) in found[: found.index('id="answers"')]
    links = set(re.findall(r'<p><a href="([^"]+)"', answers))
    assert len(links) >= 5
    assert {page.get(link).status_code for link in links} == {200}


def test_the_desks_answer_stands_in_the_case_log_and_its_letter_holds_no_word_of_it(
    page: Client, case: Case, blume: Any, agent: Any, letters: Any
) -> None:
    words = "Die Gutschrift von Frau Kowalski ist seit heute gebucht."
    used = uuid.uuid4()
    for _ in range(2):
        support.answer(case, body=words, by=agent, client_id=used, seen_seq=1)
    found = shown(page.get(url("case", case)))
    assert words in found
    assert agent.name not in found
    assert letters.to(blume.default_email) == ["support_received", "desk_wrote"]
    mail = letters.last(blume.default_email)
    assert str(case.number) in mail.subject
    assert url("case", case) in mail.text
    for word in (*WORDS, "gebucht", SUBJECT, agent.name):
        assert word not in mail.subject + mail.text


def test_closing_and_opening_again_need_a_reason_that_the_journal_keeps(
    case: Case, agent: Any, story: Any
) -> None:
    for change, reason in ((support.close, "Gebucht"), (support.reopen, "Doch  nicht")):
        before = story(case)
        with pytest.raises(Refused, match="Please give the reason"):
            change(case, reason="  ", by=agent)
        assert story(case) == before
        for _ in range(2):
            change(case, reason=reason, by=agent)
    lines = read.of(case)
    assert story(case)[2:] == [
        "case_close_reason",
        "case_closed",
        "case_reopen_reason",
        "case_reopened",
    ]
    reasons = [line.facts["reason"] for line in lines if "reason" in line.facts]
    assert reasons == ["Gebucht", "Doch nicht"]
    assert {line.user for line in lines[2:]} == {agent}
    case.refresh_from_db()
    assert (case.status, case.closed_at, case.reopened) == ("OPEN", None, 1)


def test_the_sellers_next_words_open_a_closed_question_again(
    page: Client, case: Case, agent: Any, travel: Any, letters: Any
) -> None:
    support.answer(case, body="Gebucht.", by=agent)
    support.close(case, reason="Gebucht", by=agent)
    case.refresh_from_db()
    assert (case.status, case.closed_at) == ("CLOSED", timezone.now())
    travel(days=2)
    assert page.post(url("reply-case", case), {"body": "Danke, und nun?"}).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.closed_at, case.reopened, case.last_seq) == ("OPEN", None, 1, 3)
    entry = Entry.objects.latest("seq")
    assert (entry.author, entry.late, entry.body) == ("SELLER", False, "Danke, und nun?")
