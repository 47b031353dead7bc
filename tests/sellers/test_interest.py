"""Whoever would like to be invited asks on a public form and confirms by a link (P17)."""

import re

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from csba.errors import Refused
from csba.health.models import Heartbeat
from sellers.models import Interest
from sellers.operations import interest
from tests.conftest import START, Letters, Travel
from tests.sellers.letting_in import waiting, words_of

pytestmark = pytest.mark.django_db

URL = "/portal/interest/"
EN = {"Accept-Language": "en"}
TYPED = {
    "company": "Sterne Handel",
    "merchant_id": "a1sterne12345",
    "email": "Wu@Sterne.test",
    "country": "CN",
    "language": "zh-hans",
    "words": "Lampen, 400 Bestellungen im Monat.",
    "website": "",
}


@pytest.fixture
def anybody(travel: Travel) -> Client:
    return Client(headers=EN)


def link_to(letters: Letters, email: str = "wu@sterne.test") -> str:
    """The path that the newest letter's reader clicks."""
    found = re.search(r"(/portal/interest/confirm/[^/\s]+/)", letters.last(email).text)
    assert found
    return found[1]


def test_the_form_explains_the_service_and_anybody_may_open_it(anybody: Client) -> None:
    page = anybody.get(URL)
    assert page.status_code == 200
    assert "orders that you ship yourself" in words_of(page)
    assert "24 hours to answer" in words_of(page)


def test_asking_sends_a_letter_in_the_chosen_language_and_nobody_waits_yet(
    anybody: Client, letters: Letters
) -> None:
    answer = anybody.post(URL, TYPED)
    assert answer.headers["Location"] == "/portal/interest/thanks/"
    assert "72 hours" in words_of(anybody.get("/portal/interest/thanks/"))
    assert letters.to("wu@sterne.test") == ["interest_confirm"]
    assert letters.last("wu@sterne.test").language == "zh-hans"
    row = Interest.objects.get()
    assert (row.status, row.merchant_id, row.asked_at) == ("UNCONFIRMED", "A1STERNE12345", START)
    assert not Interest.objects.waiting().exists()


def test_the_link_shows_a_button_and_only_the_button_confirms(
    anybody: Client, letters: Letters, travel: Travel
) -> None:
    anybody.post(URL, TYPED)
    link = link_to(letters)
    travel(hours=71)
    page = anybody.get(link)
    assert "One click" in words_of(page)
    assert Interest.objects.get().status == "UNCONFIRMED"
    assert "You are on the waiting list" in words_of(anybody.post(link))
    assert "You are already on the waiting list" in words_of(anybody.post(link))
    assert "You are already on the waiting list" in words_of(anybody.get(link))
    assert Interest.objects.waiting().count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_over_or_was_none_says_what_to_do(
    anybody: Client, letters: Letters, travel: Travel, method: str
) -> None:
    anybody.post(URL, TYPED)
    link = link_to(letters)
    travel(hours=72)
    late = getattr(anybody, method)(link)
    assert late.status_code == 410
    assert "fill in the form again" in words_of(late)
    made_up = getattr(anybody, method)(f"{URL}confirm/made-up/")
    assert made_up.status_code == 410
    assert "not known" in words_of(made_up)


def test_a_token_of_another_purpose_confirms_nothing(travel: Travel) -> None:
    with pytest.raises(Refused, match="not known"):
        interest.confirm(signing.dumps(waiting(status="UNCONFIRMED").pk, salt="something else"))


def test_asking_again_before_confirming_replaces_what_was_written_and_the_time(
    anybody: Client, letters: Letters, travel: Travel
) -> None:
    anybody.post(URL, TYPED)
    first = link_to(letters)
    travel(hours=60)
    anybody.post(URL, {**TYPED, "words": "Jetzt 900."})
    travel(hours=60)
    assert anybody.post(first).status_code == 200
    assert Interest.objects.get().words == "Jetzt 900."
    assert letters.to("wu@sterne.test") == ["interest_confirm", "interest_confirm"]


def test_the_page_answers_alike_whether_an_address_waits_already_and_a_letter_says_so(
    anybody: Client, letters: Letters
) -> None:
    waiting()
    answer = anybody.post(URL, TYPED)
    assert answer.headers["Location"] == "/portal/interest/thanks/"
    assert letters.to("wu@sterne.test") == ["interest_known"]
    assert Interest.objects.count() == 1


def test_a_machine_that_fills_the_trap_gets_the_same_answer_and_nothing_happens(
    anybody: Client, letters: Letters
) -> None:
    answer = anybody.post(URL, {**TYPED, "website": "https://spam.test"})
    assert answer.headers["Location"] == "/portal/interest/thanks/"
    assert (Interest.objects.count(), letters()) == (0, [])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"company": ""}, "name of your company"),
        ({"merchant_id": "schön!"}, "no merchant id"),
        ({"email": "nobody"}, "valid email"),
        ({"country": ""}, "choose the country"),
        ({"words": "x" * 2001}, "at most 2000"),
        ({"language": "tlh"}, "not one of the available choices"),
    ],
)
def test_a_bad_form_comes_back_with_what_was_typed(
    anybody: Client, letters: Letters, changed: dict[str, str], words: str
) -> None:
    page = anybody.post(URL, {**TYPED, **changed})
    assert page.status_code == 422
    assert words in words_of(page)
    assert "your text is kept" in words_of(page)
    if "words" not in changed:
        assert "Lampen, 400" in page.content.decode()
    assert letters() == []


def test_one_address_gets_three_letters_a_day_and_the_text_is_kept(
    anybody: Client, letters: Letters
) -> None:
    answers = [anybody.post(URL, {**TYPED, "merchant_id": f"A1STERNE{n}"}) for n in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert "send it again tomorrow" in words_of(answers[3])
    assert "Lampen, 400" in answers[3].content.decode()
    assert len(letters()) == 3


def test_one_network_asks_twenty_times_a_day(anybody: Client) -> None:
    found = [anybody.post(URL, {**TYPED, "email": f"p{n}@sterne.test"}) for n in range(21)]
    assert {answer.status_code for answer in found[:20]} == {302}
    assert found[20].status_code == 429


def test_who_did_not_confirm_in_time_is_forgotten(travel: Travel) -> None:
    waiting(status="UNCONFIRMED", confirmed_at=None, merchant_id="A1OLD")
    travel(hours=71)
    waiting(status="UNCONFIRMED", confirmed_at=None, merchant_id="A1NEW")
    waiting(merchant_id="A1WAITS")
    assert interest.forget_unconfirmed(timezone.now()) == 0
    travel(hours=1)
    assert interest.forget_unconfirmed(timezone.now()) == 1
    assert set(Interest.objects.values_list("merchant_id", flat=True)) == {"A1NEW", "A1WAITS"}
    assert Heartbeat.objects.get(name="forget_unconfirmed_interest").count == 1
