"""Pages drawn before the seller answered: they keep what was typed and show what is new."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from caselog.models import Case, Entry, Question
from caselog.operations import questions
from inquiries.models import Decision, Inquiry, Message
from inquiries.operations import seller_input
from tests.inquiries.desk.conftest import fresh, url

pytestmark = pytest.mark.django_db

ANSWERED = "The seller has answered since you opened this page."


@pytest.fixture
def case(inquiry: Inquiry, agent: Any) -> Case:
    return seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent).case


def answer(case: Case) -> None:
    questions.reply(case, body="Sie lautet 4711.", by=None, via=Entry.Via.MAIL)


def shown(page: Any) -> str:
    return str(page.content.decode())


def hidden(page: str, name: str) -> list[str]:
    """The values of the hidden fields called so."""
    tags = re.findall(r"<input[^>]*>", page)
    found = [re.search(r'value="([^"]*)"', tag) for tag in tags if f'name="{name}"' in tag]
    return [value[1] for value in found if value]


def drawn(desk: Client, inquiry: Inquiry) -> str:
    return shown(desk.get(url("inquiry", inquiry.number)))


def test_a_page_carries_one_cursor_for_each_thing_it_shows(
    desk: Client, inquiry: Inquiry, agent: Any
) -> None:
    before = drawn(desk, inquiry)
    assert hidden(before, "seen_case_seq") == ["0", "0"]
    seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    after = drawn(desk, inquiry)
    assert hidden(after, "seen_case_seq") == hidden(after, "seen_seq") == ["1", "1"]
    assert 'data-upto="1" data-upto-case="1"' in after


@pytest.mark.parametrize(
    ("name", "more"), [("reply-inquiry", {"then": "RESOLVE"}), ("ask-seller", {})]
)
def test_the_first_press_shows_the_answer_and_the_second_sends(
    desk: Client, inquiry: Inquiry, case: Case, name: str, more: dict[str, str]
) -> None:
    page = drawn(desk, inquiry)
    answer(case)
    seen = {one: hidden(page, one)[0] for one in ("seen_seq", "seen_case_seq")}
    form = {"body": "Wir wissen es nicht.", "client_id": str(uuid.uuid4()), **more}
    stopped = desk.post(url(name, inquiry.number), form | seen)
    assert stopped.status_code == 409
    page = shown(stopped)
    assert ANSWERED in page
    assert "Wir wissen es nicht.</textarea>" in page
    assert page.count(' new"') == 1
    assert "Sie lautet 4711." in page[page.index('class="said seller new"') :]
    assert not Message.objects.filter(author="AGENT").exists()
    assert Question.objects.count() == 1
    again = {one: hidden(page, one)[0] for one in ("seen_seq", "seen_case_seq")}
    assert again == {"seen_seq": "1", "seen_case_seq": "2"}
    assert desk.post(url(name, inquiry.number), form | again).status_code == 302


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("decide-inquiry", {"outcome": "DECLINED", "reasoning": "Niemand weiß es.", "reply": "-"}),
        ("resolve-inquiry", {"outcome": "NO_ACTION"}),
    ],
)
def test_a_dialog_says_what_the_page_behind_it_had_shown(
    desk: Client, inquiry: Inquiry, case: Case, travel: Any, name: str, form: dict[str, str]
) -> None:
    travel(hours=24)
    opened = re.search(rf'href="({url(name, inquiry.number)}[^"]*)"', drawn(desk, inquiry))
    assert opened
    answer(case)
    dialog = shown(desk.get(opened[1].replace("&amp;", "&")))
    seen = {one: hidden(dialog, one)[0] for one in ("seen_seq", "seen_case_seq")}
    assert seen == {"seen_seq": "1", "seen_case_seq": "1"}
    stopped = desk.post(url(name, inquiry.number), form | seen)
    assert stopped.status_code == 409
    page = shown(stopped)
    assert ANSWERED in page
    assert "Sie lautet 4711." in page
    assert "Teilenummer?" not in page
    for typed in form.values():
        assert typed in page
    assert not Decision.objects.exists()
    again = {one: hidden(page, one)[0] for one in ("seen_seq", "seen_case_seq")}
    assert desk.post(url(name, inquiry.number), form | again).status_code == 302
    assert fresh(inquiry).status == "RESOLVED"


def test_the_fragment_marks_a_sellers_new_words_and_counts_them(
    desk: Client, inquiry: Inquiry, case: Case
) -> None:
    answer(case)
    thread = url("thread", inquiry.number)
    page = shown(desk.get(thread, {"seen": "1", "seen_case": "1"}))
    assert page.count(' new"') == 1
    assert 'data-upto="1" data-upto-case="2"' in page
    assert "seen=1&amp;seen_case=1" in page
    assert ' new"' not in shown(desk.get(thread, {"seen": "1", "seen_case": "2"}))


def test_a_lane_that_has_closed_meanwhile_gives_the_words_back(
    desk: Client, inquiry: Inquiry, agent: Any
) -> None:
    for _ in range(2):
        asked = seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
        answer(asked.case)
    page = desk.post(url("ask-seller", inquiry.number), {"body": "Noch eine Frage?"})
    assert page.status_code == 422
    assert "2 rounds with the seller are over" in shown(page)
    assert "readonly" in shown(page)
    assert "Noch eine Frage?</textarea>" in shown(page)


@pytest.mark.parametrize(("who", "open_lane"), [("agent", False), ("senior", True), ("lead", True)])
def test_after_two_rounds_only_seniors_and_leads_have_the_lane(
    at_desk: Any, inquiry: Inquiry, agent: Any, request: Any, who: str, open_lane: bool
) -> None:
    for _ in range(2):
        answer(seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent).case)
    page = drawn(at_desk(request.getfixturevalue(who)), inquiry)
    assert ("2 rounds with the seller are over" in page) is not open_lane
    assert ("Ask seller</button>" in page) is open_lane
