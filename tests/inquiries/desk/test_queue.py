"""The queues: which inquiries, in which order, page by page, and at which cost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inquiries.desk import queue
from inquiries.models import Inquiry
from tests.factories.caselog import CaseFactory, EntryFactory, QuestionFactory
from tests.factories.inquiries import InboundMailFactory, InquiryFactory, many_inquiries
from tests.factories.sellers import OrderFactory
from tests.inquiries.desk.conftest import url

pytestmark = pytest.mark.django_db

MOST_STATEMENTS = 8


def numbers(page: Any) -> list[str]:
    """The numbers of the rows of a queue page, in order."""
    return re.findall(
        r'class="row \w+" href="/desk/inquiry/(INQ-[0-9A-F]+)/"', page.content.decode()
    )


def next_page(page: Any) -> str:
    found = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
    return found[1] if found else ""


def test_the_nearest_deadline_stands_first(desk: Client, order: Any, travel: Any) -> None:
    later = InquiryFactory(order=order)
    sooner = InquiryFactory(order=order, next_due_at=timezone.now() + timedelta(minutes=41))
    page = desk.get(url("queue"))
    assert numbers(page) == [sooner.number, later.number]
    assert "41 m" in page.content.decode()


def test_what_is_answered_resolved_or_with_the_seller_is_not_our_turn(
    desk: Client, order: Any
) -> None:
    InquiryFactory(order=order, waiting=False)
    InquiryFactory(order=order, status="RESOLVED")
    InquiryFactory(order=order, status="ROUTED")
    assert numbers(desk.get(url("queue"))) == []


def test_a_running_question_moves_an_inquiry_to_the_sellers_queue_and_back(
    desk: Client, order: Any, travel: Any
) -> None:
    inquiry = InquiryFactory(order=order, case=CaseFactory(seller=order.seller))
    travel(minutes=5)
    QuestionFactory(case=inquiry.case)
    assert numbers(desk.get(url("queue"))) == []
    waiting = desk.get(url("queue", "seller"))
    assert numbers(waiting) == [inquiry.number]
    assert "Seller asked, 24 h left" in waiting.content.decode()
    travel(hours=24)
    page = desk.get(url("queue"))
    assert numbers(page) == [inquiry.number]
    assert "Seller silent" in page.content.decode()
    assert numbers(desk.get(url("queue", "seller"))) == []


def test_each_queue_holds_what_its_name_says(
    desk: Client, order: Any, agent: Any, other_agent: Any, travel: Any
) -> None:
    overdue = InquiryFactory(order=order, assignee=other_agent)
    travel(hours=13)
    mine = InquiryFactory(order=order, assignee=agent)
    routed = InquiryFactory(order=order, status="ROUTED", verdict="FBA")
    resolved = InquiryFactory(order=order, status="RESOLVED")
    long_ago = InquiryFactory(order=order, status="RESOLVED")
    Inquiry.objects.filter(pk=long_ago.pk).update(resolved_at=timezone.now() - timedelta(days=8))
    held = {slug: set(numbers(desk.get(url("queue", slug)))) for slug in queue.VIEWS}
    assert held == {
        "turn": {overdue.number, mine.number},
        "mine": {mine.number},
        "overdue": {overdue.number},
        "seller": set(),
        "routed": {routed.number},
        "resolved": {resolved.number},
    }
    assert "−1 h" in desk.get(url("queue", "overdue")).content.decode()


def test_paging_shows_every_row_once_though_many_are_due_at_the_same_moment(
    desk: Client, order: Any, travel: Any
) -> None:
    many_inquiries(order, 130, opened_at=timezone.now())
    seen: list[str] = []
    query = ""
    sizes = []
    for _ in range(5):
        page = desk.get(url("queue") + query)
        found = numbers(page)
        sizes.append(len(found))
        seen += found
        query = next_page(page)
        if not query:
            break
    assert sizes == [50, 50, 30]
    in_order = list(Inquiry.objects.waiting().due_first().values_list("number", flat=True))
    assert seen == in_order


def test_the_newest_first_queues_page_without_loss_too(desk: Client, order: Any) -> None:
    many_inquiries(order, 60, opened_at=timezone.now(), status="ROUTED", verdict="FBA")
    first = desk.get(url("queue", "routed"))
    second = desk.get(url("queue", "routed") + next_page(first))
    assert (len(numbers(first)), len(numbers(second))) == (50, 10)
    assert len({*numbers(first), *numbers(second)}) == 60


def test_a_row_that_leaves_meanwhile_costs_no_other_its_place(desk: Client, order: Any) -> None:
    many_inquiries(order, 60, opened_at=timezone.now())
    first = desk.get(url("queue"))
    gone = numbers(first)[:20]
    Inquiry.objects.filter(number__in=gone).update(
        status="SPAM", waiting_since=None, promise_due_at=None, next_due_at=None
    )
    second = numbers(desk.get(url("queue") + next_page(first)))
    assert len(second) == 10
    assert not {*second} & {*numbers(first)}


@pytest.mark.parametrize("place", ["nonsense", "-1", "99999999999999999999-1", "12.5", "1-2-3"])
def test_a_place_that_is_none_is_the_beginning(desk: Client, order: Any, place: str) -> None:
    InquiryFactory(order=order)
    page = desk.get(url("queue"), {"after": place})
    assert page.status_code == 200
    assert len(numbers(page)) == 1


@pytest.mark.parametrize("slug", [*queue.VIEWS])
@pytest.mark.parametrize("count", [5, 50, 200])
def test_a_queue_costs_the_same_however_long_it_is(
    desk: Client,
    longmen: Any,
    agent: Any,
    travel: Any,
    django_assert_max_num_queries: Any,
    count: int,
    slug: str,
) -> None:
    for order in [OrderFactory(seller=longmen) for _ in range(3)]:
        many_inquiries(order, count // 3 + 1, opened_at=timezone.now(), assignee=agent)
    with django_assert_max_num_queries(MOST_STATEMENTS):
        assert desk.get(url("queue", slug)).status_code == 200


def test_statements_do_not_grow_with_the_rows(
    desk: Client, order: Any, agent: Any, travel: Any
) -> None:
    spent = []
    desk.get(url("queue"))  # from now on this process knows the rulebook
    for count in (1, 19, 180):
        many_inquiries(order, count, opened_at=timezone.now(), assignee=agent)
        with CaptureQueriesContext(connection) as queries:
            desk.get(url("queue"))
        spent.append(len(queries))
    assert len(set(spent)) == 1, spent


def test_counts_stop_at_99(desk: Client, order: Any) -> None:
    many_inquiries(order, 120, opened_at=timezone.now())
    page = desk.get(url("queue")).content.decode()
    assert '<span class="count">99+</span>' in page
    assert "120" not in page


def test_the_rail_counts_mail_and_threads_that_wait_for_a_person(
    desk: Client, agent: Any, longmen: Any, travel: Any
) -> None:
    InboundMailFactory()
    InboundMailFactory(status="HANDLED")
    thread = CaseFactory(seller=longmen, kind="POLICY")
    EntryFactory(case=thread, author="SELLER", via="PORTAL")
    counts = queue.counts(agent, timezone.now())
    assert (counts["quarantine"], counts["cases"], counts["unsent"]) == (1, 1, 0)


def test_a_thread_about_an_inquiry_is_counted_with_the_inquiry(
    agent: Any, order: Any, travel: Any
) -> None:
    case = CaseFactory(seller=order.seller)
    EntryFactory(case=case, author="SELLER", via="PORTAL")
    InquiryFactory(order=order, case=case)
    assert queue.counts(agent, timezone.now())["cases"] == 0


def test_an_empty_queue_says_so_and_what_next(desk: Client) -> None:
    page = desk.get(url("queue", "mine")).content.decode()
    assert "You have taken nothing that waits for an answer." in page
    assert "See what is our turn" in page


def test_a_queue_nobody_knows_is_not_found(desk: Client) -> None:
    assert desk.get(url("queue", "nothing")).status_code == 404


def test_htmx_fetches_the_rows_alone(desk: Client, order: Any) -> None:
    InquiryFactory(order=order)
    page = desk.get(url("queue"), headers={"HX-Request": "true"})
    assert len(numbers(page)) == 1
    assert "<html" not in page.content.decode()


def test_a_row_says_who_spoke_and_what_it_is_about(desk: Client, order: Any) -> None:
    InquiryFactory(order=order, signal="SAFETY", preview="Es riecht <verbrannt>!", channel="PAGE")
    page = desk.get(url("queue")).content.decode()
    for words in (
        "Jonas Weber",
        "Question about the product",
        f"{order.number} · Longmen",
        "<b>Buyer:</b> Es riecht &lt;verbrannt&gt;!",
        "Contact page",
        "Safety",
    ):
        assert words in page


def test_next_leads_to_the_most_urgent_that_is_free_or_mine(
    desk: Client, order: Any, agent: Any, other_agent: Any, travel: Any
) -> None:
    InquiryFactory(order=order, assignee=other_agent)
    travel(minutes=1)
    free = InquiryFactory(order=order)
    travel(minutes=1)
    mine = InquiryFactory(order=order, assignee=agent)
    assert desk.get(url("next-inquiry")).headers["Location"] == url("inquiry", free.number)
    left = desk.get(url("next-inquiry"), {"not": free.number})
    assert left.headers["Location"] == url("inquiry", mine.number)


def test_with_nothing_to_do_next_leads_to_the_queue(desk: Client) -> None:
    assert desk.get(url("next-inquiry")).headers["Location"] == url("queue")


def test_a_number_leads_straight_to_its_page(desk: Client, order: Any) -> None:
    inquiry = InquiryFactory(order=order)
    case = CaseFactory(seller=order.seller)
    for asked, there in (
        (inquiry.number.lower(), url("inquiry", inquiry.number)),
        (f"#{inquiry.number}", url("inquiry", inquiry.number)),
        (order.number, url("inquiry", inquiry.number)),
        (str(case.number), url("case", case.number)),
    ):
        assert desk.get(url("find"), {"q": asked}).headers["Location"] == there
    InquiryFactory(order=order)
    several = desk.get(url("find"), {"q": order.number}).headers["Location"]
    assert several.startswith(url("inquiries_inquiry_changelist"))
