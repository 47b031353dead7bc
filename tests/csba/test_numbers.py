"""Public numbers: one for every key, made by the database, telling nothing about how many."""

import re

import pytest
from django.db import connection

from caselog.models import Case
from csba.numbers import tidy
from sellers.models import Seller
from tests.factories.caselog import CaseFactory

SHAPE = re.compile(r"CASE-[0-9A-F]{8}")
FACTOR = 2654435761


def _expression() -> str:
    """What the database computes, with a column `id` to compute it from."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute"
            " ON adrelid = attrelid AND adnum = attnum"
            " WHERE adrelid = 'caselog_case'::regclass AND attname = 'number'"
        )
        return str(cursor.fetchone()[0])


def test_a_hundred_thousand_keys_have_a_hundred_thousand_numbers(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT n), min(length(n)), max(length(n)) FROM"  # noqa: S608 -- ours
            f" (SELECT {_expression()} AS n FROM generate_series(1, 100000) AS keys(id)) AS x"
        )
        assert cursor.fetchone() == (100_000, 13, 13)


@pytest.mark.parametrize("key", [1, 2, 255, 2**31 - 1, 2**31, 3_400_000_000])
def test_the_number_is_the_key_times_the_factor(key: int, db: None) -> None:
    with connection.cursor() as cursor:
        computed = _expression().replace("%", "%%")
        cursor.execute(f"SELECT {computed} FROM (SELECT %s::bigint AS id) AS x", [key])  # noqa: S608 -- ours
        assert cursor.fetchone() == (f"CASE-{key * FACTOR % 2**32:08X}",)


def test_a_new_row_knows_its_number(blume: Seller) -> None:
    case = CaseFactory(seller=blume)
    assert SHAPE.fullmatch(case.number)
    assert Case.objects.get(number=case.number) == case


def test_rows_made_in_bulk_know_their_numbers(blume: Seller) -> None:
    cases = Case.objects.bulk_create(CaseFactory.build_batch(5, seller=blume))
    numbers = [case.number for case in cases]
    assert all(SHAPE.fullmatch(number) for number in numbers)
    assert numbers == [Case.objects.get(pk=case.pk).number for case in cases]


def test_numbers_do_not_run_upwards(blume: Seller) -> None:
    numbers = [case.number for case in CaseFactory.create_batch(8, seller=blume)]
    assert numbers != sorted(numbers)


@pytest.mark.parametrize(
    "typed",
    ["CASE-9E3779B1", "case-9e3779b1", " #CASE-9E3779B1\n", "# case-9E3779b1", "#CASE-9E3779B1 "],
)
def test_a_number_is_found_as_a_person_types_it(typed: str) -> None:
    assert tidy(typed) == "CASE-9E3779B1"
