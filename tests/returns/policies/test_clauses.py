"""The values of clauses: read, refused, stored, shown, and which of two counts."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from csba.errors import Refused
from returns.rules import clauses
from returns.rules.standard import Standard
from returns.terms import BY_KEY, CLAUSES
from tests.conftest import START
from tests.returns.policies.making import now_standard


@pytest.fixture
def standard(db: None) -> Standard:
    return now_standard(START)


def test_standard_says_something_about_every_clause(standard: Standard) -> None:
    assert set(clauses.of_standard(standard)) == set(BY_KEY)


@pytest.mark.parametrize(
    ("key", "stored", "typed"),
    [
        ("window_a", 60, 60),
        ("window_a", 0, 0),
        ("holiday", True, True),
        ("postage", "SELLER", "SELLER"),
        ("refund_percent", 100, 100),
        ("returnless_up_to", "25.5", Decimal("25.50")),
        ("returnless_up_to", 25, Decimal("25.00")),
        ("accepted_anyway", ["PERIODICAL", "MIXED"], frozenset({"PERIODICAL", "MIXED"})),
        ("accepted_anyway", [], frozenset()),
        ("extra_warranty_months", 12, 12),
    ],
)
def test_stored_values_become_typed_ones(key: str, stored: Any, typed: Any) -> None:
    assert clauses.read({key: stored}) == {key: typed}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("window_a", -1),
        ("window_a", 1001),
        ("window_a", "soon"),
        ("window_a", True),
        ("window_a", 1.5),
        ("refund_percent", 101),
        ("holiday", "yes"),
        ("postage", "NOBODY"),
        ("returnless_up_to", "500.01"),
        ("returnless_up_to", "1.001"),
        ("returnless_up_to", "-1"),
        ("returnless_up_to", "NaN"),
        ("returnless_up_to", 1.5),
        ("accepted_anyway", ["WEAPONS"]),
        ("accepted_anyway", "MIXED"),
        ("accepted_anyway", 3),
    ],
)
def test_value_without_sense_is_refused_and_its_clause_named(key: str, value: Any) -> None:
    with pytest.raises(Refused) as refusal:
        clauses.read({key: value})
    assert refusal.value.code == "clause_value"
    assert str(BY_KEY[key].label) in str(refusal.value)


def test_unknown_clause_is_refused_by_its_name() -> None:
    with pytest.raises(Refused, match="restocking_fee"):
        clauses.read({"restocking_fee": 5})


def test_what_is_stored_reads_back_as_it_was(standard: Standard) -> None:
    values = {**clauses.of_standard(standard), "returnless_up_to": Decimal("12.30")}
    assert clauses.read(clauses.as_json(values)) == values


def test_worse_clauses_are_left_out_of_what_counts(standard: Standard) -> None:
    offer = {"window_a": 60, "refund_percent": 80, "postage": "BUYER", "holiday": True}
    assert clauses.effective(offer, standard) == {"window_a": 60, "holiday": True}
    whole = clauses.whole(offer, standard)
    assert (whole["window_a"], whole["refund_percent"], whole["postage"]) == (60, 100, "TABLE")
    assert clauses.whole(offer, standard, strict=True)["refund_percent"] == 80


def test_policy_keeps_only_what_differs_from_the_standard(standard: Standard) -> None:
    offer = {**clauses.of_standard(standard), "window_c": 45}
    assert clauses.differing(offer, standard) == {"window_c": 45}


@pytest.mark.parametrize(
    ("key", "value", "english", "german"),
    [
        ("window_a", 1, "1 day", None),
        ("window_a", 30, "30 days", None),
        ("refund_days", 2, "2 business days", None),
        ("extra_warranty_months", 1, "1 month", None),
        ("refund_percent", 80, "80 %", "80 %"),
        ("returnless_up_to", Decimal("25.00"), "€25.00", "25,00\xa0€"),
        ("returnless_up_to", Decimal("0.00"), "Never", None),
        ("holiday", True, "Yes", None),
        ("postage", "SELLER", "Always the seller", None),
        ("accepted_anyway", frozenset(), "Nothing", None),
        (
            "accepted_anyway",
            frozenset({"MIXED", "PERISHABLE"}),
            "Perishable, Inseparably mixed with other goods",
            None,
        ),
    ],
)
def test_values_are_shown_in_words(key: str, value: Any, english: str, german: str | None) -> None:
    assert clauses.shown(key, value) == english
    if german is not None:
        with translation.override("de"):
            assert clauses.shown(key, value) == german


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.key)
def test_largest_value_of_each_clause_can_be_shown(clause: Any, standard: Standard) -> None:
    value = clauses.of_standard(standard)[clause.key]
    assert clauses.shown(clause.key, clause.most if clause.most is not None else value)
