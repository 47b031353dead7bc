"""Laws of the rules that hold for any case."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returns.reasons import Condition, Ground, Reason, Trait
from returns.rules import clauses, words
from returns.rules.days import STATES
from returns.rules.entitlement import entitle, outcome_alone
from returns.rules.facts import Facts
from returns.rules.outcome import Outcome, fold, steps_as_json, steps_from_json
from returns.rules.standard import Standard, standard
from returns.terms import BY_KEY, OUTBOUND, POSTAGE
from tests.returns.rules.cases import at

pytestmark = pytest.mark.django_db

# The rulebook is read once and never changed by an example.
LAWS = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CATEGORIES = ("ELECTRONICS", "BOOKS", "SPORTS", "SHOES", "BEAUTY", "VIDEO_GAMES", "OTHER")


@pytest.fixture
def rules(db: None) -> Standard:
    return standard(at("2026-10-01"))


@st.composite
def any_facts(draw: Any) -> Facts:
    placed = at("2025-07-01") + timedelta(hours=draw(st.integers(0, 24 * 500)))
    delivered = placed + timedelta(hours=draw(st.integers(1, 24 * 20)))
    estimated = draw(st.booleans())
    bought = draw(st.integers(1, 5))
    return Facts(
        placed_at=placed,
        asked_at=delivered + timedelta(hours=draw(st.integers(0, 24 * 900))),
        delivered_at=None if estimated else delivered,
        deliver_by=delivered,
        category=draw(st.sampled_from(CATEGORIES)),
        price=draw(st.decimals("0.01", "500", places=2)),
        shipping=draw(st.decimals("0", "20", places=2)),
        shipping_cheapest=draw(st.none() | st.decimals("0", "20", places=2)),
        reason=draw(st.sampled_from(Reason)),
        condition=draw(st.sampled_from(Condition)),
        quantity=draw(st.integers(1, bought)),
        bought=bought,
        traits=frozenset(draw(st.sets(st.sampled_from(Trait), max_size=2))),
        state=draw(st.sampled_from(("", *STATES))),
        consumer=draw(st.booleans()),
        instructed=draw(st.booleans()),
        withdrawal=draw(st.booleans()),
        ship_from=draw(st.sampled_from(("DE", "CN", "FR"))),
        local_address=draw(st.booleans()),
    )


any_offer = st.fixed_dictionaries(
    {},
    optional={
        "window_a": st.integers(0, 400),
        "window_b": st.integers(0, 400),
        "window_c": st.integers(0, 400),
        "holiday": st.booleans(),
        "send_back_days": st.integers(0, 60),
        "postage": st.sampled_from(POSTAGE),
        "outbound": st.sampled_from(OUTBOUND),
        "refund_percent": st.integers(0, 100),
        "used_deduction_percent": st.integers(0, 100),
        "returnless_up_to": st.decimals("0", "500", places=2),
        "accepted_anyway": st.sets(st.sampled_from(BY_KEY["accepted_anyway"].choices)),
        "extra_warranty_months": st.integers(0, 60),
    },
)


@settings(LAWS, max_examples=300)
@given(case=any_facts(), own=any_offer, strict=st.booleans())
def test_never_more_goes_back_than_was_paid(
    case: Facts, own: dict[str, Any], strict: bool, rules: Standard
) -> None:
    found = entitle(case, rules, own, strict=strict).outcome
    assert Decimal(0) <= found.refund_item <= case.price
    assert Decimal(0) <= found.refund_shipping <= case.shipping
    taken = sum((one.amount for one in found.deductions), Decimal(0))
    assert found.refund_item + taken <= case.price


@settings(LAWS, max_examples=300)
@given(case=any_facts(), own=any_offer, later=st.integers(1, 24 * 300))
def test_asking_later_never_gives_a_longer_right(
    case: Facts, own: dict[str, Any], later: int, rules: Standard
) -> None:
    now = entitle(case, rules, own).outcome
    then = entitle(
        replace(case, asked_at=case.asked_at + timedelta(hours=later)), rules, own
    ).outcome
    assert now.may_return or not then.may_return
    if then.may_return:
        assert now.until == then.until
        assert then.total <= now.total


@settings(LAWS, max_examples=300)
@given(case=any_facts(), own=any_offer)
def test_a_kinder_clause_never_lowers_the_outcome(
    case: Facts, own: dict[str, Any], rules: Standard
) -> None:
    plain = entitle(case, rules).outcome
    kinder = entitle(case, rules, clauses.effective(own, rules)).outcome
    assert_no_less(kinder, plain)


@settings(LAWS, max_examples=150)
@given(case=any_facts(), own=any_offer)
def test_whatever_a_seller_writes_the_buyer_never_gets_less_than_the_standard(
    case: Facts, own: dict[str, Any], rules: Standard
) -> None:
    assert_no_less(entitle(case, rules, own).outcome, entitle(case, rules).outcome)


@settings(LAWS, max_examples=300)
@given(case=any_facts(), own=any_offer, reason=st.sampled_from(Reason))
def test_a_reason_that_the_seller_bears_gives_no_less_than_a_change_of_mind(
    case: Facts, own: dict[str, Any], reason: Reason, rules: Standard
) -> None:
    minds = replace(case, reason=Reason.NOT_NEEDED)
    found = entitle(replace(case, reason=reason), rules, own).outcome
    assert_no_less(found, entitle(minds, rules, own).outcome)


def assert_no_less(offer: Outcome, plain: Outcome) -> None:
    assert offer.may_return >= plain.may_return
    assert offer.total >= plain.total
    if plain.until is not None:
        assert offer.until is not None
        assert offer.until >= plain.until
    if plain.may_return and not plain.returnless and plain.postage == "SELLER":
        assert offer.returnless or offer.postage == "SELLER"
    if plain.ground == Ground.WARRANTY:
        assert offer.may_return or offer.ground == Ground.WARRANTY
    if plain.automatic:
        assert offer.automatic


@settings(LAWS, max_examples=300)
@given(case=any_facts(), own=any_offer)
def test_the_trace_alone_gives_the_outcome_again_also_from_the_store(
    case: Facts, own: dict[str, Any], rules: Standard
) -> None:
    found = entitle(case, rules, own)
    assert fold(found.trace) == found.outcome == outcome_alone(case, rules, own)
    stored = json.loads(json.dumps(steps_as_json(found.trace)))
    assert fold(steps_from_json(stored)) == found.outcome
    for step in steps_from_json(stored):
        assert words.said(step)
        assert "%(" not in words.said(step)
    assert words.headline(found.outcome)


@settings(LAWS, max_examples=150)
@given(case=any_facts())
def test_facts_come_back_from_the_store_as_they_were(case: Facts) -> None:
    assert Facts.from_json(json.loads(json.dumps(case.as_json()))) == case


@settings(LAWS, max_examples=200)
@given(case=any_facts(), own=any_offer)
def test_what_is_not_automatic_says_why(case: Facts, own: dict[str, Any], rules: Standard) -> None:
    found = entitle(case, rules, own).outcome
    assert bool(found.review) is not found.automatic
    assert all(words.review(code) for code in found.review)
    assert all(words.notice(code) for code in found.notices)
    if found.may_return and not found.returnless:
        assert found.send_back_days >= 1 or own.get("send_back_days") is not None
        assert found.postage in {"BUYER", "SELLER"}
