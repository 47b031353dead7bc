"""The Case Log in the portal: what a seller finds in the list, and in which order."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from caselog.models import Question
from caselog.portal import listing, nav
from caselog.rules import deadlines
from csba.context import portal_nav
from tests.caselog.pages import LIST, shown, statements
from tests.factories.caselog import CaseFactory, QuestionFactory, many_questions

pytestmark = pytest.mark.django_db


def test_an_empty_case_log_says_what_will_stand_here(page: Client) -> None:
    answer = page.get(LIST)
    assert answer.status_code == 200
    assert "default e-mail address" in shown(answer)


def test_what_needs_an_answer_stands_first_nearest_deadline_first(
    page: Client, blume: Any, travel: Any
) -> None:
    later = QuestionFactory(case__seller=blume, case__subject="Asked later")
    sooner = QuestionFactory(
        case__seller=blume,
        case__subject="Asked sooner",
        asked_at=timezone.now() - timedelta(hours=20),
    )
    QuestionFactory(case__seller=blume, case__subject="Was answered", status="ANSWERED")
    QuestionFactory(
        case__seller=blume,
        case__subject="Over, not swept yet",
        asked_at=timezone.now() - timedelta(hours=30),
    )
    found = shown(page.get(LIST))
    places = [
        found.index(words)
        for words in ("Asked sooner", "Asked later", "Was answered", "Over, not swept yet")
    ]
    assert places == sorted(places)
    assert found.count("data-countdown") == 2
    for question in (sooner, later):
        assert deadlines.in_zone(question.reply_due_at, "Europe/Berlin") in found
    assert "Not answered in time" in found[places[3] :]


def test_cases_closed_long_ago_are_behind_show_all(page: Client, blume: Any) -> None:
    old = timezone.now() - timedelta(days=31)
    CaseFactory(seller=blume, subject="Old and closed", status="CLOSED", opened_at=old)
    CaseFactory(seller=blume, subject="Old and open", opened_at=old)
    found = shown(page.get(LIST))
    assert "Old and open" in found
    assert "Old and closed" not in found
    assert "Old and closed" in shown(page.get(LIST, {"show": "all"}))


@pytest.mark.parametrize("show", ["", "all"])
def test_page_by_page_every_case_is_shown_once(blume: Any, travel: Any, show: str) -> None:
    at = timezone.now()
    many_questions(blume, 60, asked_at=at - timedelta(hours=1))
    for n in range(3):
        many_questions(blume, 20, asked_at=at - timedelta(days=2 + n))
    seen: list[str] = []
    lengths = []
    after = ""
    while True:
        found = listing.page(blume, at=at, after=after, show=show)
        rows = found.waiting + found.others
        lengths.append(len(rows))
        seen += [row.number for row in rows]
        after = found.after
        if not after:
            break
    assert lengths == [50, 50, 20]
    assert len(set(seen)) == 120
    waiting = Question.objects.running(at).values_list("case__number", flat=True)
    assert set(seen[:60]) == set(waiting)


def test_exactly_one_page_of_questions_leads_on_to_the_rest(blume: Any, travel: Any) -> None:
    at = timezone.now()
    many_questions(blume, 50, asked_at=at)
    rest = CaseFactory(seller=blume)
    first = listing.page(blume, at=at, after="")
    assert (len(first.waiting), first.others) == (50, [])
    second = listing.page(blume, at=at, after=first.after)
    assert [row.number for row in second.others] == [rest.number]
    assert (second.waiting, second.after) == ([], "")


@pytest.mark.parametrize("after", ["x", "n12", "r-5", "n1-1; drop", "r" + "9" * 40 + "-1"])
def test_a_place_that_is_none_is_the_beginning(page: Client, asked: Question, after: str) -> None:
    answer = page.get(LIST, {"after": after})
    assert answer.status_code == 200
    assert asked.case.number in shown(answer)


def test_the_list_takes_the_same_statements_for_1_and_for_50_cases(
    page: Client, blume: Any
) -> None:
    def some(count: int) -> None:
        for status in ("OPEN", "ANSWERED", "LAPSED"):
            for _ in range(count):
                QuestionFactory(case__seller=blume, status=status)

    some(1)
    page.get(LIST)
    few = statements(page, LIST)
    some(49)
    assert statements(page, LIST) == few <= 8


def test_the_navigation_counts_what_may_still_be_answered_in_one_statement(
    rf: Any, blume: Any, travel: Any, django_assert_num_queries: Any
) -> None:
    request = rf.get(LIST)
    assert nav.entries(request) == []
    request.seller = blume
    many_questions(blume, 3, asked_at=timezone.now())
    many_questions(blume, 2, asked_at=timezone.now() - timedelta(hours=24))
    QuestionFactory(case__seller=blume, status="ANSWERED")
    QuestionFactory()
    with django_assert_num_queries(1):
        shown = {entry["url"]: entry["badge"] for entry in portal_nav(request)}
    assert shown[LIST] == "3"
    many_questions(blume, 120, asked_at=timezone.now())
    assert {entry["url"]: entry["badge"] for entry in portal_nav(request)}[LIST] == "99+"
