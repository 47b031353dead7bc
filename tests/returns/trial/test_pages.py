"""«Try a case» on the desk and in the portal: facts in, outcome and trace out, nothing stored."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from csba.accounts.models import User
from returns.models import SellerPolicy
from returns.rules import book
from returns.rules.labels import CATEGORIES
from sellers.models import Seller
from tests.conftest import START
from tests.returns.trial.cases import API, FIELDS, JSON, trial_page

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["desk", "portal"])
def face(request: Any) -> tuple[str, Client]:
    """Both pages, each with who may see it."""
    client = request.getfixturevalue("desk" if request.param == "desk" else "anna")
    return trial_page(request.param), client


def with_policy(url: str) -> dict[str, str]:
    return {**FIELDS, **({"policy": "governing"} if "portal" in url else {})}


def test_the_page_begins_with_a_case_that_has_an_answer(face: tuple[str, Client]) -> None:
    url, client = face
    page = client.get(url)
    assert page.status_code == 200
    assert 'class="trace"' in page.content.decode()
    assert 'class="outcome is-yes"' in page.content.decode()


def test_nothing_is_stored_by_good_or_bad_facts(
    face: tuple[str, Client], rows: Callable[[], dict[str, int]]
) -> None:
    url, client = face
    client.get(url)
    before = rows()
    assert client.get(url, with_policy(url)).status_code == 200
    assert client.get(url, {**with_policy(url), "quantity": "-1"}).status_code == 422
    assert rows() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity", "-1"),
        ("quantity", "3"),
        ("quantity", "many"),
        ("price", "-5"),
        ("price", "abc%s"),
        ("category", "SPACESHIPS%"),
        ("currency", "USD"),
        ("delivered_at", ""),
        ("delivered_at", "soon"),
        ("asked_at", "2026-09-01T12:00"),
        ("placed_at", "1999-01-01T12:00"),
        ("placed_at", ""),
        ("reason", "BOREDOM"),
        ("ship_from", "Germany"),
    ],
)
def test_facts_that_make_no_sense_are_told_in_a_sentence_and_stay_typed(
    face: tuple[str, Client], field: str, value: str
) -> None:
    url, client = face
    page = client.get(url, {**with_policy(url), field: value, "shipping": "4.56"})
    text = page.content.decode()
    assert page.status_code == 422
    assert 'role="alert"' in text
    assert "4.56" in text
    assert "%(" not in text
    assert 'class="trace"' not in text


def test_for_htmx_the_answer_alone_comes_back(face: tuple[str, Client]) -> None:
    url, client = face
    page = client.get(url, with_policy(url), headers={"hx-request": "true"})
    text = page.content.decode().strip()
    assert text.startswith('<div class="trial-result"')
    assert "<form" not in text
    bad = client.get(url, {**with_policy(url), "price": "x"}, headers={"hx-request": "true"})
    assert bad.status_code == 422
    assert "<form" not in bad.content.decode()


@pytest.mark.parametrize("language", ["de", "zh-hans"])
def test_the_pages_speak_the_readers_language(
    client: Client, agent: User, blume: Seller, language: str
) -> None:
    anna = User.objects.get(email="anna@blume.test")
    for person, url in ((agent, trial_page("desk")), (anna, trial_page("portal"))):
        person.language = language
        person.save(update_fields=["language"])
        client.force_login(person)
        assert client.get(url).status_code == 200


def test_the_portal_tries_the_sellers_own_policy_or_the_standard(
    anna: Client, policy: SellerPolicy
) -> None:
    late = {**FIELDS, "asked_at": "2026-11-10T12:00"}
    standard = anna.get(trial_page("portal"), {**late, "policy": "standard"}).content.decode()
    assert 'class="outcome is-no"' in standard
    for chosen in ("governing", "1"):
        own = anna.get(trial_page("portal"), {**late, "policy": chosen}).content.decode()
        assert 'class="outcome is-yes"' in own


def test_the_policy_of_another_seller_cannot_be_tried_in_the_portal(
    anna: Client, longmen: Seller
) -> None:
    SellerPolicy.objects.create(
        seller=longmen,
        version=7,
        status="DRAFT",
        clauses={"window_a": 60},
        created_at=START,
        changed_at=START,
    )
    page = anna.get(trial_page("portal"), {**FIELDS, "policy": "7"})
    assert page.status_code == 422


def test_the_desk_names_a_seller_whose_policy_then_counts(
    desk: Client, policy: SellerPolicy
) -> None:
    late = {**FIELDS, "asked_at": "2026-11-10T12:00"}
    url = trial_page("desk")
    assert 'class="outcome is-no"' in desk.get(url, late).content.decode()
    own = desk.get(url, {**late, "seller": "a1blume000001"}).content.decode()
    assert 'class="outcome is-yes"' in own
    unknown = desk.get(url, {**late, "seller": "NOBODY%s"})
    assert unknown.status_code == 422
    assert "NOBODY%s" in unknown.content.decode()


def test_every_category_of_the_book_has_a_name() -> None:
    assert set(book.standard(START).categories) == set(CATEGORIES)


def test_pages_cost_little(
    desk: Client, policy: SellerPolicy, django_assert_max_num_queries: Any
) -> None:
    desk.get(trial_page("desk"))
    with django_assert_max_num_queries(10):
        desk.get(trial_page("desk"), {**FIELDS, "seller": "A1BLUME000001"})


def test_strangers_see_nothing(client: Client, auditor: User, blume: Seller) -> None:
    assert client.get(trial_page("desk")).status_code == 302
    assert client.post(API, JSON, content_type="application/json").status_code in {401, 403}
    client.force_login(auditor)
    assert client.get(trial_page("desk")).status_code == 200
    assert client.get(trial_page("portal")).status_code == 404
