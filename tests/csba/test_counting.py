"""Badges: many counts in one statement, none further than it says anything."""

from typing import Any

import pytest

from csba.accounts.models import User
from csba.counting import MOST, capped, shown

pytestmark = pytest.mark.django_db


def people(many: int) -> None:
    User.objects.bulk_create(User(email=f"p{n}@people.test", name=f"P{n}") for n in range(many))


def test_all_counts_come_in_one_statement(django_assert_num_queries: Any) -> None:
    people(3)
    with django_assert_num_queries(1):
        counts = capped(
            {
                "all": User.objects.all(),
                "one": User.objects.filter(name="P1"),
                "never": User.objects.none(),
                "percent": User.objects.filter(name__contains="%"),
            }
        )
    assert counts == {"all": 3, "one": 1, "never": 0, "percent": 0}


def test_nothing_to_count_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert capped({"never": User.objects.none()}) == {"never": 0}


def test_a_count_stops_where_a_badge_stops() -> None:
    people(MOST + 5)
    assert shown(capped({"all": User.objects.all()})["all"]) == "99+"
    assert shown(0) == ""
    assert shown(7) == "7"
