"""The comparison: clause by clause, the search for a purchase in which a buyer gets less, and the
proof that its classes lose nothing (P13, rulings 34).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import islice, product
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returns.reasons import Condition, Reason, Trait
from returns.rules import clauses, grid
from returns.rules.comparison import (
    Comparison,
    CounterExample,
    Loss,
    Mark,
    compare,
    kind_of,
    loss_in,
    marks,
)
from returns.rules.entitlement import entitle
from returns.rules.examples import loss, sentence
from returns.rules.facts import Facts
from returns.rules.outcome import Outcome
from returns.rules.standard import Standard
from returns.terms import CLAUSES
from tests.conftest import START
from tests.returns.policies.making import now_standard

WITHOUT_SHRINKING_THE_FIXTURE = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def standard(db: None) -> Standard:
    return now_standard(START)


def marked(offer: dict[str, Any], standard: Standard) -> dict[str, Mark]:
    return {found.key: found.mark for found in marks(offer, standard)}


@pytest.mark.parametrize(
    ("key", "better", "worse"),
    [
        ("window_a", 15, 13),
        ("window_b", 30, 0),
        ("window_c", 31, 29),
        ("holiday", None, False),
        ("send_back_days", 15, 13),
        ("postage", "SELLER", "BUYER"),
        ("outbound", "PAID", "NONE"),
        ("refund_percent", None, 99),
        ("used_deduction_percent", 49, 51),
        ("refund_days", 1, 3),
        ("refund_at_scan", True, None),
        ("returnless_up_to", "0.01", None),
        ("accepted_anyway", ["MIXED"], None),
        ("extra_warranty_months", 1, None),
    ],
)
def test_each_clause_is_better_equal_or_worse(
    key: str, better: Any, worse: Any, standard: Standard
) -> None:
    same = clauses.of_standard(standard)[key]
    assert marked({key: same}, standard)[key] is Mark.EQUAL
    if better is not None:
        assert marked({key: better}, standard)[key] is Mark.BETTER
    if worse is not None:
        assert marked({key: worse}, standard)[key] is Mark.WORSE


def test_empty_policy_is_the_standard(standard: Standard) -> None:
    compared = compare({}, standard)
    assert [found.key for found in compared.clauses] == [clause.key for clause in CLAUSES]
    assert {found.mark for found in compared.clauses} == {Mark.EQUAL}
    assert compared.at_least_as_favourable


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        ({"window_a": 13}, {Loss.RETURN, Loss.UNTIL}),
        ({"window_c": 29}, {Loss.RETURN, Loss.UNTIL}),
        ({"window_c": 13}, {Loss.RETURN, Loss.UNTIL}),
        ({"holiday": False}, {Loss.RETURN, Loss.UNTIL}),
        ({"send_back_days": 13}, {Loss.SEND_BACK}),
        ({"postage": "BUYER"}, {Loss.POSTAGE}),
        ({"outbound": "NONE"}, {Loss.SHIPPING}),
        ({"refund_percent": 80}, {Loss.REFUND}),
        ({"refund_days": 3}, {Loss.REFUND_DAYS}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_worse_clause_has_a_counter_example(
    offer: dict[str, Any], expected: set[Loss], standard: Standard
) -> None:
    compared = compare(offer, standard)
    assert compared.worse == list(offer)
    assert compared.counter_example is not None
    assert compared.counter_example.loss in expected
    assert not compared.at_least_as_favourable


def test_kinder_clause_does_not_outweigh_a_worse_one(standard: Standard) -> None:
    compared = compare({"window_a": 365, "window_c": 29, "postage": "SELLER"}, standard)
    assert (compared.better, compared.worse) == (["window_a", "postage"], ["window_c"])
    assert not compared.at_least_as_favourable


KIND: dict[str, dict[str, Any]] = {
    "long": {"window_a": 60, "window_b": 60, "window_c": 60},
    "free postage": {"postage": "SELLER"},
    "returnless": {"returnless_up_to": "30.00"},
    "everything": {
        "window_a": 100,
        "window_b": 100,
        "window_c": 100,
        "send_back_days": 30,
        "postage": "SELLER",
        "outbound": "PAID",
        "used_deduction_percent": 0,
        "refund_days": 0,
        "refund_at_scan": True,
        "returnless_up_to": "40.00",
        "accepted_anyway": [
            "CUSTOM_MADE",
            "PERISHABLE",
            "SEALED_HYGIENE",
            "SEALED_MEDIA",
            "PERIODICAL",
            "MIXED",
        ],
        "extra_warranty_months": 12,
    },
}


@pytest.mark.parametrize("offer", KIND.values(), ids=KIND)
def test_kinder_policy_has_no_counter_example_on_the_whole_grid(
    offer: dict[str, Any], standard: Standard
) -> None:
    compared = compare(offer, standard)
    assert compared.counter_example is None, sentence(compared.counter_example)
    assert compared.at_least_as_favourable
    assert 10_000 < compared.searched < 40_000  # more would not be done in five seconds


def test_comparison_reads_back_as_it_was_stored(standard: Standard) -> None:
    compared = compare({"refund_percent": 80}, standard)
    stored = compared.as_json()
    assert CounterExample.from_json(stored["counter_example"]) == compared.counter_example
    assert stored["worse"] == ["refund_percent"]
    assert stored["versions"] == dict(standard.versions)


def test_counter_example_is_a_sentence_about_one_purchase(standard: Standard) -> None:
    example = CounterExample(
        Facts(
            placed_at=START.replace(month=3, day=1),
            asked_at=START.replace(month=3, day=20),
            delivered_at=START.replace(month=3, day=3),
            category="BOOKS",
            price=Decimal("20.00"),
            reason=Reason.NOT_NEEDED,
        ),
        Loss.REFUND,
        "20.00",
        "16.00",
    )
    assert sentence(example) == (
        "A book for €20.00, delivered on 3 March 2026, returned on 20 March 2026 because it is no "
        "longer needed: the standard refunds 100 %, your policy 80 %."
    )


@pytest.mark.parametrize("found", Loss)
@pytest.mark.parametrize("language", ["en", "de", "zh-hans"])
def test_every_loss_can_be_said(found: Loss, language: str, standard: Standard) -> None:
    values = {
        Loss.UNTIL: (START.isoformat(), (START - timedelta(days=1)).isoformat()),
        Loss.WARRANTY: (START.isoformat(), (START - timedelta(days=1)).isoformat()),
        Loss.REFUND: ("10.00", "3.33"),
        Loss.SHIPPING: ("3.90", "0.00"),
        Loss.SEND_BACK: ("14", "7"),
        Loss.REFUND_DAYS: ("2", "5"),
    }
    facts = Facts(
        placed_at=START,
        asked_at=START,
        delivered_at=START,
        category="SHOES",
        price=Decimal("10.00"),
        reason=Reason.LATE,
        condition=Condition.USED,
        ship_from="CN",
        local_address=False,
        consumer=False,
    )
    with translation.override(language):
        said = sentence(CounterExample(facts, found, *values.get(found, ("", ""))))
    assert said.strip()
    assert "%(" not in said
    assert "{" not in said


def test_shares_that_are_not_whole_are_said_as_amounts() -> None:
    facts = Facts(
        placed_at=START,
        asked_at=START,
        category="SHOES",
        price=Decimal("10.00"),
        reason=Reason.LATE,
    )
    assert loss(CounterExample(facts, Loss.REFUND, "10.00", "3.33")) == (
        "the standard refunds €10.00, your policy €3.33."
    )


# The classes of the grid (rulings 34): whatever a class leaves out answers as what it keeps.

UNLIKE: dict[str, dict[str, Any]] = {
    **KIND,
    "unkind": {
        "window_a": 10,
        "window_c": 29,
        "holiday": False,
        "outbound": "NONE",
        "refund_percent": 70,
        "used_deduction_percent": 60,
        "postage": "BUYER",
    },
}


@pytest.mark.parametrize("offer", UNLIKE.values(), ids=UNLIKE)
def test_categories_of_one_class_have_the_same_outcome(
    offer: dict[str, Any], standard: Standard
) -> None:
    whole = clauses.whole(offer, standard, strict=True)
    kept = {
        grid.goods_key(found.category, standard, whole): found.category
        for found in grid.goods(standard, whole)
        if not found.traits
    }
    for number, code in enumerate(standard.categories):
        stand_in = kept[grid.goods_key(code, standard, whole)]
        for facts in some_variants(stand_in, standard, whole, start=number % 7, step=97):
            assert outcomes(replace(facts, category=code), offer, standard) == outcomes(
                facts, offer, standard
            ), (code, stand_in, facts)


@pytest.mark.parametrize("offer", UNLIKE.values(), ids=UNLIKE)
def test_reasons_of_one_class_have_the_same_outcome(
    offer: dict[str, Any], standard: Standard
) -> None:
    whole = clauses.whole(offer, standard, strict=True)
    kept = {grid.reason_key(reason, standard): reason for reason in grid.reasons(standard)}
    for code in ("BOOKS", "BEAUTY", "SHOES", "MUSIC", "CUSTOM"):
        for facts in some_variants(code, standard, whole, step=79):
            for reason in Reason:
                stand_in = kept[grid.reason_key(reason, standard)]
                assert outcomes(replace(facts, reason=reason), offer, standard) == outcomes(
                    replace(facts, reason=stand_in), offer, standard
                ), (reason, stand_in, facts)


@pytest.mark.parametrize("offer", UNLIKE.values(), ids=UNLIKE)
def test_days_of_one_class_lose_the_same(offer: dict[str, Any], standard: Standard) -> None:
    """Only the amount of a loss may depend on the day, not whether there is one."""
    whole, typed = clauses.whole(offer, standard, strict=True), clauses.read(offer)
    changes = grid.changes(standard, whole, withdrawal=False)[::41]
    for code in ("ELECTRONICS", "SHOES", "BEAUTY"):
        first: dict[object, Facts] = {}
        for days in grid.days(grid.Goods(code), standard, whole):
            for plain in grid.purchases(grid.Goods(code), days, grid.Buyer()):
                pair = outcomes(plain, offer, standard)
                kept = first.setdefault((kind_of(pair[0]), kind_of(pair[1])), plain)
                if loss_in(plain, typed, standard) is not None:
                    continue  # found by itself
                for change in changes:
                    mine, theirs = replace(plain, **change), replace(kept, **change)
                    lost = loss_in(mine, typed, standard)
                    assert lost is None or loss_in(theirs, typed, standard), (mine, theirs)


def some_variants(
    code: str, standard: Standard, offer: dict[str, Any], *, step: int, start: int = 0
) -> Iterator[Facts]:
    """Of the grid of one category on ordinary days one purchase in `step`."""
    days = grid.days(grid.Goods(code), standard, offer)[0]
    changes = grid.changes(standard, offer, withdrawal=False)
    every = product(grid.purchases(grid.Goods(code), days, grid.Buyer()), changes)
    for plain, change in islice(every, start, None, step):
        yield replace(plain, **change)


def outcomes(facts: Facts, offer: dict[str, Any], standard: Standard) -> tuple[Outcome, Outcome]:
    """What the standard and the offer, as it stands, give; who looks at it plays no part."""
    ours = entitle(facts, standard).outcome
    theirs = entitle(facts, standard, offer, strict=True).outcome
    return _without_review(ours), _without_review(theirs)


def _without_review(outcome: Outcome) -> Outcome:
    return replace(outcome, automatic=False, review=())


# The law, over random purchases and random policies.

offers = st.fixed_dictionaries(
    {},
    optional={
        "window_a": st.integers(0, 400),
        "window_b": st.integers(0, 400),
        "window_c": st.integers(0, 400),
        "holiday": st.booleans(),
        "send_back_days": st.integers(0, 60),
        "postage": st.sampled_from(["BUYER", "TABLE", "SELLER"]),
        "outbound": st.sampled_from(["NONE", "CHEAPEST", "PAID"]),
        "refund_percent": st.integers(0, 100),
        "used_deduction_percent": st.integers(0, 100),
        "refund_days": st.integers(0, 10),
        "refund_at_scan": st.booleans(),
        "returnless_up_to": st.decimals(0, 500, places=2),
        "accepted_anyway": st.frozensets(
            st.sampled_from(["CUSTOM_MADE", "PERISHABLE", "SEALED_HYGIENE", "SEALED_MEDIA"])
        ),
        "extra_warranty_months": st.integers(0, 36),
    },
)
purchases = st.builds(
    lambda placed, transit, asked, **rest: Facts(
        placed_at=START + placed,
        delivered_at=START + placed + transit,
        asked_at=START + placed + transit + asked,
        **rest,
    ),
    placed=st.timedeltas(timedelta(0), timedelta(days=120)),
    transit=st.timedeltas(timedelta(hours=1), timedelta(days=40)),
    asked=st.timedeltas(timedelta(0), timedelta(days=1200)),
    category=st.sampled_from(
        ["BOOKS", "ELECTRONICS", "SHOES", "BEAUTY", "MUSIC", "CUSTOM", "HOME"]
    ),
    price=st.decimals("0.01", 900, places=2),
    shipping=st.decimals(0, 20, places=2),
    reason=st.sampled_from(list(Reason)),
    condition=st.sampled_from(list(Condition)),
    traits=st.frozensets(st.sampled_from([Trait.MIXED, Trait.HAZARDOUS, Trait.UNSAFE_TO_SEND])),
    state=st.sampled_from(["", "BY", "BE", "SN"]),
    consumer=st.booleans(),
    instructed=st.booleans(),
    withdrawal=st.booleans(),
    ship_from=st.sampled_from(["DE", "CN"]),
    local_address=st.booleans(),
)


@WITHOUT_SHRINKING_THE_FIXTURE
@given(offer=offers, facts=purchases)
def test_policy_without_a_worse_clause_never_gives_a_buyer_less(
    standard: Standard, offer: dict[str, Any], facts: Facts
) -> None:
    kind = clauses.effective(offer, standard)
    assert not compare(kind, standard, search=False).worse
    found = loss_in(facts, kind, standard)
    assert found is None, sentence(found)


@WITHOUT_SHRINKING_THE_FIXTURE
@given(offer=offers, facts=purchases)
def test_purchase_in_which_a_buyer_gets_less_has_a_worse_clause_behind_it(
    standard: Standard, offer: dict[str, Any], facts: Facts
) -> None:
    if loss_in(facts, clauses.read(offer), standard) is not None:
        assert compare(offer, standard, search=False).worse


@settings(WITHOUT_SHRINKING_THE_FIXTURE, max_examples=3)
@given(offer=offers, facts=purchases)
def test_what_the_search_finds_nothing_against_never_gives_a_buyer_less(
    standard: Standard, offer: dict[str, Any], facts: Facts
) -> None:
    compared: Comparison = compare(offer, standard)
    if compared.counter_example is None:
        assert loss_in(facts, clauses.read(offer), standard) is None
