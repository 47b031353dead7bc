"""A case in the portal: what a seller reads and sends, and what nobody else may."""

import uuid
from typing import Any

import pytest
from django.test import Client

from caselog.models import Case, Entry, Question
from caselog.operations import cases, questions
from tests.caselog.pages import LIST, shown, statements, url
from tests.factories.caselog import CaseFactory
from tests.factories.sellers import MembershipFactory, SellerFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_thread_shows_deadline_in_both_zones_and_the_words_as_text(
    client: Client, longmen: Any, agent: Any, travel: Any
) -> None:
    wei = longmen.memberships.get().user
    case = CaseFactory(seller=longmen)
    questions.ask(case, body="Does the lid <b>fit</b>?\nPlease measure.", by=agent)
    client.force_login(wei)
    found = shown(client.get(url("case", case)))
    assert "2026年11月5日 17:00 (Asia/Shanghai, UTC+08:00)" in found
    assert "2026年11月5日 10:00 (Europe/Berlin, UTC+01:00)" in found
    assert 'datetime="2026-11-05T17:00:00+08:00" data-countdown' in found
    assert "&lt;b&gt;fit&lt;/b&gt;" in found
    assert "<b>fit" not in found
    assert "Ines" not in found


def test_the_thread_takes_the_same_statements_for_1_and_for_20_entries(
    page: Client, asked: Question, anna: Any, agent: Any
) -> None:
    address = url("case", asked.case)
    page.get(address)
    few = statements(page, address)
    for n in range(10):
        questions.reply(asked.case, body=f"{n}", by=anna, via=Entry.Via.PORTAL)
        questions.ask(asked.case, body=f"{n}", by=agent)
    assert statements(page, address) == few <= 10


def test_an_answer_in_the_portal_settles_the_question(
    page: Client, asked: Question, anna: Any
) -> None:
    answer = page.post(
        url("reply-case", asked.case), {"body": "It fits.", "client_id": uuid.uuid4()}, follow=True
    )
    assert answer.redirect_chain == [(url("case", asked.case), 302)]
    assert "Customer service has your answer" in shown(answer)
    now = Question.objects.get()
    assert now.status == "ANSWERED"
    assert now.answer is not None
    assert (now.answer.user, now.answer.via, now.answer.body) == (anna, "PORTAL", "It fits.")


def test_a_double_click_in_the_portal_is_one_entry(page: Client, asked: Question) -> None:
    form = {"body": "It fits.", "client_id": uuid.uuid4()}
    for _ in range(2):
        assert page.post(url("reply-case", asked.case), form).status_code == 302
    assert Entry.objects.filter(author="SELLER").count() == 1


def test_each_page_has_a_form_of_its_own(page: Client, asked: Question) -> None:
    ids = {
        str(page.get(url("case", asked.case)).context["form"]["client_id"].value())
        for _ in range(2)
    }
    assert len(ids) == 2


def test_after_an_error_the_typed_text_is_still_there(page: Client, asked: Question) -> None:
    answer = page.post(
        url("reply-case", asked.case), {"body": "It fits.", "client_id": "no such form"}
    )
    assert answer.status_code == 422
    assert "It fits." in shown(answer)
    assert "errorlist" in shown(answer)
    assert not Entry.objects.filter(author="SELLER").exists()


def test_a_form_used_in_another_case_keeps_the_text_and_says_what_to_do(
    page: Client, asked: Question, blume: Any
) -> None:
    form = {"body": "It fits.", "client_id": uuid.uuid4()}
    page.post(url("reply-case", asked.case), form)
    other = CaseFactory(seller=blume)
    answer = page.post(url("reply-case", other), form)
    assert answer.status_code == 422
    assert "It fits." in shown(answer)
    assert "reload the page" in shown(answer)


@pytest.mark.parametrize("body", ["", "   ", "x" * 20_001, "nul\x00byte"])
def test_words_that_cannot_be_kept_are_refused_on_the_page(
    page: Client, asked: Question, body: str
) -> None:
    assert page.post(url("reply-case", asked.case), {"body": body}).status_code == 422
    assert Question.objects.get().status == "OPEN"


