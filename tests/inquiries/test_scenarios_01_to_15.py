"""Fifteen situations of a German autumn, each from the buyer's words to what the system must do.

S1 in Berlin: opted in on 1 September 2026 at 9:00, active at 9:40, opted out on 20 October at noon,
active again since 10 November, 8:30. S2 in Shenzhen and S3 in Hamburg: active since 1 August.
All times are those of Berlin. Buyers write by mail over SMTP, or on the contact page. The file is
long because it is one table, a test or two for each of its rows.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.postgres.search import SearchVector
from django.test import Client
from django.utils import timezone

from caselog import tasks as caselog_tasks
from caselog.models import Entry, Question
from caselog.operations import questions
from csba.accounts.models import User
from csba.errors import Refused
from csba.verdicts import Verdict
from inquiries.models import BuyerMessage, Decision, Inquiry
from inquiries.operations import conversation, seller_input
from inquiries.operations.decision import decide
from inquiries.rules import answers
from sellers.models import Order, Product, Seller
from tests.factories.sellers import (
    EnrolmentFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    SellerFactory,
)
from tests.mail.posting import JONAS

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
Status = Inquiry.Status


def at(moment: str) -> datetime:
    """A moment of 2026 in Berlin, as "11-02 10:00"."""
    return datetime.fromisoformat(f"2026-{moment}").replace(tzinfo=BERLIN)


def _seller(merchant_id: str, short_name: str, **fields: Any) -> Seller:
    email = f"service@{short_name.lower()}.test"
    return SellerFactory(
        merchant_id=merchant_id, short_name=short_name, default_email=email, **fields
    )


@pytest.fixture
def s1(travel: Any) -> Seller:
    seller = _seller("A1SPREE0000001", "Spree", name="Spree Haushaltswaren GmbH")
    EnrolmentFactory(
        seller=seller,
        status="ENDED",
        opted_in_at=at("09-01 09:00"),
        active_from=at("09-01 09:40"),
        ended_at=at("10-20 12:00"),
    )
    EnrolmentFactory(seller=seller, opted_in_at=at("11-10 08:00"), active_from=at("11-10 08:30"))
    return seller


@pytest.fixture
def s1_before_coming_back(s1: Seller) -> Seller:
    """S1 as it was before 10 November: opted out."""
    s1.enrolments.filter(status="ACTIVE").delete()
    return s1


@pytest.fixture
def s3(travel: Any) -> Seller:
    seller = _seller("A1ELBE00000003", "Elbe", name="Elbe Outdoor KG")
    EnrolmentFactory(seller=seller, opted_in_at=at("08-01 07:30"), active_from=at("08-01 08:00"))
    return seller


def order_of(seller: Seller, placed: str, **fields: Any) -> Order:
    """An order of Jonas's."""
    return OrderFactory(seller=seller, buyer_email=JONAS, placed_at=at(placed), **fields)


@pytest.fixture
def writes(postman: Any, travel: Any) -> Callable[..., Inquiry]:
    """Call with words, order and moment: the mail goes over SMTP and is handled."""

    def write(words: str, order: Order, moment: str) -> Inquiry:
        travel.to(at(moment))
        kept = postman.delivers_new(words, subject=f"Bestellung {order.number}")
        assert kept.inquiry is not None
        inquiry: Inquiry = kept.inquiry
        return inquiry

    return write


def queue() -> list[Inquiry]:
    now = timezone.now()
    return list(Inquiry.objects.agents_turn(now).due_first())


def test_01_a_question_before_an_order_is_handed_to_the_seller_and_the_buyer_told(
    s1: Seller, travel: Any, letters: Any
) -> None:
    travel.to(at("11-16 10:00"))
    Client(headers={"accept-language": "de"}).post(
        "/help/",
        {
            "email": JONAS,
            "seller": s1.merchant_id,
            "body": "Passt die Hülle auf ein Notebook mit 15,6 Zoll? Ich überlege noch.",
            "client_id": str(uuid.uuid4()),
        },
    )
    inquiry = Inquiry.objects.get()
    assert (inquiry.verdict, inquiry.status) == (Verdict.PRE_ORDER, Status.ROUTED)
    assert (BuyerMessage.objects.get().seller, queue()) == (s1, [])
    assert s1.name in letters.last(JONAS).subject


