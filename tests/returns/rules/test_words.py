"""Whatever a rule can say has its words, in the reader's language and format."""

import ast
import inspect
from collections.abc import Iterator

import pytest

from returns.reasons import Ground, Reason
from returns.rules import amounts, entitlement, grounds, warranty, way_back, words
from returns.rules.entitlement import entitle
from returns.rules.outcome import Step
from returns.rules.sentences import NOTICES, REVIEWS, RULES
from returns.rules.standard import standard
from tests.returns.rules.cases import at, facts

BY_OPERATIONS = {"authorised_as_exception"}
BY_GROUND = {f"ground_{one.lower()}" for one in Ground if one not in {Ground.WARRANTY, Ground.NONE}}


def code() -> Iterator[ast.AST]:
    """Every node of the rules that fire."""
    for module in (amounts, entitlement, grounds, warranty, way_back):
        yield from ast.walk(ast.parse(inspect.getsource(module)))


def texts(node: ast.expr) -> set[str]:
    """The texts that this expression may be."""
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    return {
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def called(name: str) -> set[str]:
    """The texts that are the first argument of this method somewhere."""
    found: set[str] = set()
    for node in code():
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).endswith(name):
            found |= texts(node.args[0])
    return found


def assigned(name: str) -> set[str]:
    """The texts that this variable is given somewhere."""
    found: set[str] = set()
    for node in code():
        if isinstance(node, ast.Assign) and [ast.unparse(one) for one in node.targets] == [name]:
            found |= texts(node.value)
    return found


def test_every_rule_that_can_fire_has_its_words_and_no_words_are_left_over() -> None:
    returned = {
        text
        for node in code()
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple)
        for text in texts(node.value.elts[0])
    }
    fired = (called(".fire") - {"ground_"}) | assigned("rule") | returned | BY_GROUND
    assert fired | BY_OPERATIONS == set(RULES)


def test_every_reason_for_a_review_has_its_words_and_no_words_are_left_over() -> None:
    assert called("review.append") | {"switched_off"} == set(REVIEWS)


def test_every_notice_has_its_words_and_no_words_are_left_over() -> None:
    assert called("notices.append") | assigned("notice") == set(NOTICES)


@pytest.mark.parametrize(
    ("language", "day"),
    [("en", "5 October 2026"), ("de", "5. Oktober 2026"), ("zh-hans", "2026年10月5日")],
)
def test_days_are_written_as_the_reader_writes_them(language: str, day: str) -> None:
    assert day in words.said(Step("delivered", facts={"delivered_at": at("2026-10-05")}), language)


def test_an_end_is_told_as_the_last_day_that_counts() -> None:
    step = Step("guarantee_window", facts={"days": 14, "until": at("2026-10-20 00:00")})
    assert words.said(step, "en") == (
        "The return window of this category is 14 days, until the end of 19 October 2026."
    )


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ("China", "€12.99", "€25.00")),
        ("de", ("China", "12,99\xa0€", "25,00\xa0€")),
        ("zh-hans", ("中国", "€12.99", "€25.00")),
    ],
)
def test_money_and_countries_are_written_as_the_reader_writes_them(
    language: str, parts: tuple[str, ...]
) -> None:
    step = Step("returnless_abroad", facts={"ship_from": "CN", "price": "12.99", "limit": "25.00"})
    for part in parts:
        assert part in words.said(step, language)


@pytest.mark.django_db
def test_a_trace_reads_like_an_explanation_to_a_colleague() -> None:
    case = facts(category="SHOES", reason=Reason.NOT_NEEDED)
    said = [words.said(step, "en") for step in entitle(case, standard(case.placed_at)).trace]
    assert said == [
        "The policy of the order's date, 1 October 2026, governs; the goods are of category Shoes, "
        "group C.",
        "The days count from the delivery on 5 October 2026.",
        "“No longer needed” is a reason that the buyer bears.",
        "The right of withdrawal lasts 14 days, until the end of 19 October 2026; a last day on a "
        "weekend or holiday moves to the next working day.",
        "The return window of this category is 30 days, until the end of 4 November 2026.",
        "Asked on 12 October 2026, within the right of withdrawal. The buyer may still ask until "
        "the end of 4 November 2026.",
        "A withdrawal gives back the price of €79.00 and the cheapest standard delivery, €3.90.",
        "The way back is free for category Shoes, whatever the price.",
        "The goods are to be sent within 14 days after authorisation.",
        "Everything is within the rules: authorised automatically.",
    ]
