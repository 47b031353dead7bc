"""Finding a case: filters, words in German, English and Chinese, and a plan for ten thousand."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from caselog.models import Case, Entry
from caselog.operations import cases, questions
from caselog.portal import listing
from tests.caselog.pages import LIST, shown
from tests.factories.caselog import CaseFactory, QuestionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lid", True),
        ("lids", True),
        ("Ersatzteile", True),
        ("Ersatzteil", True),
        ("洗碗机", True),
        ("teapot", True),
        ("洗衣机", False),
        ("kettle", False),
        ('"', False),
        ("nul\x00", False),
    ],
)
def test_a_case_is_found_by_the_words_of_subject_and_text(
    page: Client, blume: Any, agent: Any, travel: Any, words: str, found: bool
) -> None:
    case = CaseFactory(seller=blume, subject="Question about a teapot")
    questions.ask(case, body="Do the lids fit? Wo gibt es Ersatzteile?", by=agent)
    questions.reply(case, body="可以放进洗碗机", by=None, via=Entry.Via.MAIL)
    assert (case.number in shown(page.get(LIST, {"q": words}))) is found


def test_another_sellers_words_find_nothing(page: Client, agent: Any, travel: Any) -> None:
    questions.ask(CaseFactory(), body="Does the lid fit?", by=agent)
    assert "No case has these words" in shown(page.get(LIST, {"q": "lid"}))


def test_each_filter_shows_its_cases(page: Client, blume: Any, travel: Any) -> None:
    QuestionFactory(case__seller=blume, case__subject="Waits")
    QuestionFactory(case__seller=blume, case__subject="Answered one", status="ANSWERED")
    closed = CaseFactory(seller=blume, subject="Was closed")
    cases.close(closed)
    cases.reopen(closed)
    CaseFactory(seller=blume, subject="Closed still", status="CLOSED")
    every = {"Waits", "Answered one", "Was closed", "Closed still"}
    expected = {
        "attention": {"Waits"},
        "open": {"Waits", "Answered one", "Was closed"},
        "answered": {"Answered one"},
        "reopened": {"Was closed"},
        "all": every,
        "": every,
        "nonsense": every,
    }
    for show, subjects in expected.items():
        found = shown(page.get(LIST, {"show": show}))
        assert {words for words in every if f"<strong>{words}</strong>" in found} == subjects, show
    assert "Reopened once" in shown(page.get(LIST, {"show": "reopened"}))


def test_ten_thousand_cases_are_read_along_an_index(blume: Any, travel: Any) -> None:
    at = timezone.now()
    Case.objects.bulk_create(
        (
            Case(
                number=f"CASE-{n:08X}",
                seller=blume,
                kind="INQUIRY",
                subject="Question",
                language="de",
                opened_at=at,
                last_entry_at=at - timedelta(minutes=n),
            )
            for n in range(10_000)
        ),
        batch_size=2_500,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE caselog_case")
    middle = at - timedelta(minutes=5_000)
    for show in listing.Show:
        if show in (listing.Show.ATTENTION, listing.Show.ANSWERED, listing.Show.REOPENED):
            continue
        rows = listing._others(blume, at, middle, 1, show, "")[: listing.PAGE + 1]
        plan = rows.explain()
        assert "case_list_of_seller" in plan, plan
        assert "Seq Scan on caselog_case" not in plan
        # The newest question of one case may be sorted, never the cases.
        assert "Sort Key: caselog_case" not in plan
