"""Selling Partner Support on the desk: a queue of its own, the longest waiting first (P25)."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from caselog.models import Case, Entry
from caselog.operations import questions, support
from caselog.rules.support import TOPIC_KEY
from csba.accounts.models import User
from sellers.models import Seller
from tests.factories.caselog import CaseFactory, EntryFactory
from tests.factories.sellers import UserFactory
from tests.inquiries.desk.conftest import url

pytestmark = pytest.mark.django_db

MOST_STATEMENTS = 8


def said(page: Any) -> str:
    return str(page.content.decode())


def listed(desk: Client, **query: str) -> list[str]:
    """The numbers of the rows, in their order."""
    return numbers(said(desk.get(url("cases"), query)))


def numbers(page: str) -> list[str]:
    return re.findall(r'class="row case-row" href="/desk/cases/(CASE-[0-9A-F]+)/"', page)


def row(page: str, case: Case) -> str:
    """The words of one row."""
    found = re.search(rf'<a class="row case-row" href="{url("case", case.number)}">.*?</a>', page)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))


def contact(seller: Seller, **fields: str) -> Case:
    """A case as the portal's form opens it."""
    sent: dict[str, Any] = {
        "topic": "MONEY",
        "subject": "Where is my credit?",
        "body": "It is missing.",
        **fields,
    }
    return support.contact(seller, by=seller.memberships.get().user, **sent)


def again(case: Case, body: str = "And now?") -> None:
    """The seller writes once more."""
    questions.reply(case, body=body, by=case.seller.memberships.get().user, via=Entry.Via.PORTAL)


def many(seller: Seller, count: int, *, at: Any = None, kind: str = "SUPPORT") -> None:
    """So many cases, in all of which the seller has spoken at one moment."""
    moment = at or timezone.now()
    cases = Case.objects.bulk_create(
        CaseFactory.build(seller=seller, kind=kind, topic="", opened_at=moment, last_seq=1)
        for _ in range(count)
    )
    Entry.objects.bulk_create(
        Entry(
            case=case,
            seq=1,
            author="SELLER",
            via="PORTAL",
            body="?",
            created_at=moment,
            answers_given={TOPIC_KEY: "TECHNICAL"},
        )
        for case in cases
    )


@pytest.fixture
def case(longmen: Seller, travel: Any) -> Case:
    return contact(longmen)


def form(**fields: Any) -> dict[str, Any]:
    return {"body": "It is booked.", "client_id": str(uuid.uuid4()), "seen_seq": "1", **fields}


def test_support_has_a_queue_and_a_count_of_its_own(
    desk: Client, case: Case, longmen: Seller, travel: Any
) -> None:
    others = {}
    for name, kind in (("policy", "POLICY"), ("transfer", "TRANSFER"), ("changes", "ORDER")):
        others[name] = CaseFactory(seller=longmen, kind=kind)
        EntryFactory(case=others[name], author="SELLER", via="PORTAL")
    page = said(desk.get(url("cases"), {"kind": "support"}))
    assert numbers(page) == [case.number]
    assert '<h1 id="list-title">Selling Partner Support</h1>' in page
    tab = re.search(r'<a [^>]*kind=support"[^>]*>(.*?)</a>', page)
    assert tab
    assert 'aria-current="page"' in tab[0]
    assert '<span class="count">1</span>' in tab[1]
    for name, other in others.items():
        assert listed(desk, kind=name) == [other.number]
    assert listed(desk, kind="notices") == []
    assert set(listed(desk)) == {case.number, *(one.number for one in others.values())}
    assert set(listed(desk, kind="'; drop")) == set(listed(desk))


def test_a_row_says_who_asks_what_about_which_topic_since_when(
    desk: Client, case: Case, longmen: Seller, travel: Any
) -> None:
    words = row(said(desk.get(url("cases"), {"kind": "support"})), case)
    for part in (longmen.name, "Money and ledger", "Where is my credit?", str(case.number)):
        assert part in words
    assert "last answered by" not in words
    travel(hours=3)
    again(case)
    later = row(said(desk.get(url("cases"), {"kind": "support"})), case)
    assert "4 Nov 2026, 10:00" in words
    assert later == words


