"""What a new version needs, what it changes, when a seller is reminded (P8, rulings 15)."""

from datetime import datetime, timedelta

import pytest

from sellers.rules import terms
from sellers.rules.terms import Piece

BY = datetime.fromisoformat("2026-12-04T09:00:00+00:00")
DAYS = [timedelta(days=7), timedelta(days=1)]


@pytest.mark.parametrize(
    ("left", "next_left"),
    [
        (timedelta(days=30), timedelta(days=7)),
        (timedelta(days=7), timedelta(days=1)),
        (timedelta(days=7, seconds=1), timedelta(days=7)),
        (timedelta(days=1), None),
        (timedelta(hours=1), None),
        (timedelta(0), None),
    ],
)
def test_the_next_reminder_is_the_first_that_is_still_ahead(
    left: timedelta, next_left: timedelta | None
) -> None:
    found = terms.next_reminder(BY, BY - left, DAYS)
    assert found == (BY - next_left if next_left is not None else None)


def test_texts_are_kept_with_plain_line_ends_and_in_our_languages_only() -> None:
    assert terms.tidy({"de": "  Eins \r\nZwei\r\n\r\n", "fr": "Un"}) == {
        "de": "Eins\nZwei",
        "zh-hans": "",
        "en": "",
    }
    assert terms.missing({"de": "Ja", "en": " \n"}) == ["zh-hans", "en"]


def test_equal_texts_have_no_differences() -> None:
    assert terms.differences("# One\n\n- a", "# One\n\n- a") == []


def test_lines_that_went_and_came_stand_between_those_that_stayed() -> None:
    before = "\n".join(["# Title", "a", "b", "c", "old", "d", "e", "f", "g"])
    after = before.replace("old", "new <b>line</b>")
    assert terms.differences(before, after) == [
        Piece("gap", count=2),
        Piece("same", ("b", "c")),
        Piece("gone", ("old",)),
        Piece("new", ("new <b>line</b>",)),
        Piece("same", ("d", "e")),
        Piece("gap", count=2),
    ]


def test_a_text_without_a_predecessor_is_all_new() -> None:
    assert terms.differences("", "a\n\nb") == [Piece("new", ("a", "b"))]
