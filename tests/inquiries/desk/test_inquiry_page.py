"""The page of an inquiry: what it shows, and at which cost."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.postgres.search import SearchVector
from django.db import connection
from django.db.models import Value
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba import promises
from csba.verdicts import Verdict
from inquiries.models import Inquiry, LineVerdict
from inquiries.operations import assignment, conversation, decision, merge, seller_input
from sellers.models import Product
from tests.factories.caselog import CaseFactory, EntryFactory, QuestionFactory
from tests.factories.inquiries import (
    DecisionFactory,
    InquiryFactory,
    LineVerdictFactory,
    MessageFactory,
    NoteFactory,
)
from tests.factories.sellers import (
    OrderFactory,
    OrderLineFactory,
    ParcelFactory,
    ProductFactory,
    TrackingEventFactory,
)
from tests.inquiries.desk.conftest import fresh, url

pytestmark = pytest.mark.django_db

PAGE, FACTS = 12, 8


def shown(browser: Client, inquiry: Inquiry) -> str:
    page = browser.get(url("inquiry", inquiry.number))
    assert page.status_code == 200
    return str(page.content.decode())


def full_of_everything(order: Any, messages: int) -> Inquiry:
    """An inquiry with a case, a decision, notes, parcels, a page and other inquiries."""
    case = CaseFactory(seller=order.seller)
    inquiry: Inquiry = InquiryFactory(order=order, case=case)
    for number in range(messages):
        MessageFactory(inquiry=inquiry, author="AGENT" if number % 2 else "BUYER")
    NoteFactory(inquiry=inquiry)
    DecisionFactory(inquiry=inquiry)
    for _ in range(messages // 2):
        EntryFactory(case=case)
        EntryFactory(case=case, author="SELLER", via="PORTAL")
    QuestionFactory(case=case)
    for line in order.lines.all():
        LineVerdictFactory(inquiry=inquiry, line=line)
        product = ProductFactory(asin=line.asin)
        words = Value("Teekanne spülmaschinenfest")
        Product.objects.filter(pk=product.pk).update(
            search_german=SearchVector(words, config="german")
        )
    parcel = ParcelFactory(order=order)
    TrackingEventFactory(parcel=parcel)
    for _ in range(messages // 2):
        merged = InquiryFactory(order=order, status="MERGED", merged_into=inquiry)
        MessageFactory(inquiry=merged)
    return inquiry


@pytest.mark.parametrize("messages", [2, 100])
def test_the_page_costs_the_same_with_2_and_100_messages(
    desk: Client,
    agent: Any,
    order: Any,
    settings: Any,
    django_assert_max_num_queries: Any,
    messages: int,
) -> None:
    settings.CSBA_STAFF_SECOND_FACTOR = True
    Authenticator.objects.create(user=agent, type=Authenticator.Type.TOTP, data={})
    inquiry = full_of_everything(order, messages)
    # The rulebook is read once in half a minute by each process, not by each page.
    promises.question_rounds(timezone.now())
    with django_assert_max_num_queries(PAGE + FACTS):
        page = shown(desk, inquiry)
    assert page.count('class="said buyer') >= messages // 2


def test_statements_do_not_grow_with_what_was_said(desk: Client, longmen: Any) -> None:
    spent = []
    for messages in (2, 100):
        inquiry = full_of_everything(OrderFactory(seller=longmen), messages)
        shown(desk, inquiry)
        with CaptureQueriesContext(connection) as queries:
            shown(desk, inquiry)
        spent.append(len(queries))
    assert spent[0] == spent[1]


def test_the_head_says_state_owner_deadline_and_whose_it_is(
    desk: Client, inquiry: Inquiry, agent: Any
) -> None:
    assignment.take(inquiry, by=agent)
    page = shown(desk, inquiry)
    for words in (
        inquiry.number,
        "Buyer waits",
        "with Ines Albrecht",
        "First answer due",
        "12 h",
        "verdict yes",
        "Covered: shipped by the seller",
    ):
        assert words in page


def test_after_the_first_answer_the_promise_is_the_next_deadline(
    desk: Client, inquiry: Inquiry, agent: Any
) -> None:
    conversation.agent_replied(inquiry, body="Wir fragen nach.", by=agent, then="HOLD")
    page = shown(desk, inquiry)
    assert "Answer promised" in page
    assert "2 d" in page


def test_what_is_not_covered_says_why_in_red(desk: Client, order: Any) -> None:
    inquiry = InquiryFactory(order=order, verdict=Verdict.FBA, signal="SAFETY")
    page = shown(desk, inquiry)
    assert "verdict no" in page
    assert "Not covered: the marketplace shipped this order." in page


def test_all_that_was_said_is_one_story(
    desk: Client, inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    travel(minutes=10)
    conversation.add_note(inquiry, body="Stammkunde.", by=agent)
    travel(minutes=10)
    seller_input.ask_seller(fresh(inquiry), body="Teilenummer?", by=agent)
    travel(hours=25)
    decision.decide(
        fresh(inquiry),
        outcome="REFUNDED",
        reasoning="Keine Antwort.",
        by=agent,
        reply="Geld zurück.",
    )
    page = shown(desk, inquiry)
    story = page[page.index('id="timeline"') :]
    places = [
        story.index(words)
        for words in ("spülmaschinenfest?", "Stammkunde.", "Teilenummer?", "Keine Antwort.")
    ]
    assert places == sorted(places)
    assert "Not answered in time: we may decide" in story
    assert "Our judgment, as the seller did not answer in time" in story
    assert "Geld zurück." in story
    assert "Queued" in story


def test_a_running_question_counts_down(desk: Client, inquiry: Inquiry, agent: Any) -> None:
    question = seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    page = shown(desk, inquiry)
    assert f'datetime="{question.reply_due_at.isoformat()}" data-countdown' in page


def test_quotations_are_folded_and_strangers_words_are_marked(
    desk: Client, inquiry: Inquiry
) -> None:
    conversation.someone_else_wrote(
        inquiry, body="Ich bin die Nachbarin.", sender="nachbarin@else.test", channel="EMAIL"
    )
    conversation.buyer_wrote(
        inquiry, body="Ja.\n> Guten Tag", fold_at=3, channel="EMAIL", sender="jonas@buyers.test"
    )
    conversation.machine_wrote(inquiry, body="Bin im Urlaub.", sender="x@y.test", inbound=None)
    page = shown(desk, inquiry)
    assert "From someone else" in page
    assert "nachbarin@else.test" in page
    assert "Automatic mail" in page
    quote = page[page.index("Quoted text") :]
    assert "&gt; Guten Tag" in quote[:200]


def test_markup_in_a_mail_is_text(desk: Client, inquiry: Inquiry) -> None:
    conversation.buyer_wrote(inquiry, body="<script>alert(1)</script>", channel="EMAIL")
    page = shown(desk, inquiry)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_merged_inquirys_words_stand_in_the_one_that_goes_on(
    desk: Client, inquiry: Inquiry, order: Any, lead: Any
) -> None:
    other = InquiryFactory(order=order)
    MessageFactory(inquiry=other, body="Noch eine Frage.")
    oldest = InquiryFactory(order=order)
    MessageFactory(inquiry=oldest, body="Die erste Frage.")
    merge.merge(oldest, other, by=lead)
    merge.merge(fresh(other), inquiry, by=lead)
    page = shown(desk, inquiry)
    assert "Noch eine Frage." in page
    assert "Die erste Frage." in page
    assert other.number in page
    assert f"This inquiry goes on in {inquiry.number}." in shown(desk, fresh(other))


def test_the_order_its_parcels_and_their_story_stand_beside(
    desk: Client, inquiry: Inquiry, order: Any, travel: Any
) -> None:
    parcel = ParcelFactory(order=order, carrier="DHL", tracking_number="00340434000001")
    TrackingEventFactory(parcel=parcel, code="IN_TRANSIT", place="Leipzig")
    travel(days=3)
    page = shown(desk, inquiry)
    for words in (
        order.number,
        "Teekanne aus Glas, 1 Liter",
        "15.00 EUR",
        "DHL 00340434000001",
        "On its way, Leipzig",
        "Should have arrived by",
        "Service active since",
    ):
        assert words in page


def test_a_mixed_order_says_the_reason_of_each_line(
    desk: Client, inquiry: Inquiry, order: Any
) -> None:
    other = OrderLineFactory(order=order, title="Gravierte Tasse")
    LineVerdict.objects.create(
        inquiry=inquiry,
        line=other,
        verdict=Verdict.CUSTOMISATION,
        facts={},
        decided_at=timezone.now(),
    )
    page = shown(desk, inquiry)
    assert "Coverage, line by line" in page
    assert "product customisation is the seller" in page


def test_the_product_page_is_cited_with_a_button_to_insert_it(
    desk: Client, inquiry: Inquiry, order: Any
) -> None:
    product = ProductFactory(asin=order.lines.get().asin)
    words = Value(" ".join(product.bullets))
    Product.objects.update(search_german=SearchVector(words, config="german"))
    page = shown(desk, inquiry)
    assert "<mark>Spülmaschinenfest</mark> bis 60 °C" in page
    assert "bullet point 1" in page
    quote = page[page.index('data-insert="') :].partition(">")[0]
    assert "Spülmaschinenfest bis 60 °C" in quote


def test_the_buyers_other_inquiries_hint_at_a_merge(
    desk: Client, inquiry: Inquiry, order: Any, longmen: Any
) -> None:
    same = InquiryFactory(order=order)
    other = InquiryFactory(order=OrderFactory(seller=longmen), topic="RETURN")
    InquiryFactory(order=order, buyer_email="somebody@else.test")
    page = shown(desk, inquiry)
    assert f"{url('merge-inquiry', inquiry.number)}?into={same.number}" in page
    assert url("inquiry", other.number) in page
    assert f"?into={other.number}" not in page


def test_without_an_order_the_page_says_so(desk: Client, travel: Any) -> None:
    inquiry = InquiryFactory(order=None, verdict="UNKNOWN_ORDER", waiting=False)
    page = shown(desk, inquiry)
    assert "No order is linked." in page
    assert "Without an order there is no seller to ask." in page


def test_the_lanes_say_whom_the_words_reach(desk: Client, inquiry: Inquiry) -> None:
    page = shown(desk, inquiry)
    assert "Jonas Weber &lt;jonas@buyers.test&gt;" in page
    assert "by e-mail, in German" in page
    assert "in the Case Log; reads Chinese; answer by 5 Nov 2026, 10:00" in page
    assert "Only staff see this." in page


def test_the_fragment_brings_the_story_and_the_head_and_never_the_composer(
    desk: Client, inquiry: Inquiry, django_assert_max_num_queries: Any
) -> None:
    conversation.buyer_wrote(inquiry, body="Noch etwas.", channel="EMAIL")
    with django_assert_max_num_queries(PAGE):
        page = desk.get(url("thread", inquiry.number), {"seen": "1"}).content.decode()
    assert 'data-upto="2"' in page
    assert page.count('class="said buyer new"') == 1
    assert 'hx-swap-oob="true"' in page
    assert "<textarea" not in page
    assert "<html" not in page


def test_an_auditor_reads_and_has_no_buttons(at_desk: Any, auditor: Any, inquiry: Inquiry) -> None:
    page = shown(at_desk(auditor), inquiry)
    assert "spülmaschinenfest?" in page
    assert "You may read this, not answer it." in page
    assert "<textarea" not in page
    for name in ("take-inquiry", "decide-inquiry", "resolve-inquiry", "merge-inquiry"):
        assert url(name, inquiry.number) not in page


def test_an_unknown_number_is_not_found(desk: Client) -> None:
    assert desk.get(url("inquiry", "INQ-00000000")).status_code == 404


def test_the_page_is_whole_in_german_and_chinese(
    at_desk: Any, agent: Any, inquiry: Inquiry
) -> None:
    browser = at_desk(agent)
    for language in ("de", "zh-hans"):
        agent.language = language
        agent.save(update_fields=["language"])
        assert f'lang="{language}"' in shown(browser, inquiry)


def test_due_times_are_told_in_the_readers_zone(
    at_desk: Any, agent: Any, inquiry: Inquiry, travel: Any
) -> None:
    agent.time_zone = "Asia/Shanghai"
    agent.save(update_fields=["time_zone"])
    due = timezone.now() + timedelta(hours=12)
    assert due.hour == 21
    assert "5 November 2026, 05:00" in shown(at_desk(agent), inquiry)