def test_who_asks_again_keeps_the_place_and_who_was_answered_goes_behind(
    desk: Client, longmen: Seller, blume: Seller, agent: User, travel: Any
) -> None:
    first = contact(longmen)
    travel(hours=1)
    second = contact(blume)
    travel(hours=1)
    again(first)
    assert listed(desk, kind="support") == [first.number, second.number]
    support.answer(first, body="We look.", by=agent)
    assert listed(desk, kind="support") == [second.number]
    travel(hours=1)
    again(first)
    assert listed(desk, kind="support") == [second.number, first.number]
    again(second)
    assert listed(desk, kind="support") == [second.number, first.number]


def test_a_row_names_who_of_the_desk_wrote_last(
    desk: Client, case: Case, agent: User, travel: Any
) -> None:
    nameless = UserFactory(email="kai@desk.test", name="", is_staff=True)
    for person, words in ((agent, "Ines Albrecht"), (nameless, "kai@desk.test")):
        support.answer(case, body="We look.", by=person)
        again(case)
        page = said(desk.get(url("cases"), {"kind": "support"}))
        assert f"last answered by {words}" in row(page, case)
    support.answer(case, body="This is a machine.", by=None)
    again(case)
    page = said(desk.get(url("cases"), {"kind": "support"}))
    assert "last answered by kai@desk.test" in row(page, case)


def test_answered_and_closed_questions_leave_the_queue(
    desk: Client, case: Case, agent: User, travel: Any
) -> None:
    support.answer(case, body="It is booked.", by=agent)
    assert listed(desk, kind="support") == []
    assert listed(desk, kind="support", show="all") == [case.number]
    support.close(case, reason="Booked", by=agent)
    assert listed(desk, kind="support", show="all") == []
    again(case)
    assert listed(desk, kind="support") == [case.number]


def test_an_agent_answers_once_however_often_the_button_is_pressed(
    desk: Client, case: Case, agent: User, letters: Any
) -> None:
    page = said(desk.get(url("case", case.number)))
    assert "It is missing." in page
    assert "Money and ledger" in page
    assert 'name="seen_seq" value="1"' in page
    sent = form()
    for _ in range(2):
        answer = desk.post(url("reply-case", case.number), sent)
        assert answer.headers["Location"] == url("case", case.number)
    entry = Entry.objects.get(author="DESK")
    assert (entry.body, entry.user, entry.case) == ("It is booked.", agent, case)
    assert letters.to("service@longmen.test") == ["support_received", "desk_wrote"]
    assert "It is booked." not in letters.last("service@longmen.test").text
    assert "Written to the seller." in said(desk.get(url("case", case.number)))


@pytest.mark.parametrize(
    ("newer", "sentence"),
    [
        ("seller", "The seller has written since you opened this page."),
        ("colleague", "A colleague has written to the seller since you opened this page."),
    ],
)
def test_an_answer_to_an_old_page_is_kept_and_shows_what_is_new(
    desk: Client, case: Case, other_agent: User, letters: Any, newer: str, sentence: str
) -> None:
    if newer == "seller":
        again(case, "It has <arrived>.")
    else:
        support.answer(case, body="It has <arrived>.", by=other_agent)
    before = letters.to("service@longmen.test")
    sent = form()
    stopped = desk.post(url("reply-case", case.number), sent)
    assert stopped.status_code == 409
    page = said(stopped)
    assert sentence in page
    assert "It is booked.</textarea>" in page
    assert page.count(' new"') == page.count(">New<") == 1
    assert "It has &lt;arrived&gt;." in page[page.index(' new"') :]
    assert "It is missing." not in page[page.index(' new"') :]
    assert f'name="client_id" value="{sent["client_id"]}"' in page
    assert Entry.objects.count() == 2
    assert letters.to("service@longmen.test") == before
    seen = re.findall(r'name="seen_seq" value="(\d+)"', page)
    assert seen == ["2", "2"]
    assert desk.post(url("reply-case", case.number), sent | {"seen_seq": "2"}).status_code == 302
    assert Entry.objects.latest("seq").body == "It is booked."


def test_closing_an_old_page_is_stopped_too_and_keeps_the_reason(desk: Client, case: Case) -> None:
    again(case)
    close = {"then": "CLOSE", "reason": "Booked <today>", "seen_seq": "1"}
    stopped = desk.post(url("reply-case", case.number), close)
    assert stopped.status_code == 409
    page = said(stopped)
    assert 'value="Booked &lt;today&gt;"' in page
    assert "<details open>" in page
    assert page.count(' new"') == 1
    case.refresh_from_db()
    assert case.status == "OPEN"


