"""«Our judgment» on the desk: the cards, the panel, confirming, departing, refusals."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from csba.accounts.models import User
from inquiries.models import Decision, Inquiry
from inquiries.operations import conversation, seller_input
from returns.models import Refund
from sellers.models import Order
from tests.factories.sellers import OrderLineFactory
from tests.inquiries.judgement.conftest import at

pytestmark = pytest.mark.django_db

Orders = Callable[..., Order]
Writes = Callable[..., Inquiry]


def page_of(inquiry: Inquiry, name: str = "judge-inquiry") -> str:
    return reverse(f"admin:{name}", args=[inquiry.number])


@pytest.fixture
def lost(order_of: Orders, lapsed: Writes) -> Inquiry:
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    return lapsed("Wo ist mein Paket?", order, "11-06 10:00")


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


def test_best_and_runner_up_stand_side_by_side_with_amount_and_reason(
    desk: Client, lost: Inquiry
) -> None:
    page = desk.get(page_of(lost)).content.decode()
    assert page.count('class="judgement-card') >= 2
    assert "€18.90" in page
    assert "Our judgment, as the seller did not answer in time" in page
    assert "It needs the seller&#x27;s stock, and the seller is silent." in page
    assert "18,90" in page  # what the buyer reads is in the buyer's language
    assert 'class="trace"' in page


def test_one_click_decides_and_pays(desk: Client, lost: Inquiry, agent: User) -> None:
    answer = desk.post(
        page_of(lost),
        {
            "chosen": "refund_full",
            "reply": "Sie erhalten 18,90 € zurück.",
            "seen_amount": "18.90",
            "seen_seq": lost.last_seq,
        },
    )
    assert answer.status_code == 302
    assert Decision.objects.get().decided_by == agent
    assert Refund.objects.count() == 1


def test_the_conversation_shows_what_was_recommended_what_was_done_and_why(
    desk: Client, lost: Inquiry
) -> None:
    desk.post(page_of(lost), {"chosen": "refund_full", "reply": "Geld zurück."})
    page = desk.get(reverse("admin:inquiry", args=[lost.number])).content.decode()
    assert "Refund in full: €18.90" in page
    assert Refund.objects.get().number in page
    assert "Recommended was" not in page


def test_a_departure_is_seen_in_the_conversation(desk: Client, lost: Inquiry) -> None:
    typed = {"chosen": "replacement", "reply": "Wir fragen nach Ersatz.", "departs": "Er will sie."}
    assert desk.post(page_of(lost), typed).status_code == 302
    page = desk.get(reverse("admin:inquiry", args=[lost.number])).content.decode()
    assert "Recommended was" in page
    assert "Er will sie." in page


def test_a_double_click_decides_once_and_leads_to_the_inquiry(desk: Client, lost: Inquiry) -> None:
    typed = {
        "chosen": "refund_full",
        "reply": "Geld zurück.",
        "seen_seq": lost.last_seq,
        "client_id": str(uuid.uuid4()),
    }
    answers = [desk.post(page_of(lost), typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Decision.objects.count() == Refund.objects.count() == 1


def test_departing_without_a_reason_comes_back_with_the_typed_words(
    desk: Client, lost: Inquiry
) -> None:
    page = desk.post(page_of(lost), {"chosen": "replacement", "reply": "Ersatz ist unterwegs."})
    assert page.status_code == 422
    assert "Please say why you depart from the recommendation." in page.content.decode()
    assert "Ersatz ist unterwegs." in page.content.decode()
    assert not Decision.objects.exists()


def test_what_came_in_meanwhile_is_said_and_the_words_are_kept(desk: Client, lost: Inquiry) -> None:
    seen = lost.last_seq
    conversation.buyer_wrote(lost, body="Noch etwas.", channel="EMAIL")
    typed = {"chosen": "refund_full", "reply": "Mein Satz.", "seen_seq": seen}
    page = desk.post(page_of(lost), typed)
    assert page.status_code == 409
    assert "Mein Satz." in page.content.decode()
    assert not Refund.objects.exists()


def test_while_the_seller_may_answer_the_cards_have_no_button(
    desk: Client, order_of: Orders, writes: Writes, agent: User
) -> None:
    order = order_of("10-26 09:00", parcel={"reference": "P"}, deliver_by_to=at("11-02 23:59"))
    inquiry = writes("Wo ist mein Paket?", order, "11-06 10:00")
    seller_input.ask_seller(inquiry, body="Wo ist es?", by=agent)
    page = desk.get(page_of(inquiry)).content.decode()
    assert "The seller may answer until" in page
    assert "Decide and do it" not in page


def test_the_article_is_asked_for_and_then_judged(
    desk: Client, order_of: Orders, writes: Writes
) -> None:
    order = order_of("10-30 09:00", "11-04 13:00")
    other = OrderLineFactory(order=order, title="Untersetzer")
    inquiry = writes("Die Kanne kam zerbrochen an", order, "11-05 10:00")
    page = desk.get(page_of(inquiry)).content.decode()
    assert "Please choose the article that it is about." in page
    assert "Untersetzer" in page
    told = desk.get(page_of(inquiry), {"line": other.pk, "condition": "DESTROYED"})
    assert "Refund in full without return" in told.content.decode()


def test_a_line_of_another_order_is_refused(desk: Client, order_of: Orders, lost: Inquiry) -> None:
    stranger = order_of("10-26 09:00").lines.get()
    page = desk.post(page_of(lost), {"chosen": "refund_full", "reply": "…", "line": stranger.pk})
    assert page.status_code == 422
    assert not Refund.objects.exists()


def test_the_panel_says_it_in_a_line_and_leads_to_the_page(desk: Client, lost: Inquiry) -> None:
    page = desk.get(page_of(lost, "judgement-panel")).content.decode()
    assert "Refund in full: €18.90" in page
    assert page_of(lost) in page


def test_the_inquiry_page_leads_to_the_judgment_and_loads_the_panel_later(
    desk: Client, lost: Inquiry
) -> None:
    page = desk.get(reverse("admin:inquiry", args=[lost.number])).content.decode()
    assert f'href="{page_of(lost)}"' in page
    assert f'hx-get="{page_of(lost, "judgement-panel")}"' in page


def test_the_panel_names_only_the_policy_as_long_as_the_seller_was_not_asked(
    desk: Client, order_of: Orders, writes: Writes, lost: Inquiry
) -> None:
    order = order_of("08-05 09:00", "08-10 13:00")
    inquiry = writes("Welche Ersatzteilnummer hat die Dichtung?", order, "11-10 10:00")
    panel = desk.get(page_of(inquiry, "judgement-panel")).content.decode()
    assert "The standard return policy, as of 5 August 2026." in panel
    assert "Our judgment" not in panel


def test_an_auditor_reads_the_panel_and_decides_nothing(
    client: Client, auditor: User, lost: Inquiry
) -> None:
    client.force_login(auditor)
    panel = client.get(page_of(lost, "judgement-panel"))
    assert panel.status_code == 200
    assert page_of(lost) not in panel.content.decode()
    assert client.get(page_of(lost)).status_code == 403
    assert client.post(page_of(lost), {"chosen": "refund_full"}).status_code == 403
    assert not Decision.objects.exists()


@pytest.mark.parametrize("language", ["de", "zh-hans"])
def test_the_page_speaks_the_agents_language(
    client: Client, agent: User, lost: Inquiry, language: str
) -> None:
    agent.language = language
    agent.save(update_fields=["language"])
    client.force_login(agent)
    assert client.get(page_of(lost)).status_code == 200


def test_the_page_costs_little(
    desk: Client, lost: Inquiry, django_assert_max_num_queries: Any
) -> None:
    desk.get(page_of(lost))
    with django_assert_max_num_queries(24):
        desk.get(page_of(lost))
    with django_assert_max_num_queries(18):
        desk.get(page_of(lost, "judgement-panel"))
