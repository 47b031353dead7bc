"""The contact page: easy to write on, and nobody learns from it whether an order exists."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from csba.verdicts import Verdict
from inquiries.models import BuyerMessage, Inquiry
from sellers.models import Order
from tests.factories.sellers import OrderFactory, SellerFactory

pytestmark = pytest.mark.django_db

JONAS = "jonas@buyers.test"
HELP = "/help/"


@pytest.fixture
def order(travel: Any, blume: Any, served: Any) -> Order:
    served(blume)
    return OrderFactory(seller=blume, buyer_email=JONAS)


@pytest.fixture
def browser() -> Client:
    """Somebody who reads German and has never been here."""
    return Client(headers={"accept-language": "de"})


def typed(**fields: str) -> dict[str, str]:
    return {
        "email": JONAS,
        "body": "Wo bleibt mein Paket?",
        "client_id": str(uuid.uuid4()),
        **fields,
    }


def test_the_page_opens_without_a_login_and_asks_little(browser: Client) -> None:
    page = browser.get(HELP)
    assert page.status_code == 200
    required = re.findall(r'name="(\w+)"[^>]*\brequired\b', page.content.decode())
    assert sorted(required) == ["body", "email"]
    assert page.headers["Content-Language"] == "de"


def test_a_message_about_a_covered_order_stands_on_the_queue(
    browser: Client, order: Order, letters: Any
) -> None:
    page = browser.post(HELP, typed(order_number=order.number, name="Jonas Weber"), follow=True)
    inquiry = Inquiry.objects.get()
    assert (inquiry.order, inquiry.verdict, inquiry.channel) == (order, Verdict.COVERED, "PAGE")
    assert (inquiry.buyer_email, inquiry.buyer_name) == (JONAS, "Jonas Weber")
    assert inquiry in Inquiry.objects.agents_turn(inquiry.opened_at)
    assert inquiry.number in page.content.decode()
    assert letters.to(JONAS) == ["received"]


def test_the_page_says_the_same_whether_the_order_is_yours_somebody_elses_or_nobodys(
    browser: Client, order: Order
) -> None:
    foreign = OrderFactory(seller=order.seller, buyer_email="eva@strangers.test")
    fba = OrderFactory(seller=order.seller, buyer_email=JONAS, channel="AFN")
    pages = set()
    for number in (order.number, foreign.number, fba.number, "302-9999999-9999999", ""):
        page = browser.post(HELP, typed(order_number=number), follow=True)
        assert page.status_code == 200
        said = re.sub(r"INQ-[0-9A-F]{8}", "INQ", page.content.decode())
        pages.add(re.sub(r'(value|next)="[^"]*"', "", said))
    assert len(pages) == 1
    assert Inquiry.objects.filter(order__isnull=False).count() == 2


def test_somebody_elses_order_is_taken_in_without_the_order_and_the_writer_is_asked(
    browser: Client, order: Order, letters: Any
) -> None:
    browser.post(HELP, typed(order_number=order.number, email="eva@strangers.test"))
    inquiry = Inquiry.objects.get()
    assert (inquiry.order, inquiry.seller, inquiry.verdict) == (None, None, Verdict.UNKNOWN_ORDER)
    assert inquiry.verdict_facts["order_number"] == order.number
    assert letters.to("eva@strangers.test") == ["order_unknown"]
    assert letters.to(order.seller.default_email) == []


@pytest.mark.parametrize(
    "wrong", [{"email": "jonas"}, {"email": ""}, {"order_number": "4711"}, {"topic": "NOTHING"}]
)
def test_what_is_typed_stays_when_something_is_amiss(
    browser: Client, wrong: dict[str, str]
) -> None:
    page = browser.post(HELP, typed(body="Die Lampe <flackert>.", name="Jonas", **wrong))
    said = page.content.decode()
    assert page.status_code == 422
    assert "Die Lampe &lt;flackert&gt;." in said
    assert 'value="Jonas"' in said
    assert 'aria-invalid="true"' in said
    assert not Inquiry.objects.exists()


def test_a_message_without_words_is_not_taken(browser: Client) -> None:
    page = browser.post(HELP, typed(body="   "))
    assert page.status_code == 422
    assert not Inquiry.objects.exists()


def test_an_order_number_may_be_typed_with_spaces_and_other_dashes(
    browser: Client, order: Order
) -> None:
    browser.post(HELP, typed(order_number=f" Nr. {order.number.replace('-', ' – ')} "))
    assert Inquiry.objects.get().order == order


def test_an_order_number_in_the_text_counts_as_well(browser: Client, order: Order) -> None:
    browser.post(HELP, typed(body=f"Es geht um {order.number}, sie flackert."))
    assert Inquiry.objects.get().order == order


def test_a_double_click_is_one_inquiry(browser: Client, order: Order) -> None:
    twice = typed(order_number=order.number)
    first = browser.post(HELP, twice)
    second = browser.post(HELP, twice)
    assert Inquiry.objects.count() == 1
    assert first.status_code == second.status_code == 302


def test_the_chosen_topic_counts_and_without_a_choice_the_words_do(
    browser: Client, order: Order
) -> None:
    browser.post(HELP, typed(order_number=order.number, topic="INVOICE"))
    browser.post(HELP, typed(order_number=order.number))
    browser.post(HELP, typed(order_number=order.number, topic="PRE_ORDER", body="Sie ist defekt."))
    found = Inquiry.objects.order_by("id").values_list("topic", "topic_words")
    assert list(found) == [("INVOICE", ""), ("WHERE_IS_IT", "wo bleibt"), ("DEFECTIVE", "defekt")]


def test_a_question_before_an_order_reaches_the_seller_whose_page_led_here(
    browser: Client, travel: Any, letters: Any
) -> None:
    seller = SellerFactory(name="Blume Haushalt GmbH")
    page = browser.get(f"{HELP}?seller={seller.merchant_id}").content.decode()
    assert seller.name in page
    assert f'value="{seller.merchant_id}"' in page
    browser.post(HELP, typed(seller=seller.merchant_id, body="Passt das? Ich überlege noch."))
    inquiry = Inquiry.objects.get()
    assert (inquiry.verdict, inquiry.status) == (Verdict.PRE_ORDER, "ROUTED")
    assert BuyerMessage.objects.get().seller == seller
    assert letters.to(JONAS) == ["routed"]


def test_a_seller_nobody_knows_is_as_good_as_none(browser: Client) -> None:
    assert browser.get(f"{HELP}?seller=A0NOBODY").status_code == 200
    assert browser.post(HELP, typed(seller="A0NOBODY")).status_code == 302


def test_danger_is_seen_on_the_page_as_well(browser: Client, order: Order) -> None:
    browser.post(HELP, typed(order_number=order.number, body="Es raucht und riecht verbrannt!"))
    assert Inquiry.objects.get().signal == "SAFETY"


def test_one_address_cannot_be_used_without_end_and_loses_no_text(browser: Client) -> None:
    codes = [browser.post(HELP, typed(body=f"Nachricht {n}")).status_code for n in range(6)]
    assert codes == [302] * 5 + [429]
    page = browser.post(HELP, typed(body="Die siebte Nachricht"))
    assert "Die siebte Nachricht" in page.content.decode()
    assert Inquiry.objects.count() == 5


def test_one_network_cannot_write_in_many_names(browser: Client) -> None:
    codes = [
        browser.post(HELP, typed(email=f"buyer{n}@buyers.test")).status_code for n in range(31)
    ]
    assert codes[-1] == 429
    assert codes[:-1] == [302] * 30


def test_behind_our_proxy_each_visitor_counts_alone(browser: Client, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    codes = [
        browser.post(
            HELP,
            typed(email=f"buyer{n}@buyers.test"),
            headers={"x-forwarded-for": f"10.9.9.9, 192.0.2.{n}"},
        ).status_code
        for n in range(31)
    ]
    assert set(codes) == {302}


def test_the_thanks_page_shows_no_number_that_we_did_not_give(browser: Client) -> None:
    assert browser.get("/help/thanks/INQ-12345678/").status_code == 404


def test_a_post_without_its_token_changes_nothing() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(HELP, typed()).status_code == 403
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize("language", ["de", "en", "zh-hans"])
def test_the_page_carries_nothing_that_the_content_policy_forbids(language: str) -> None:
    with translation.override(language):
        page = Client(headers={"accept-language": language}).get(HELP).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page)


def test_the_inquirys_language_is_that_of_the_words_else_of_the_page(order: Order) -> None:
    reader = Client(headers={"accept-language": "en"})
    reader.post(HELP, typed(body="Where is my parcel?"))
    reader.post(HELP, typed(body="302-1111111-1111111"))
    reader.post(HELP, typed(body="Die Lampe ist leider defekt."))
    found = Inquiry.objects.order_by("id").values_list("language", flat=True)
    assert list(found) == ["en", "en", "de"]