def test_02_where_is_it_for_what_the_marketplace_ships_goes_to_the_seller_with_a_hint(
    s1: Seller, writes: Any, letters: Any
) -> None:
    order = order_of(s1, "11-12 09:00", channel="AFN")
    inquiry = writes("Wo bleibt mein Paket?", order, "11-16 10:00")
    assert (inquiry.verdict, inquiry.status, queue()) == (Verdict.FBA, Status.ROUTED, [])
    assert letters.to(s1.default_email) == ["buyer_message"]
    assert letters.to(JONAS) == ["routed"]


def test_03_danger_is_seen_by_a_lead_first_though_the_order_is_older_than_the_service(
    s1: Seller, writes: Any, letters: Any
) -> None:
    order = order_of(s1, "08-30 20:00")
    inquiry = writes("Der Toaster riecht verbrannt.", order, "11-16 10:00")
    assert (inquiry.verdict, inquiry.signal) == (Verdict.BEFORE_ENROLMENT, "SAFETY")
    assert (inquiry.status, queue()) == (Status.OPEN, [inquiry])
    assert letters.to(s1.default_email) == []


def test_03_and_the_lead_can_hand_it_to_the_seller_afterwards(
    s1: Seller, writes: Any, letters: Any, lead: User
) -> None:
    inquiry = writes("Der Toaster riecht verbrannt.", order_of(s1, "08-30 20:00"), "11-16 10:00")
    conversation.route_to_seller(inquiry, by=lead)
    assert BuyerMessage.objects.get().body.startswith("Der Toaster")
    assert letters.to(s1.default_email) == ["buyer_message"]


def test_05_an_invoice_is_the_sellers_and_no_clock_of_ours_runs(
    s3: Seller, writes: Any, letters: Any
) -> None:
    order = order_of(s3, "11-09 10:00", business=True)
    inquiry = writes("Bitte Rechnung mit USt-IdNr. DE123456789.", order, "11-16 10:00")
    assert (inquiry.verdict, inquiry.status) == (Verdict.INVOICE, Status.ROUTED)
    assert (inquiry.promise_due_at, inquiry.next_due_at, queue()) == (None, None, [])
    assert s3.name in letters.last(JONAS).text


def test_06_a_wish_for_the_engraving_reaches_the_seller_at_once(
    s3: Seller, writes: Any, letters: Any
) -> None:
    order = order_of(s3, "11-15 18:00", status="UNSHIPPED", line=None)
    OrderLineFactory(order=order, customised=True)
    inquiry = writes("Gravur bitte Anna statt Hanna", order, "11-16 10:00")
    assert (inquiry.verdict, inquiry.topic_words) == (Verdict.CUSTOMISATION, "gravur")
    message = BuyerMessage.objects.get()
    assert (message.body.strip(), message.received_at) == (
        "Gravur bitte Anna statt Hanna",
        at("11-16 10:00"),
    )
    assert letters.to(s3.default_email) == ["buyer_message"]


def test_07_an_order_after_the_opt_out_is_the_sellers(
    s1_before_coming_back: Seller, writes: Any, letters: Any
) -> None:
    order = order_of(s1_before_coming_back, "10-25 12:00")
    inquiry = writes("Where is my parcel?", order, "11-02 10:00")
    assert (inquiry.verdict, inquiry.status) == (Verdict.AFTER_OPT_OUT, Status.ROUTED)
    assert inquiry.language == letters.last(JONAS).language == "en"