def test_a_late_answer_is_kept_and_the_seller_is_told_that_it_is_late(
    page: Client, asked: Question, travel: Any
) -> None:
    travel(hours=25)
    assert "kept as a late answer" in shown(page.get(url("case", asked.case)))
    answer = page.post(url("reply-case", asked.case), {"body": "It fits."}, follow=True)
    assert "Your words are kept as a late answer" in shown(answer)
    assert "Late answer" in shown(answer)
    assert Question.objects.get().status == "LAPSED"


def test_decide_for_me_is_a_click_that_ends_the_wait(page: Client, asked: Question) -> None:
    assert "decide for me" in shown(page.get(url("case", asked.case)))
    answer = page.post(url("waive-case", asked.case), follow=True)
    assert "decides by its own judgment" in shown(answer)
    assert "Left to customer service" in shown(answer)
    assert Question.objects.get().status == "WAIVED"
    again = shown(page.get(url("case", asked.case)))
    assert url("waive-case", asked.case) not in again
    assert "kept as a late answer" in again


def test_decide_for_me_after_the_time_says_why_not(
    page: Client, asked: Question, travel: Any
) -> None:
    travel(hours=24)
    answer = page.post(url("waive-case", asked.case), follow=True)
    assert "The time to answer is over" in shown(answer)
    assert "Thank you" not in shown(answer)


@pytest.mark.parametrize("name", ["case", "reply-case", "waive-case"])
def test_a_stranger_finds_nothing(client: Client, asked: Question, name: str) -> None:
    stranger = MembershipFactory(seller=SellerFactory()).user
    client.force_login(stranger)
    method = client.get if name == "case" else client.post
    assert method(url(name, asked.case), {"body": "Let me in"}).status_code == 404
    assert asked.case.number not in shown(client.get(LIST))
    assert Question.objects.get().status == "OPEN"
    assert Entry.objects.count() == 1


def test_a_reader_reads_and_does_not_act(client: Client, asked: Question, blume: Any) -> None:
    reader = MembershipFactory(seller=blume, role="READER", user__language="en").user
    client.force_login(reader)
    assert client.get(LIST).status_code == 200
    found = shown(client.get(url("case", asked.case)))
    assert "ask an owner or an operator" in found
    assert "<textarea" not in found
    for name in ("reply-case", "waive-case"):
        assert client.post(url(name, asked.case), {"body": "It fits."}).status_code == 403
    assert Question.objects.get().status == "OPEN"


@pytest.mark.parametrize("person", ["nobody", "agent", "without a seller"])
def test_who_belongs_to_no_seller_sees_no_case(
    client: Client, asked: Question, agent: Any, person: str
) -> None:
    if person == "agent":
        client.force_login(agent)
    elif person == "without a seller":
        client.force_login(UserFactory())
    expected = 302 if person == "nobody" else 404
    for name in (LIST, url("case", asked.case)):
        assert client.get(name).status_code == expected
    assert client.post(url("reply-case", asked.case), {"body": "x"}).status_code == expected


@pytest.mark.parametrize("name", ["reply-case", "waive-case"])
def test_nothing_changes_on_get(page: Client, asked: Question, name: str) -> None:
    assert page.get(url(name, asked.case)).status_code == 405
    assert Question.objects.get().status == "OPEN"


@pytest.mark.parametrize("number", ["CASE-00000000", "x", "%00", "CASE-' OR 1=1"])
def test_a_number_that_is_none_is_not_found(page: Client, number: str) -> None:
    assert page.get(f"{LIST}{number}/").status_code == 404


def test_a_case_that_was_closed_opens_again_with_the_sellers_words(
    page: Client, blume: Any
) -> None:
    case = cases.post_notice(blume, subject="News", body="Please read.")
    cases.close(case)
    page.post(url("reply-case", case), {"body": "I do not agree."})
    assert Case.objects.get().status == "OPEN"
