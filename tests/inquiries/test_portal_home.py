"""The portal's home and Buyer messages: what waits, the time left, the reason in words."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inquiries.models import BuyerMessage, Inquiry
from sellers.models import Order, Seller
from tests.conftest import START, Travel
from tests.factories.caselog import CaseFactory, QuestionFactory
from tests.factories.sellers import OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(blume: Seller, travel: Travel) -> Client:
    """A browser in which the owner of Blume is signed in, reading English."""
    person = blume.memberships.get().user
    person.language = "en"
    person.save()
    browser = Client()
    browser.force_login(person)
    return browser


def wrote(
    seller: Seller, reason: str = "INVOICE", hours: float = 24, **fields: Any
) -> BuyerMessage:
    """A buyer's message that the seller answers, due in so many hours."""
    at = timezone.now()
    order: Order = OrderFactory(seller=seller)
    facts = {"placed_at": order.placed_at.isoformat()}
    inquiry = Inquiry.objects.create(
        status="ROUTED",
        channel="EMAIL",
        seller=seller,
        order=order,
        verdict=reason,
        verdict_facts=facts,
        opened_at=at,
        last_buyer_at=at,
    )
    return BuyerMessage.objects.create(
        seller=seller,
        inquiry=inquiry,
        order=order,
        reason=reason,
        body="Where is my invoice?",
        received_at=at,
        response_due_at=at + timedelta(hours=hours),
        **fields,
    )


def read(response: Any) -> str:
    page = response.content.decode()
    return re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
    )


def test_questions_stand_by_deadline_and_only_those_that_can_still_be_answered(
    blume: Seller, longmen: Seller, anna: Client
) -> None:
    for subject, hours in (("Later", 20), ("Sooner", 2), ("Too late", -1)):
        QuestionFactory(
            case=CaseFactory(seller=blume, subject=subject),
            asked_at=START - timedelta(hours=24),
            reply_due_at=START + timedelta(hours=hours),
        )
    QuestionFactory(case=CaseFactory(seller=longmen, subject="Somebody else's"))
    said = read(anna.get("/portal/"))
    assert said.index("Sooner") < said.index("Later")
    assert "Too late" not in said
    assert "Somebody else's" not in said
    assert "2 questions need your answer." in said


def test_each_question_has_its_deadline_as_text_and_as_a_machine_reads_it(
    blume: Seller, anna: Client
) -> None:
    QuestionFactory(case=CaseFactory(seller=blume))
    page = anna.get("/portal/")
    assert "answer by 5 November 2026, 10:00" in read(page)
    assert b'datetime="2026-11-05T10:00:00+01:00"' in page.content


def test_home_shows_the_state_of_the_service(
    blume: Seller, anna: Client, served: Callable[..., Any]
) -> None:
    assert "Ready to Opt-in" in read(anna.get("/portal/"))
    served(blume)
    assert "Active since 1 August 2026, 08:00:00 CEST" in read(anna.get("/portal/"))


def test_an_empty_home_says_what_will_come(anna: Client) -> None:
    said = read(anna.get("/portal/"))
    assert "Nothing waits for you." in said
    assert "No open questions" in said
    assert "No messages from buyers" in read(anna.get("/portal/messages/"))


def test_a_buyer_message_says_why_it_comes_to_the_seller(blume: Seller, anna: Client) -> None:
    message = wrote(blume, subject="Invoice for my company")
    said = read(anna.get(f"/portal/messages/{message.number}/"))
    assert "Not covered: invoices are the seller's. The seller answers." in said.replace(
        "&#x27;", "'"
    )
    assert "Where is my invoice?" in said


def test_a_buyers_words_are_shown_as_text_only(blume: Seller, anna: Client) -> None:
    message = wrote(blume, subject="<b>Hello</b>")
    BuyerMessage.objects.filter(pk=message.pk).update(body="<script>alert(1)</script>")
    page = anna.get(f"/portal/messages/{message.number}/").content
    assert b"<script>alert" not in page
    assert b"&lt;script&gt;alert" in page
    assert b"<b>Hello" not in page


def test_a_strangers_number_leads_nowhere(longmen: Seller, anna: Client) -> None:
    message = wrote(longmen)
    assert anna.get(f"/portal/messages/{message.number}/").status_code == 404
    assert anna.get("/portal/messages/MSG-00000000/").status_code == 404


def test_the_navigation_counts_what_waits(blume: Seller, anna: Client) -> None:
    wrote(blume)
    wrote(blume, status="ANSWERED", settled_at=START)
    page = anna.get("/portal/account/").content.decode()
    assert re.search(r"Buyer messages <span class=\"count\">1</span>", page)


@pytest.mark.parametrize("path", ["/portal/", "/portal/messages/"])
def test_statements_are_the_same_for_1_and_20_rows(path: str, blume: Seller, anna: Client) -> None:
    def fill(number: int) -> None:
        for _each in range(number):
            wrote(blume)
            QuestionFactory(case=CaseFactory(seller=blume, order=OrderFactory(seller=blume)))

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert anna.get(path).status_code == 200
        return len(found)

    fill(1)
    anna.get(path)
    few = count()
    fill(19)
    assert count() == few
    assert few <= 10