def test_08_an_order_of_the_stint_stays_with_the_service_after_the_opt_out(
    s1_before_coming_back: Seller, writes: Any, letters: Any, agent: User
) -> None:
    order = order_of(s1_before_coming_back, "10-18 12:00")
    inquiry = writes("Lampe flackert.", order, "11-02 10:00")
    assert (inquiry.verdict, queue()) == (Verdict.COVERED, [inquiry])
    question = seller_input.ask_seller(inquiry, body="Ist Ersatz da?", by=agent)
    assert letters.to(s1_before_coming_back.default_email) == ["question_asked"]
    questions.reply(question.case, body="Ja.", by=None, via=Entry.Via.MAIL, sender="x@y.test")
    assert queue() == [inquiry]


def test_09_a_wrong_address_is_covered_in_the_second_stint_and_only_the_seller_can_change_it(
    s1: Seller, writes: Any, letters: Any, agent: User
) -> None:
    order = order_of(s1, "11-10 08:31", status="UNSHIPPED")
    inquiry = writes("Lieferadresse falsch! Bitte Hausnummer 14.", order, "11-10 08:40")
    assert (inquiry.verdict, inquiry.topic) == (Verdict.COVERED, "ADDRESS")
    assert (
        inquiry.verdict_facts["active_from"]
        == at("11-10 08:30").astimezone(ZoneInfo("UTC")).isoformat()
    )
    seller_input.ask_seller(inquiry, body="Bitte vor dem Versand die Adresse prüfen.", by=agent)
    assert letters.to(s1.default_email) == ["question_asked"]
    before = list(order.ship_lines)
    order.refresh_from_db()
    assert order.ship_lines == before


def test_09_one_minute_before_the_second_stint_it_is_the_sellers(s1: Seller, writes: Any) -> None:
    order = order_of(s1, "11-10 08:29", status="UNSHIPPED")
    inquiry = writes("Lieferadresse falsch!", order, "11-10 08:40")
    assert (inquiry.verdict, inquiry.status) == (Verdict.BEFORE_ACTIVATION, Status.ROUTED)


def page_of(order: Order, *bullets: str) -> None:
    """The detail page of the order's product, ready to be searched."""
    line = order.lines.get()
    ProductFactory(asin=line.asin, bullets=list(bullets))
    Product.objects.update(
        search_german=SearchVector("title", "bullets", config="german"),
        search_simple=SearchVector("title", "bullets", config="simple"),
    )


def found_on_page(inquiry: Inquiry) -> list[str]:
    assert inquiry.order is not None
    pages = Product.objects.filter(asin__in=inquiry.order.lines.values("asin"))
    return [passage.text for passage in answers.passages(pages, inquiry.messages.get().visible)]


def test_11_what_the_detail_page_says_is_cited_and_the_seller_hears_nothing(
    s3: Seller, writes: Any, letters: Any, agent: User
) -> None:
    order = order_of(s3, "11-09 10:00")
    page_of(order, "Flasche und Deckel sind spülmaschinenfest bis 65 °C", "Hält lange warm")
    inquiry = writes("Ist die Flasche spülmaschinenfest?", order, "11-16 10:00")
    cited = found_on_page(inquiry)[0]
    assert cited == "Flasche und Deckel sind spülmaschinenfest bis 65 °C"
    conversation.agent_replied(
        inquiry, body=f"Ja. Auf der Produktseite steht:\n\n> {cited}", by=agent, then="RESOLVE"
    )
    assert f"> {cited}" in letters.last(JONAS).text
    assert letters.to(s3.default_email) == []
    inquiry.refresh_from_db()
    assert (inquiry.status, inquiry.case) == (Status.RESOLVED, None)


@pytest.fixture
def asked(s3: Seller, writes: Any, agent: User) -> Question:
    """Row 12 up to the question: the page is silent, the seller is asked on a Monday at 11:00."""
    order = order_of(s3, "11-09 10:00")
    page_of(order, "Hält lange warm")
    inquiry = writes("Welche Ersatzteilnummer hat die Dichtung?", order, "11-16 11:00")
    assert found_on_page(inquiry) == []
    return seller_input.ask_seller(
        inquiry, body="Welche Teilenummer hat die Dichtung des Deckels?", by=agent
    )


