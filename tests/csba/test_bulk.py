"""Many rows by one statement arrive as Django would have stored them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from csba.bulk import insert
from csba.journal.models import Line
from csba.outbox.enqueue import draft
from csba.outbox.models import OutgoingMail
from sellers.models import LedgerLine
from tests.factories.sellers import SellerFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 4, 9, 0, 0, 123456, tzinfo=UTC)


def letter(key: str | None) -> OutgoingMail:
    return draft(
        "sellers/mail/opted_out",
        to="anna@blume.test",
        language="de",
        key=key,
        context={"orders": 2},
    )


def test_every_column_comes_back_as_it_went_in() -> None:
    facts = {"words": 'Zitat „so“, "so" und \\ 中文 🙂', "n": 1.5, "list": [1, None], "empty": {}}
    insert(
        [
            Line(at=AT, actor="clock", subject_type="x.y", subject_id=n, verb="v", facts=facts)
            for n in range(3)
        ]
    )
    lines = Line.objects.order_by("subject_id")
    assert [line.subject_id for line in lines] == [0, 1, 2]
    assert (lines[0].at, lines[0].facts, lines[0].user_id) == (AT, facts, None)


def test_money_keeps_its_cents() -> None:
    seller = SellerFactory()
    insert(
        [
            LedgerLine(
                seller=seller,
                key="one",
                kind="FEE",
                amount=Decimal("-12345678.09"),
                currency="EUR",
                reason="r",
                at=AT,
            )
        ]
    )
    assert LedgerLine.objects.get().amount == Decimal("-12345678.09")


def test_a_key_that_is_there_is_left_out_or_an_error() -> None:
    insert([letter("once")])
    insert([letter("once"), letter("twice"), letter(None)], ignore_conflicts=True)
    assert OutgoingMail.objects.count() == 3
    with pytest.raises(IntegrityError):
        insert([letter("once")])


def test_all_rows_are_one_statement_and_none_is_none(django_assert_num_queries: Any) -> None:
    letters = [letter(f"key-{n}") for n in range(50)]
    with django_assert_num_queries(1):
        insert(letters)
    with django_assert_num_queries(0):
        insert([])
    assert OutgoingMail.objects.count() == 50
