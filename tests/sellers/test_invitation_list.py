"""Reading a list of sellers to invite, as spreadsheets save it: every row good or with its
problem.
"""

import pytest

from csba.errors import Refused
from sellers.rules import invitation_list
from sellers.rules.invitation_list import Row

HEAD = "merchant_id;company;email;country;language\n"


def one(text: str) -> Row:
    """The only row of a list."""
    [row] = invitation_list.read(text)
    return row


@pytest.mark.parametrize(
    "text",
    [
        "merchant_id,company,email,country,language\nA1NORD123,Nord GmbH,a@nord.test,DE,de\n",
        "Händler-ID;Firma;E-Mail;Land;Sprache\nA1NORD123;Nord GmbH;a@nord.test;DE;Deutsch\n",
        "Haendler-ID;Unternehmen;E-Mail-Adresse;Land\na1nord123; Nord  GmbH ;A@nord.test;de\n",
        "Merchant ID\tCompany name\tE-mail\tCountry\nA1NORD123\tNord GmbH\ta@nord.test\tDE\n",
        "\ufeffmerchant_id;company;email;country\r\nA1NORD123;Nord GmbH;a@nord.test;DE\r\n",
        '"email";"country";"company";"merchant_id"\n"a@nord.test";"DE";"Nord GmbH";"A1NORD123"',
        "\n\nmerchant_id;company;email;country;notes\nA1NORD123;Nord GmbH;a@nord.test;DE;fein\n",
    ],
)
def test_columns_are_found_by_their_names_whatever_separates_them(text: str) -> None:
    row = one(text)
    assert row.problem == ""
    assert (row.merchant_id, row.company, row.email) == ("A1NORD123", "Nord GmbH", "a@nord.test")
    assert (row.country, row.language) == ("DE", "de")


@pytest.mark.parametrize(
    ("country", "language", "expected"),
    [
        ("CN", "", "zh-hans"),
        ("FR", "", "en"),
        ("AT", "", "de"),
        ("DE", "zh-CN", "zh-hans"),
        ("CN", "englisch", "en"),
        ("CN", "中文", "zh-hans"),
    ],
)
def test_language_is_as_said_or_as_likely_in_the_country(
    country: str, language: str, expected: str
) -> None:
    assert one(f"{HEAD}A1NORD123;Nord;a@nord.test;{country};{language}").language == expected


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (";Nord;a@nord.test;DE;de", "merchant_id is missing"),
        ("A1NORD123;;a@nord.test;DE;de", "company is missing"),
        ("A1NORD123;Nord", "email, country is missing"),
        ("A1-NORD;Nord;a@nord.test;DE;de", "no merchant id"),
        ("A1NORD123;Nord;nobody;DE;de", "no e-mail address"),
        ("A1NORD123;Nord;a@nord.test;Germany;de", "no country"),
        ("A1NORD123;Nord;a@nord.test;QQ;de", "no country"),
        ("A1NORD123;Nord;a@nord.test;DE;Klingonisch", "none of our languages"),
        (f"A1NORD123;{'N' * 161};a@nord.test;DE;de", "longer than 160"),
        ("A1NORD123;Nord;Sued;a@nord.test;DE;de;x", "more cells than the heading"),
    ],
)
def test_a_bad_row_says_what_is_amiss_and_keeps_what_was_typed(cells: str, words: str) -> None:
    row = one(HEAD + cells)
    assert words in row.problem
    assert row.line == 2
    assert row.cells["merchant_id"] == cells.partition(";")[0]


def test_the_same_seller_and_address_twice_counts_once() -> None:
    line = "A1NORD123;Nord;a@nord.test;DE;de\n"
    rows = invitation_list.read(HEAD + line + "A1NORD123;Nord;b@nord.test;DE;de\n" + line.lower())
    assert [bool(row.problem) for row in rows] == [False, False, True]
    assert "line 2" in rows[2].problem


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = HEAD + '\n"A1NORD123";"Nord\nund Sued";a@nord.test;DE;de\nA1SUED123;Sued;nobody;DE;de\n'
    good, bad = invitation_list.read(text)
    assert (good.line, good.company, bad.line) == (3, "Nord und Sued", 5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        (HEAD, "no row below"),
        ("company;email\nNord;a@nord.test", "Missing: merchant_id, country"),
        ("merchant_id;firma;name;email;country\nA;B;C;D;E", "twice: company"),
        (HEAD + "A1NORD123;Nord;a@nord.test;DE;de\n" * 5001, "more than 5000 rows"),
        (HEAD + "x" * 2_100_000, "too long"),
        ("PK\x03\x04 zip of a spreadsheet", "must name the columns"),
    ],
)
def test_what_is_no_such_list_is_refused_as_a_whole(text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        invitation_list.read(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_umlauts_survive_whatever_wrote_the_file(encoding: str) -> None:
    text = HEAD + "A1NORD123;Müller & Söhne;a@nord.test;DE;de"
    assert one(invitation_list.decoded(text.encode(encoding))).company == "Müller & Söhne"


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t"])
def test_no_cell_of_the_file_of_errors_is_a_formula(begins: str) -> None:
    rows = invitation_list.read(f"{HEAD}A1NORD123;{begins or ''}cmd|' /C calc'!A0;nobody;DE;de")
    told = invitation_list.errors_as_csv(rows)
    assert told.startswith(
        "line,merchant_id,company,email,country,language,problem\r\n2,A1NORD123,"
    )
    assert f",{begins}" not in told
    assert "cmd|" in told
    assert invitation_list.guarded(f"{begins}1") == f"'{begins}1"
