"""Threads with sellers that belong to no inquiry have an owner queue (rulings 16)."""

import uuid
from typing import Any

import pytest
from django.test import Client

from caselog.models import Entry
from tests.factories.caselog import CaseFactory, EntryFactory
from tests.factories.inquiries import InquiryFactory
from tests.inquiries.desk.conftest import url

pytestmark = pytest.mark.django_db


def said(page: Any) -> str:
    return str(page.content.decode())


def test_the_list_holds_open_threads_in_which_the_seller_spoke_last(
    desk: Client, longmen: Any, travel: Any
) -> None:
    ours = CaseFactory(seller=longmen, kind="POLICY", subject="Frage zur Rückgabe")
    EntryFactory(case=ours, author="SELLER", via="PORTAL")
    answered = CaseFactory(seller=longmen, kind="SUPPORT")
    EntryFactory(case=answered)
    closed = CaseFactory(seller=longmen, kind="SUPPORT", status="CLOSED")
    EntryFactory(case=closed, author="SELLER", via="PORTAL")
    page = said(desk.get(url("cases")))
    assert "Frage zur Rückgabe" in page
    assert answered.number not in page
    assert closed.number not in page
    everything = said(desk.get(url("cases"), {"show": "all"}))
    assert answered.number in everything
    assert closed.number not in everything


def test_the_longest_waiting_stands_first(desk: Client, longmen: Any, travel: Any) -> None:
    found = []
    for _ in range(2):
        case = CaseFactory(seller=longmen, kind="POLICY")
        EntryFactory(case=case, author="SELLER", via="PORTAL")
        found.append(str(case.number))
        travel(hours=1)
    page = said(desk.get(url("cases")))
    assert page.index(found[0]) < page.index(found[1])


@pytest.mark.parametrize("count", [1, 20])
def test_the_list_costs_the_same_however_long_it_is(
    desk: Client, longmen: Any, travel: Any, django_assert_max_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        EntryFactory(case=CaseFactory(seller=longmen, kind="POLICY"), author="SELLER", via="PORTAL")
    with django_assert_max_num_queries(8):
        desk.get(url("cases"))


def test_an_answer_reaches_the_seller_and_the_thread_leaves_the_list(
    desk: Client, longmen: Any, letters: Any, travel: Any
) -> None:
    case = CaseFactory(seller=longmen, kind="POLICY")
    EntryFactory(case=case, author="SELLER", via="PORTAL", body="Wann wird entschieden?")
    assert "Wann wird entschieden?" in said(desk.get(url("case", case.number)))
    words = {"body": "Morgen.", "client_id": str(uuid.uuid4())}
    for _ in range(2):
        assert desk.post(url("reply-case", case.number), words).status_code == 302
    assert Entry.objects.filter(case=case, author="DESK").count() == 1
    assert letters.to("service@longmen.test") == ["desk_wrote"]
    assert str(case.number) not in said(desk.get(url("cases")))


def test_an_answer_without_words_is_refused(desk: Client, longmen: Any) -> None:
    case = CaseFactory(seller=longmen, kind="POLICY")
    page = desk.post(url("reply-case", case.number), {"body": " "})
    assert page.status_code == 422
    assert "Please write something first." in said(page)


def test_a_thread_about_an_inquiry_stands_on_the_inquirys_page(desk: Client, order: Any) -> None:
    case = CaseFactory(seller=order.seller)
    inquiry = InquiryFactory(order=order, case=case)
    answer = desk.get(url("case", case.number))
    assert answer.headers["Location"] == url("inquiry", inquiry.number)


def test_an_auditor_reads_a_thread_and_cannot_answer(
    at_desk: Any, auditor: Any, longmen: Any, letters: Any
) -> None:
    case = CaseFactory(seller=longmen, kind="POLICY")
    browser = at_desk(auditor)
    assert "You may read this, not answer it." in said(browser.get(url("case", case.number)))
    assert browser.post(url("reply-case", case.number), {"body": "Ja."}).status_code == 403
    assert letters() == []


def test_an_unknown_case_is_not_found(desk: Client) -> None:
    assert desk.get(url("case", "CASE-00000000")).status_code == 404
