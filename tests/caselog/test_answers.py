"""What may stand in the typed fields of a question, and how both sides read it."""

from datetime import date
from typing import Any

import pytest

from caselog.rules import answers

TODAY = date(2026, 11, 4)


def one(kind: str, **more: Any) -> dict[str, Any]:
    label = {"de": "Frage", "en": "Question", "zh-hans": "问题"}
    return {"key": "k", "kind": kind, "required": True, "label": label} | more


CHOICES = [{"value": "repair", "label": {"de": "Reparatur", "en": "Repair"}}]


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (one("YES_NO"), "yes", True),
        (one("YES_NO"), "no", False),
        (one("YES_NO"), "maybe", None),
        (one("CHOICE", choices=CHOICES), "repair", "repair"),
        (one("CHOICE", choices=CHOICES), "burn", None),
        (one("DATE"), "2026-11-30", "2026-11-30"),
        (one("DATE"), "30.11.2026", "2026-11-30"),
        (one("DATE"), "2026年11月30日", "2026-11-30"),
        (one("DATE"), "2026-02-30", None),
        (one("DATE"), "2036-11-30", None),
        (one("AMOUNT"), "12,50", "12.50"),
        (one("AMOUNT"), "1.234,50 €", "1234.50"),
        (one("AMOUNT"), "１２．５", "12.50"),
        (one("AMOUNT"), "1.234", None),
        (one("AMOUNT"), "-3", None),
        (one("TRACKING"), "00 3404 3416 1234", "00340434161234"),
        (one("TRACKING"), "abc", None),
        (one("TEXT"), "Bitte schnell", "Bitte schnell"),
        (one("TEXT"), "x" * 5_001, None),
        (one("TEXT"), "   ", None),
        (one("FILE"), "", None),
    ],
)
def test_a_typed_value_is_taken_or_has_one_sentence(field: Any, typed: str, value: Any) -> None:
    found = answers.taken([field], {"k": typed}, today=TODAY)
    if value is None:
        assert (found.values, list(found.problems)) == ({}, ["k"])
    else:
        assert (found.values, found.problems) == ({"k": value}, {})


def test_each_side_reads_the_answers_in_its_own_language() -> None:
    fields = [one("CHOICE", choices=CHOICES), one("AMOUNT", key="m")]
    given = {"k": "repair", "m": "12.50"}
    assert answers.shown(fields, given, "de")[0] == ("Frage", "Reparatur")
    assert answers.shown(fields, given, "en")[0] == ("Question", "Repair")
    assert "12.50" in answers.shown(fields, given, "en")[1][1]
    assert answers.shown(fields, {}, "de") == []
