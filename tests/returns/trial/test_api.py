"""POST /api/returns/try: outcome, trace and words for facts as JSON; problem details otherwise."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from returns.models import SellerPolicy
from returns.rules.facts import Facts
from returns.rules.outcome import fold, outcome_as_json, steps_from_json
from sellers.models import Seller
from tests.returns.trial.cases import API, FIELDS, JSON, ask, trial_page

pytestmark = pytest.mark.django_db


def test_the_api_gives_outcome_trace_and_words_and_stores_nothing(
    desk: Client, rows: Callable[[], dict[str, int]]
) -> None:
    before = rows()
    answer = ask(desk, {"facts": JSON})
    assert answer.status_code == 200
    told = answer.json()
    assert told["outcome"]["may_return"] is True
    assert told["headline"]
    assert all(step["said"] for step in told["trace"])
    assert any(step["versions"] for step in told["trace"])
    assert rows() == before


def test_the_trace_of_the_api_alone_gives_the_outcome_again(desk: Client) -> None:
    told = ask(desk, {"facts": JSON}).json()
    assert outcome_as_json(fold(steps_from_json(told["trace"]))) == told["outcome"]
    assert Facts.from_json(told["facts"]).category == "ELECTRONICS"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quantity": -1}, None),
        ({"quantity": 2}, None),
        ({"category": "SPACESHIPS"}, None),
        ({"currency": "USD"}, None),
        ({"delivered_at": None}, None),
        ({"reason": "BOREDOM"}, "invalid"),
        ({"price": "a lot"}, "invalid"),
        ({"placed_at": "yesterday"}, "invalid"),
        ({"placed_at": "1999-01-01T00:00:00Z"}, None),
    ],
)
def test_bad_facts_are_problem_details(
    desk: Client, change: dict[str, Any], code: str | None
) -> None:
    answer = ask(desk, {"facts": {**JSON, **change}})
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    told = answer.json()
    assert told["status"] == 422
    assert told["detail"]
    assert told["code"]
    if code is not None:
        assert told["code"] == code


@pytest.mark.parametrize("year", ["0001", "9999"])
@pytest.mark.parametrize("place", ["api", "desk"])
def test_the_ends_of_time_are_refused_with_a_sentence(desk: Client, year: str, place: str) -> None:
    moments = ("placed_at", "delivered_at", "asked_at")
    if place == "api":
        far = dict.fromkeys(moments, f"{year}-12-31T23:59:59Z")
        answer = ask(desk, {"facts": {**JSON, **far}})
    else:
        far = dict.fromkeys(moments, f"{year}-12-31T23:59")
        answer = desk.get(trial_page("desk"), {**FIELDS, **far})
    assert answer.status_code == 422


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "{}", '{"facts": 3}', '{"facts": null}'])
def test_a_body_that_is_no_case_is_refused_politely(desk: Client, body: str) -> None:
    answer = ask(desk, body)
    assert answer.status_code in {400, 422}
    assert answer.json()["code"]


def test_members_try_by_their_own_policy_and_no_other(
    anna: Client, policy: SellerPolicy, longmen: Seller
) -> None:
    late = {**JSON, "asked_at": "2026-11-10T12:00:00+01:00"}
    told = ask(anna, {"facts": late}).json()
    assert told["policy"] == {"seller": "A1BLUME000001", "version": 1}
    assert told["outcome"]["may_return"] is True
    assert ask(anna, {"facts": late, "seller": longmen.merchant_id}).status_code == 403


def test_staff_name_the_seller(desk: Client, policy: SellerPolicy) -> None:
    told = ask(desk, {"facts": JSON, "seller": "A1BLUME000001"}).json()
    assert told["policy"] == {"seller": "A1BLUME000001", "version": 1}
    unknown = ask(desk, {"facts": JSON, "seller": "NOBODY"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_seller")


def test_the_api_answers_posts_only(desk: Client) -> None:
    assert desk.get(API).status_code == 405
