"""What is recommended when a seller stayed silent: best and runner-up, with reasons and words."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from csba.topics import Topic
from inquiries.models import Inquiry
from returns.reasons import Condition, Ground
from returns.rules import book, recommendation
from returns.rules.outcome import Outcome
from returns.rules.recommendation import FACTS, REMEDIES, Situation, recommend
from tests.conftest import START

pytestmark = pytest.mark.django_db

MAY = Outcome(may_return=True, ground=Ground.FAULT, refund_item=Decimal("18.00"))
MAY_NOT = Outcome()
UNDER_WARRANTY = Outcome(ground=Ground.WARRANTY)


def situation(topic: str, **known: Any) -> Situation:
    plain: dict[str, Any] = {
        "at": START,
        "currency": "EUR",
        "price": Decimal("18.00"),
        "shipping": Decimal("3.90"),
        "shipped": True,
        "delivered_at": START - timedelta(days=2),
        "signed": False,
        "deliver_by": START - timedelta(days=1),
        "grace": timedelta(days=3),
        "condition": Condition.UNOPENED,
        "goods_back": False,
        "entitlement": MAY,
        "part_percent": 15,
    }
    return Situation(topic=topic, **{**plain, **known})


def ways(now: Situation) -> list[str]:
    return [found.remedy for found in recommend(now, book.judgment_table(now.at))]


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("topic", "known", "best", "second"),
    [
        (Topic.DEFECTIVE, {}, "return_sellers_cost", "replacement"),
        (Topic.DEFECTIVE, {"entitlement": UNDER_WARRANTY}, "cure", "refund_full"),
        (Topic.WRONG_ITEM, {}, "return_sellers_cost", "replacement"),
        (
            Topic.DAMAGED,
            {"condition": Condition.DESTROYED},
            "refund_returnless",
            "return_sellers_cost",
        ),
        (Topic.NOT_RECEIVED, {}, "refund_full", "return_by_policy"),
        (Topic.NOT_RECEIVED, {"signed": True}, "proof_shown", "return_by_policy"),
        (Topic.RETURN, {}, "return_by_policy", "explain_window"),
        (Topic.RETURN, {"entitlement": MAY_NOT}, "explain_window", "tell_not_known"),
        (Topic.REFUND, {"goods_back": True}, "refund_full", "return_by_policy"),
        (
            Topic.CANCEL,
            {"shipped": False, "delivered_at": None, "entitlement": MAY_NOT},
            "cancel",
            "tell_not_known",
        ),
        (
            Topic.ADDRESS,
            {"delivered_at": None, "entitlement": MAY_NOT},
            "carrier_redirect",
            "tell_not_known",
        ),
        (Topic.PRODUCT, {"entitlement": MAY_NOT}, "tell_not_known", None),
    ],
)
def test_the_best_way_and_the_runner_up_follow_from_topic_and_facts(
    topic: str, known: dict[str, Any], best: str, second: str | None
) -> None:
    found = ways(situation(topic, **known))
    assert found[:2] == [best, *([second] if second else [])]


@pytest.mark.parametrize(
    ("at", "best"),
    [
        ("2026-11-10T12:00:00+01:00", "tracking_told"),
        ("2026-11-14T23:59:59+01:00", "tracking_told"),
        ("2026-11-15T00:00:00+01:00", "refund_full"),
    ],
)
def test_scenario_17_and_18_a_parcel_is_lost_when_its_days_of_grace_are_over(
    at: str, best: str
) -> None:
    now = situation(
        Topic.WHERE_IS_IT,
        at=berlin(at),
        delivered_at=None,
        deliver_by=berlin("2026-11-12T00:00:00+01:00"),
        entitlement=MAY_NOT,
    )
    assert ways(now)[0] == best


def test_scenario_18_the_runner_up_for_a_lost_parcel_is_a_replacement() -> None:
    now = situation(
        Topic.NOT_RECEIVED,
        at=berlin("2026-11-06T10:00:00+01:00"),
        delivered_at=None,
        deliver_by=berlin("2026-11-02T23:59:00+01:00"),
        entitlement=MAY_NOT,
    )
    assert ways(now)[:2] == ["refund_full", "replacement"]


def test_scenario_20_broken_glass_is_refunded_with_shipping_and_nothing_comes_back() -> None:
    now = situation(Topic.DAMAGED, condition=Condition.DESTROYED)
    best = recommend(now, book.judgment_table(START))[0]
    assert (best.remedy, best.amount, best.later) == (
        "refund_returnless",
        Decimal("21.90"),
        Decimal("0.00"),
    )


def test_the_words_for_the_buyer_and_the_seller_are_each_in_their_language() -> None:
    now = situation(Topic.DAMAGED, condition=Condition.DESTROYED)
    best = recommend(now, book.judgment_table(START))[0]
    assert "21,90" in recommendation.to_buyer(best, now, "de")
    assert "€21.90" in recommendation.to_seller(best, "zh-hans")


@pytest.mark.parametrize("language", ["de", "zh-hans", "en"])
def test_every_row_of_the_table_has_facts_words_and_an_outcome(language: str) -> None:
    for row in book.judgment_table(START):
        assert row.when in FACTS
        assert row.topic in {"", *Topic.values}
        assert row.outcome in Inquiry.Outcome.values
        now = situation(row.topic or Topic.OTHER)
        advice = recommendation.Recommendation(
            row.outcome, row.remedy, row.because, row.when, Decimal("5"), Decimal("6"), "EUR"
        )
        for words in (
            recommendation.to_buyer(advice, now, language),
            recommendation.to_seller(advice, language),
            recommendation.shown_remedy(advice),
            recommendation.shown_reason(advice),
        ):
            assert words
            assert "%(" not in words
    assert {row.remedy for row in book.judgment_table(START)} == set(REMEDIES)


@pytest.mark.parametrize("topic", Topic.values)
@pytest.mark.parametrize("delivered", [True, False])
@pytest.mark.parametrize("outcome", [MAY, MAY_NOT, UNDER_WARRANTY])
def test_there_is_always_something_to_recommend(
    topic: str, delivered: bool, outcome: Outcome
) -> None:
    now = situation(topic, entitlement=outcome)
    if not delivered:
        now = replace(now, delivered_at=None)
    assert recommend(now, book.judgment_table(START))
