"""Files about accounts, in three shapes: every row told, or refused with its line and why."""

import io
from datetime import UTC, datetime

import pytest

from sellers.feeds import account_status
from sellers.feeds.account_status import AccountFacts
from sellers.feeds.facts import NotReadable, RowProblem

NINE = datetime(2026, 11, 4, 9, tzinfo=UTC)
HEAD = "merchant_id,professional,standing,as_of\n"


def rows(text: str) -> list[AccountFacts | RowProblem]:
    return list(account_status.read(io.BytesIO(text.encode())))


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}A1NORD,no,DEACTIVATED,2026-11-04T09:00:00Z\n",
        f"{HEAD}a1nord,No,deactivated,2026-11-04T10:00:00+01:00",
        "merchant_id;standing;professional;as_of\r\nA1NORD;Deactivated;nein;2026-11-04T09:00Z\r\n",
        "Merchant-ID\tProfessional\tStanding\tAs of\n"
        "A1NORD\tfalse\tDEACTIVATED\t2026-11-04 09:00+00:00",
        '{"merchant_id": "A1NORD", "professional": false, "standing": "DEACTIVATED",'
        ' "as_of": "2026-11-04T09:00:00Z"}\n',
        '[{"merchant_id": "A1NORD", "professional": "no", "standing": "DEACTIVATED",'
        ' "as_of": "2026-11-04T09:00:00Z"}]',
        f'\ufeff{HEAD}"A1NORD","no","DEACTIVATED","2026-11-04T09:00:00Z"\n\n',
    ],
)
def test_one_account_in_every_shape(text: str) -> None:
    [told] = rows(text)
    assert isinstance(told, AccountFacts), told
    assert (told.merchant_id, told.professional, told.standing) == ("A1NORD", False, "DEACTIVATED")
    assert told.as_of == NINE


def test_what_a_row_does_not_say_stays_unknown() -> None:
    [plan, standing] = rows(
        f"{HEAD}A1NORD,yes,,2026-11-04T09:00:00Z\nA1SUED,,at risk,2026-11-04T09:00:00Z\n"
    )
    assert isinstance(plan, AccountFacts)
    assert isinstance(standing, AccountFacts)
    assert (plan.professional, plan.standing) == (True, None)
    assert (standing.professional, standing.standing) == (None, "AT_RISK")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",yes,NORMAL,2026-11-04T09:00:00Z", "merchant_id is missing"),
        ("A1NORD,,,2026-11-04T09:00:00Z", "says nothing about the account"),
        ("A1NORD,maybe,NORMAL,2026-11-04T09:00:00Z", "neither true nor false"),
        ("A1NORD,yes,SLEEPING,2026-11-04T09:00:00Z", "no standing"),
        ("A1NORD,yes,NORMAL,", "as_of is missing"),
        ("A1NORD,yes,NORMAL,2026-11-04", "no moment with its zone"),
        ("A1NORD,yes,NORMAL,2026-11-04T09:00:00", "no moment with its zone"),
        ("A1NORD,yes,NORMAL,2026-13-04T09:00:00Z", "no date"),
        ("A1NORD,yes,NORMAL,2026-11-04T09:00:00Z,more", "more cells than the heading"),
        (f"{'A' * 21},yes,NORMAL,2026-11-04T09:00:00Z", "longer than 20"),
    ],
)
def test_a_bad_row_names_its_line_and_stops_no_other(row: str, words: str) -> None:
    bad, good = rows(f"{HEAD}{row}\nA1SUED,yes,NORMAL,2026-11-04T09:00:00Z\n")
    assert isinstance(bad, RowProblem)
    assert (bad.line, words in bad.reason) == (2, True), bad
    assert isinstance(good, AccountFacts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("company,email\nNord,a@nord.test\n", "Missing: merchant_id, as_of"),
        ("merchant_id,as_of\nA1NORD,2026-11-04T09:00:00Z\n", "no column about the account"),
        ("%PDF-1.7 nothing", "PDF"),
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(text: str, words: str) -> None:
    with pytest.raises(NotReadable, match=words):
        rows(text)


def test_a_line_that_is_no_json_is_a_problem_of_its_own() -> None:
    good = '{"merchant_id": "A1NORD", "professional": true, "as_of": "2026-11-04T09:00:00Z"}'
    found = rows(f"{good}\nnot json\n[1]\n{good}\n")
    assert [type(row).__name__ for row in found] == [
        "AccountFacts",
        "RowProblem",
        "RowProblem",
        "AccountFacts",
    ]
