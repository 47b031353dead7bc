"""Each button: what it does, who may press it, and what a second click does."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from caselog.models import Question
from inquiries.models import Decision, Inquiry, Message, Note
from inquiries.operations import assignment, conversation, merge, seller_input
from tests.factories.inquiries import InquiryFactory, MessageFactory
from tests.inquiries.desk.conftest import fresh, url

pytestmark = pytest.mark.django_db


def said(page: Any) -> str:
    return str(page.content.decode())


# --- writing --------------------------------------------------------------------------------


def test_a_reply_reaches_the_buyer_and_stops_the_promise(
    desk: Client, inquiry: Inquiry, agent: Any, letters: Any
) -> None:
    form = {"body": "Ja, bis 60 °C.", "then": "WAIT", "seen_seq": "1", "client_id": uuid.uuid4()}
    page = desk.post(url("reply-inquiry", inquiry.number), form, follow=True)
    assert page.redirect_chain == [(url("inquiry", inquiry.number), 302)]
    assert "Sent to the buyer." in said(page)
    assert "Ja, bis 60 °C." in letters.last("jonas@buyers.test").text
    assert (fresh(inquiry).waiting_since, fresh(inquiry).assignee) == (None, agent)


def test_send_and_resolve_resolves(desk: Client, inquiry: Inquiry) -> None:
    desk.post(url("reply-inquiry", inquiry.number), {"body": "Ja.", "then": "RESOLVE"})
    assert (fresh(inquiry).status, fresh(inquiry).outcome) == ("RESOLVED", "ANSWERED")


def test_a_holding_note_keeps_the_promise_running(desk: Client, inquiry: Inquiry) -> None:
    desk.post(url("reply-inquiry", inquiry.number), {"body": "Wir fragen.", "then": "HOLD"})
    assert fresh(inquiry).promise_due_at == inquiry.promise_due_at


def test_a_reply_that_has_not_seen_the_newest_words_comes_back_with_them(
    desk: Client, inquiry: Inquiry, letters: Any
) -> None:
    conversation.buyer_wrote(inquiry, body="Hat sich erledigt!", channel="EMAIL")
    key = str(uuid.uuid4())
    form = {"body": "Wir senden Ersatz.", "then": "WAIT", "seen_seq": "1", "client_id": key}
    page = desk.post(url("reply-inquiry", inquiry.number), form)
    assert page.status_code == 409
    assert "Something new has come in" in said(page)
    assert "Wir senden Ersatz.</textarea>" in said(page)
    new = said(page)[said(page).index('class="said buyer new"') :]
    assert "Hat sich erledigt!" in new
    assert said(page).count(' new"') == 1
    assert f'name="client_id" value="{key}"' in said(page)
    assert 'name="seen_seq" value="2"' in said(page)
    assert not Message.objects.filter(author="AGENT").exists()
    again = desk.post(url("reply-inquiry", inquiry.number), form | {"seen_seq": "2"})
    assert again.status_code == 302
    assert Message.objects.filter(author="AGENT").count() == 1


@pytest.mark.parametrize(
    ("name", "form", "count"),
    [
        ("reply-inquiry", {"then": "WAIT"}, lambda: Message.objects.filter(author="AGENT").count()),
        ("ask-seller", {}, lambda: Question.objects.count()),
        ("note-inquiry", {}, lambda: Note.objects.count()),
    ],
)
def test_a_double_click_says_it_once(
    desk: Client, inquiry: Inquiry, name: str, form: dict[str, str], count: Any
) -> None:
    words = form | {"body": "Ja.", "client_id": str(uuid.uuid4()), "seen_seq": "1"}
    for _ in range(2):
        assert desk.post(url(name, inquiry.number), words).status_code == 302
    assert count() == 1


@pytest.mark.parametrize("name", ["reply-inquiry", "ask-seller", "note-inquiry"])
@pytest.mark.parametrize("body", ["", "   ", "x" * 20_001])
def test_no_words_or_too_many_are_refused_in_their_lane(
    desk: Client, inquiry: Inquiry, name: str, body: str
) -> None:
    page = desk.post(url(name, inquiry.number), {"body": body, "then": "WAIT"})
    assert page.status_code == 422
    lane = {"reply-inquiry": "buyer", "ask-seller": "seller", "note-inquiry": "note"}[name]
    assert 'class="error"' in said(page)
    chosen = said(page)[said(page).index(f'id="lane-{lane}"') :]
    assert "checked" in chosen[: chosen.index(">")]
    assert not Message.objects.filter(author="AGENT").exists()


def test_the_seller_is_asked_and_the_inquiry_leaves_our_turn(
    desk: Client, inquiry: Inquiry, letters: Any, travel: Any
) -> None:
    travel(minutes=1)
    page = desk.post(url("ask-seller", inquiry.number), {"body": "Teilenummer?"}, follow=True)
    assert "The seller is asked." in said(page)
    assert letters.to("service@longmen.test") == ["question_asked"]
    assert not Inquiry.objects.agents_turn(timezone.now()).exists()


def test_a_second_question_while_one_runs_is_refused_and_its_words_are_kept(
    desk: Client, inquiry: Inquiry, agent: Any
) -> None:
    seller_input.ask_seller(inquiry, body="Erste Frage", by=agent)
    page = desk.post(url("ask-seller", inquiry.number), {"body": "Zweite Frage"})
    assert page.status_code == 422
    assert Question.objects.count() == 1


def test_a_note_stays_inside(desk: Client, inquiry: Inquiry, letters: Any) -> None:
    desk.post(url("note-inquiry", inquiry.number), {"body": "Stammkunde."})
    assert Note.objects.get().body == "Stammkunde."
    assert letters() == []


# --- pressing -------------------------------------------------------------------------------


def test_take_and_release(desk: Client, inquiry: Inquiry, agent: Any) -> None:
    for _ in range(2):
        desk.post(url("take-inquiry", inquiry.number))
        assert fresh(inquiry).assignee == agent
    desk.post(url("release-inquiry", inquiry.number))
    assert fresh(inquiry).assignee is None


def test_who_comes_second_is_told_who_has_it(
    desk: Client, inquiry: Inquiry, other_agent: Any
) -> None:
    assignment.take(inquiry, by=other_agent)
    page = desk.post(url("take-inquiry", inquiry.number), follow=True)
    assert "Tom Reuter was a moment faster" in said(page)
    assert fresh(inquiry).assignee == other_agent


def test_reopen_makes_the_buyer_wait_again(desk: Client, order: Any) -> None:
    inquiry = InquiryFactory(order=order, status="RESOLVED")
    desk.post(url("reopen-inquiry", inquiry.number))
    assert (fresh(inquiry).status, fresh(inquiry).waiting_since) == ("OPEN", timezone.now())
    page = desk.post(url("reopen-inquiry", inquiry.number), follow=True)
    assert "This can no longer be done" in said(page) or fresh(inquiry).reopened == 2


def test_undo_merge(desk: Client, inquiry: Inquiry, order: Any, lead: Any) -> None:
    other = InquiryFactory(order=order)
    merge.merge(other, inquiry, by=lead)
    desk.post(url("undo-merge", other.number))
    assert (fresh(other).status, fresh(other).merged_into) == ("OPEN", None)


# --- dialogs --------------------------------------------------------------------------------

DIALOGS = [
    "decide-inquiry",
    "resolve-inquiry",
    "spam-inquiry",
    "withdraw-question",
    "merge-inquiry",
]


@pytest.mark.parametrize("name", [*DIALOGS, "hand-to-seller"])
def test_a_dialog_opened_changes_nothing_and_is_a_page_or_a_fragment(
    desk: Client, inquiry: Inquiry, name: str
) -> None:
    before = fresh(inquiry)
    whole = desk.get(url(name, inquiry.number))
    part = desk.get(url(name, inquiry.number), headers={"HX-Request": "true"})
    assert (whole.status_code, part.status_code) == (200, 200)
    assert "<html" in said(whole)
    assert "<html" not in said(part)
    assert f'action="{url(name, inquiry.number)}"' in said(part)
    assert (fresh(inquiry).status, fresh(inquiry).last_seq) == (before.status, before.last_seq)


def test_resolve_with_an_outcome(desk: Client, inquiry: Inquiry, letters: Any) -> None:
    desk.post(url("resolve-inquiry", inquiry.number), {"outcome": "NO_ACTION"})
    assert (fresh(inquiry).status, fresh(inquiry).outcome) == ("RESOLVED", "NO_ACTION")
    assert letters() == []


def test_resolve_needs_an_outcome_we_know(desk: Client, inquiry: Inquiry) -> None:
    page = desk.post(url("resolve-inquiry", inquiry.number), {"outcome": "PERHAPS"})
    assert page.status_code == 422
    assert fresh(inquiry).status == "OPEN"


def test_resolve_is_refused_while_the_seller_may_answer(
    desk: Client, inquiry: Inquiry, agent: Any
) -> None:
    seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    page = desk.post(url("resolve-inquiry", inquiry.number), {"outcome": "ANSWERED"})
    assert page.status_code == 422
    assert "still open" in said(page)
    assert fresh(inquiry).status == "OPEN"


def test_withdraw_the_question(desk: Client, inquiry: Inquiry, agent: Any) -> None:
    question = seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    desk.post(url("withdraw-question", inquiry.number), {})
    question.refresh_from_db()
    assert question.status == "WITHDRAWN"


def test_spam_leaves_every_queue(desk: Client, inquiry: Inquiry) -> None:
    desk.post(url("spam-inquiry", inquiry.number), {})
    assert fresh(inquiry).status == "SPAM"


def test_what_is_not_covered_is_handed_to_the_seller(
    desk: Client, order: Any, letters: Any
) -> None:
    inquiry = InquiryFactory(order=order, verdict="FBA", signal="SAFETY")
    MessageFactory(inquiry=inquiry)
    desk.post(url("hand-to-seller", inquiry.number), {})
    assert fresh(inquiry).status == "ROUTED"
    assert letters.to("service@longmen.test") == ["buyer_message"]


def test_merge_goes_on_in_the_other(desk: Client, inquiry: Inquiry, order: Any) -> None:
    other = InquiryFactory(order=order)
    desk.post(url("merge-inquiry", other.number), {"into": inquiry.number.lower()})
    assert fresh(other).merged_into == inquiry


@pytest.mark.parametrize("into", ["", "INQ-00000000", "itself", "another buyer's"])
def test_a_merge_that_cannot_be_is_refused_with_a_sentence(
    desk: Client, inquiry: Inquiry, order: Any, into: str
) -> None:
    if into == "itself":
        into = inquiry.number
    elif into == "another buyer's":
        into = InquiryFactory(order=order, buyer_email="somebody@else.test").number
    page = desk.post(url("merge-inquiry", inquiry.number), {"into": into})
    assert page.status_code == 422
    assert 'class="errorlist' in said(page)
    assert fresh(inquiry).status == "OPEN"


# --- deciding -------------------------------------------------------------------------------

DECISION = {"outcome": "REFUNDED", "reasoning": "Verloren.", "reply": "Sie bekommen Ihr Geld."}


def test_a_decision_on_what_we_know(desk: Client, inquiry: Inquiry, letters: Any) -> None:
    page = desk.get(url("decide-inquiry", inquiry.number))
    assert "What we know ourselves" in said(page)
    desk.post(url("decide-inquiry", inquiry.number), DECISION | {"seen_seq": "1"})
    found = Decision.objects.get(inquiry=inquiry)
    assert (found.basis, found.reasoning) == ("OUR_KNOWLEDGE", "Verloren.")
    assert fresh(inquiry).status == "RESOLVED"
    assert letters.to("jonas@buyers.test") == ["reply"]


def test_while_the_seller_has_time_the_dialog_says_until_when(
    desk: Client, inquiry: Inquiry, agent: Any
) -> None:
    seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    page = desk.get(url("decide-inquiry", inquiry.number))
    assert "The seller may answer until" in said(page)
    assert url("withdraw-question", inquiry.number) in said(page)
    refused = desk.post(url("decide-inquiry", inquiry.number), DECISION)
    assert refused.status_code == 422
    assert "Sie bekommen Ihr Geld." in said(refused)
    assert not Decision.objects.exists()


def test_after_a_day_of_silence_the_basis_is_our_judgment(
    desk: Client, inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    travel(hours=24)
    page = desk.get(url("decide-inquiry", inquiry.number))
    assert "Our judgment, as the seller did not answer in time" in said(page)
    desk.post(url("decide-inquiry", inquiry.number), DECISION)
    assert Decision.objects.get().basis == "JUDGEMENT"


def test_a_decision_that_has_not_seen_the_newest_words_comes_back(
    desk: Client, inquiry: Inquiry
) -> None:
    conversation.buyer_wrote(inquiry, body="Es ist doch noch gekommen.", channel="EMAIL")
    form = DECISION | {"seen_seq": "1"}
    page = desk.post(url("decide-inquiry", inquiry.number), form)
    assert page.status_code == 409
    assert "Verloren." in said(page)
    assert 'name="seen_seq" value="2"' in said(page)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("missing", ["outcome", "reasoning", "reply"])
def test_a_decision_needs_outcome_reason_and_words_for_a_waiting_buyer(
    desk: Client, inquiry: Inquiry, missing: str
) -> None:
    page = desk.post(url("decide-inquiry", inquiry.number), DECISION | {missing: ""})
    assert page.status_code == 422
    assert not Decision.objects.exists()


# --- permission and method ------------------------------------------------------------------

PRESSED = {
    "reply-inquiry": {"body": "Ja.", "then": "WAIT"},
    "ask-seller": {"body": "Teilenummer?"},
    "note-inquiry": {"body": "Stammkunde."},
    "take-inquiry": {},
    "release-inquiry": {},
    "reopen-inquiry": {},
    "undo-merge": {},
}


@pytest.mark.parametrize("name", [*PRESSED, *DIALOGS, "hand-to-seller"])
def test_an_auditor_may_press_nothing(
    at_desk: Any, auditor: Any, inquiry: Inquiry, letters: Any, name: str
) -> None:
    before = fresh(inquiry)
    form = {**PRESSED.get(name, {}), **DECISION, "into": inquiry.number}
    assert at_desk(auditor).post(url(name, inquiry.number), form).status_code == 403
    after = fresh(inquiry)
    assert (after.status, after.last_seq, after.assignee) == (
        before.status,
        before.last_seq,
        before.assignee,
    )
    assert letters() == []


@pytest.mark.parametrize("name", PRESSED)
def test_nothing_is_done_by_get(desk: Client, inquiry: Inquiry, name: str) -> None:
    assert desk.get(url(name, inquiry.number)).status_code == 405
    assert fresh(inquiry).last_seq == inquiry.last_seq


@pytest.mark.parametrize("name", [*PRESSED, *DIALOGS, "hand-to-seller"])
def test_a_form_without_its_token_is_refused(agent: Any, inquiry: Inquiry, name: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(agent)
    assert browser.post(url(name, inquiry.number), PRESSED.get(name, {})).status_code == 403


def test_buttons_are_there_only_when_they_make_sense(
    desk: Client, inquiry: Inquiry, agent: Any, travel: Any
) -> None:
    def has(name: str) -> bool:
        return url(name, inquiry.number) in said(desk.get(url("inquiry", inquiry.number)))

    assert has("take-inquiry")
    assert has("decide-inquiry")
    assert not has("release-inquiry")
    assert not has("withdraw-question")
    assert not has("reopen-inquiry")
    assert not has("hand-to-seller")
    seller_input.ask_seller(inquiry, body="Teilenummer?", by=agent)
    assert has("release-inquiry")
    assert has("withdraw-question")
    assert not has("decide-inquiry")
    travel(hours=24)
    assert has("decide-inquiry")
    conversation.resolve(fresh(inquiry), outcome="ANSWERED", by=agent)
    assert has("reopen-inquiry")
    assert not has("resolve-inquiry")


def test_a_lead_may_release_what_another_has(
    at_desk: Any, inquiry: Inquiry, agent: Any, lead: Any
) -> None:
    assignment.take(inquiry, by=agent)
    at_desk(lead).post(url("release-inquiry", inquiry.number))
    assert fresh(inquiry).assignee is None


def test_a_late_promise_shows_how_late(desk: Client, inquiry: Inquiry, travel: Any) -> None:
    travel(hours=12, minutes=12)
    assert inquiry.next_due_at == timezone.now() - timedelta(minutes=12)
    assert '<span class="due over"' in said(desk.get(url("inquiry", inquiry.number)))
    assert "−12 m" in said(desk.get(url("inquiry", inquiry.number)))