def test_12_what_the_page_does_not_say_is_asked_with_24_hours_and_the_buyer_told_two_days(
    asked: Question, s3: Seller, letters: Any
) -> None:
    assert asked.reply_due_at == at("11-17 11:00")
    assert letters.to(s3.default_email) == ["question_asked"]
    assert letters.to(JONAS) == ["received", "seller_asked"]
    told = letters.last(JONAS)
    assert "two days" in told.text or "zwei Tage" in told.text
    inquiry = Inquiry.objects.get()
    assert inquiry.promise_due_at == at("11-18 11:00")
    assert queue() == []


def test_13_the_sellers_answer_stops_the_clock_and_the_agent_passes_it_on(
    asked: Question, s3: Seller, letters: Any, agent: User, travel: Any, postman: Any
) -> None:
    travel(hours=3)
    postman.delivers_new(
        "Die Dichtung hat die Nummer EL-2210.",
        sender=s3.default_email,
        to=letters.last(s3.default_email).reply_to,
    )
    asked.refresh_from_db()
    inquiry = Inquiry.objects.get()
    assert (asked.status, asked.settled_at) == (Question.Status.ANSWERED, at("11-16 14:00"))
    assert queue() == [inquiry]
    conversation.agent_replied(inquiry, body="Es ist die Nummer EL-2210.", by=agent, then="RESOLVE")
    travel(hours=48)
    caselog_tasks.lapse_overdue_questions()
    asked.refresh_from_db()
    assert asked.status == Question.Status.ANSWERED
    assert letters.to(JONAS)[-1] == "reply"


@pytest.fixture
def defect(s3: Seller, writes: Any, agent: User) -> Question:
    """Row 14 up to the question: asked on Friday, 6 November 2026, 17:30."""
    order = order_of(s3, "10-29 12:00")
    inquiry = writes("Defekt, will Ersatz oder Geld", order, "11-06 17:30")
    return seller_input.ask_seller(inquiry, body="Ersatz oder Erstattung?", by=agent)


def _decided(by: User) -> Decision:
    return decide(
        Inquiry.objects.get(),
        outcome=Inquiry.Outcome.REFUNDED,
        reasoning="Nach vier Tagen defekt, der Händler hat nicht geantwortet.",
        reply="Sie erhalten Ihr Geld zurück.",
        by=by,
    )


def test_14_a_silent_seller_leaves_it_to_us_on_saturday_at_half_past_five_and_not_before(
    defect: Question, agent: User, travel: Any, letters: Any
) -> None:
    assert defect.reply_due_at == at("11-07 17:30")
    travel.to(at("11-07 17:30") - timedelta(seconds=1))
    assert queue() == []
    with pytest.raises(Refused):
        _decided(agent)
    travel.to(at("11-07 17:30"))
    assert caselog_tasks.lapse_overdue_questions() == 1
    assert queue() == [Inquiry.objects.get()]
    decision = _decided(agent)
    assert decision.basis == Decision.Basis.JUDGEMENT
    assert "nicht geantwortet" in decision.reasoning
    assert letters.to(JONAS)[-1] == "reply"


def test_15_an_answer_on_monday_is_late_kept_shown_and_reverses_nothing(
    defect: Question, s3: Seller, agent: User, travel: Any, letters: Any, postman: Any
) -> None:
    address = letters.last(s3.default_email).reply_to
    travel.to(at("11-07 17:30"))
    caselog_tasks.lapse_overdue_questions()
    decision = _decided(agent)
    travel.to(at("11-09 08:05"))
    postman.delivers_new("Wir schicken Ersatz.", sender=s3.default_email, to=address)
    late = Entry.objects.get(author=Entry.Author.SELLER)
    defect.refresh_from_db()
    assert (late.late, late.body) == (True, "Wir schicken Ersatz.")
    assert (defect.status, defect.answer) == (Question.Status.LAPSED, None)
    assert list(Decision.objects.all()) == [decision]
    assert Inquiry.objects.get().status == Status.RESOLVED