def test_closing_and_opening_again_leave_who_and_why_in_the_thread(
    desk: Client, case: Case, agent: User
) -> None:
    address = url("reply-case", case.number)
    for then, status in (("CLOSE", "CLOSED"), ("REOPEN", "OPEN")):
        sent = {"then": then, "reason": " ", "seen_seq": "1"}
        assert desk.post(address, sent).status_code == 422
        for _ in range(2):
            assert desk.post(address, sent | {"reason": f"Because of {then}"}).status_code == 302
        case.refresh_from_db()
        assert case.status == status
    page = said(desk.get(url("case", case.number)))
    for words in ("Closed: Because of CLOSE", "Opened again: Because of REOPEN"):
        assert page.count(f"{words} · {agent}") == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"body": " \n"}, "Please write something first."),
        ({"body": "x" * 20_001}, "Please shorten it to 20,000 characters."),
        ({"then": "CLOSE", "reason": "x" * 501}, "Please shorten it to 500 characters."),
        ({"then": "CLOSE", "reason": ""}, "Please give the reason, for our record."),
    ],
)
def test_what_cannot_be_sent_comes_back_with_a_sentence(
    desk: Client, case: Case, wrong: dict[str, str], sentence: str
) -> None:
    answer = desk.post(url("reply-case", case.number), form(**wrong))
    assert answer.status_code == 422
    page = said(answer)
    assert sentence in page
    for typed in (wrong.get("body", "It is booked."), wrong.get("reason", "")):
        assert typed.strip() in page
    assert Entry.objects.count() == 1
    case.refresh_from_db()
    assert case.status == "OPEN"


def test_an_auditor_reads_the_queue_and_a_thread_and_changes_nothing(
    at_desk: Any, auditor: User, case: Case
) -> None:
    browser = at_desk(auditor)
    assert listed(browser, kind="support") == [case.number]
    page = said(browser.get(url("case", case.number)))
    assert "You may read this, not answer it." in page
    assert "<textarea" not in page
    for sent in (form(), {"then": "CLOSE", "reason": "Booked"}):
        assert browser.post(url("reply-case", case.number), sent).status_code == 403
    case.refresh_from_db()
    assert (case.status, case.last_seq) == ("OPEN", 1)


@pytest.mark.parametrize("query", [{"kind": "support"}, {"kind": "support", "show": "all"}, {}])
def test_the_queue_takes_the_same_statements_for_1_and_for_30_rows(
    desk: Client, longmen: Seller, blume: Seller, agent: User, query: dict[str, str]
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            found = len(listed(desk, **query))
        assert found == Case.objects.count()
        return len(seen)

    many(longmen, 1)
    desk.get(url("cases"))
    few = statements()
    many(blume, 29)
    assert statements() == few <= MOST_STATEMENTS


@pytest.mark.parametrize("everything", [False, True])
def test_page_by_page_every_row_is_shown_once_the_longest_waiting_first(
    desk: Client, longmen: Seller, travel: Any, everything: bool
) -> None:
    now = timezone.now()
    for days, count in ((0, 40), (2, 45), (1, 35)):
        many(longmen, count, at=now - timedelta(days=days, microseconds=days))
    many(longmen, 3, kind="POLICY")
    query = {"kind": "support"} | ({"show": "all"} if everything else {})
    address = url("cases") + "?" + "&".join(f"{name}={value}" for name, value in query.items())
    seen: list[str] = []
    sizes = []
    while address:
        page = said(desk.get(address))
        sizes.append(len(numbers(page)))
        seen += numbers(page)
        following = re.search(r'href="([^"]+)">Next page</a>', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert sizes == [50, 50, 20]
    in_order = Case.objects.filter(kind="SUPPORT").order_by("last_entry_at", "pk")
    assert seen == list(in_order.values_list("number", flat=True))


@pytest.mark.parametrize("place", ["nonsense", "-1", "99999999999999999999-1", "12.5"])
def test_a_place_that_is_none_is_the_beginning(desk: Client, case: Case, place: str) -> None:
    assert listed(desk, kind="support", after=place) == [case.number]
