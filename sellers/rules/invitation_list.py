"""A list of sellers to invite, as people save it from a spreadsheet: columns by their names;
commas, semicolons or tabs; UTF-8 or what Windows once wrote. Pure: nothing is looked up here.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from csba.errors import Refused
from sellers.rules import countries

MOST_ROWS: Final = 5000
LONGEST_TEXT: Final = 2 * 1024 * 1024
"""Characters of a whole list; 5,000 rows are far below."""
COLUMNS: Final = ("merchant_id", "company", "email", "country", "language")
_NEEDED: Final = COLUMNS[:4]
_LONGEST: Final = {"merchant_id": 20, "company": 160, "email": 254}
MERCHANT_ID: Final = re.compile(r"[A-Z0-9]{5,20}")

_NAMES: Final = {
    **dict.fromkeys(
        ("merchant_id", "merchantid", "merchant", "seller_id", "sellerid", "merchant_token"),
        "merchant_id",
    ),
    **dict.fromkeys(
        ("händler_id", "haendler_id", "händlernummer", "verkäufer_id", "verkaeufer_id"),
        "merchant_id",
    ),
    **dict.fromkeys(
        ("company", "company_name", "name", "firma", "unternehmen", "firmenname"), "company"
    ),
    **dict.fromkeys(
        ("email", "e_mail", "mail", "email_address", "e_mail_address", "e_mail_adresse"), "email"
    ),
    **dict.fromkeys(("email_adresse", "emailadresse"), "email"),
    **dict.fromkeys(("country", "country_code", "land", "ländercode", "laendercode"), "country"),
    **dict.fromkeys(("language", "sprache"), "language"),
}
_LANGUAGES: Final = {
    **dict.fromkeys(("de", "de_de", "german", "deutsch", "德语"), "de"),
    **dict.fromkeys(
        ("zh", "zh_cn", "zh_hans", "cn", "chinese", "chinesisch", "中文", "汉语"), "zh-hans"
    ),
    **dict.fromkeys(("en", "en_gb", "en_us", "english", "englisch", "英语"), "en"),
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list, tidied; `problem` says why nobody can be invited by it."""

    line: int
    merchant_id: str = ""
    company: str = ""
    email: str = ""
    country: str = ""
    language: str = ""
    problem: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


def decoded(data: bytes) -> str:
    """The text of an uploaded file: UTF-8 with or without its mark, UTF-16, else windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read(text: str) -> list[Row]:
    """Every row below the heading, good or with its problem; refused if it is no such list."""
    text = text.removeprefix("\ufeff").replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Refused(_("The list is empty. Please choose a file or paste the rows."), code="list")
    if len(text) > LONGEST_TEXT:
        raise Refused(_("The list is too long. Please split it into several."), code="list")
    lines = _lines(text)
    heading = next((cells for _number, cells in lines if any(map(str.strip, cells))), [])
    names = [_NAMES.get(_plain(cell), "") for cell in heading]
    if missing := [name for name in _NEEDED if name not in names]:
        words = _("The first row must name the columns. Missing: %(names)s.")
        raise Refused(words % {"names": ", ".join(missing)}, code="list")
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        words = _("The first row names a column twice: %(names)s.")
        raise Refused(words % {"names": ", ".join(twice)}, code="list")
    found: list[Row] = []
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(found) == MOST_ROWS:
            words = _("The list has more than %(count)d rows. Please split it into several.")
            raise Refused(words % {"count": MOST_ROWS}, code="list")
        found.append(_row(number, names, cells))
    if not found:
        raise Refused(_("The list has a heading, but no row below it."), code="list")
    return _without_repeats(found)


def guarded(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def errors_as_csv(rows: Iterable[Row]) -> str:
    """The rows with a problem as they were typed, with line and problem; for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["line", *COLUMNS, "problem"])
    for row in rows:
        cells = [guarded(row.cells.get(name, "")) for name in COLUMNS]
        writer.writerow([row.line, *cells, guarded(row.problem)])
    return out.getvalue()


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row with the number of the line it begins in."""
    head = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            words = _("Line %(line)d cannot be read. Please look at its quotation marks.")
            raise Refused(words % {"line": begins}, code="list") from problem
        yield begins, cells
        begins = reader.line_num + 1


def _plain(cell: str) -> str:
    return re.sub(r"[\s\-./]+", "_", cell.strip().lower()).strip("_")


def _row(number: int, names: list[str], cells: list[str]) -> Row:
    told = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
    country = told.get("country", "").upper()
    word = _plain(told.get("language", ""))
    language = _LANGUAGES.get(word, "") if word else countries.language(country)
    row = Row(
        line=number,
        merchant_id=told.get("merchant_id", "").upper(),
        company=" ".join(told.get("company", "").split()),
        email=told.get("email", "").lower(),
        country=country,
        language=language,
        cells=told,
    )
    return replace(row, problem=_problem(row, cells, names))


def _problem(row: Row, cells: list[str], names: list[str]) -> str:
    """The first thing that is amiss, with what to do; nothing if the row is good."""
    if any(cell.strip() for cell in cells[len(names) :]):
        return _("The row has more cells than the heading. Does a name hold the separator?")
    if empty := [name for name in _NEEDED if not row.cells.get(name)]:
        return _("%(names)s is missing.") % {"names": ", ".join(empty)}
    for name, most in _LONGEST.items():
        if len(getattr(row, name)) > most:
            words = _("%(name)s is longer than %(count)d characters.")
            return words % {"name": name, "count": most}
    if not MERCHANT_ID.fullmatch(row.merchant_id):
        return _("“%(id)s” is no merchant id: letters A to Z and digits.") % {"id": row.merchant_id}
    if not is_email(row.email):
        return _("“%(email)s” is no e-mail address.") % {"email": row.email}
    if not countries.known(row.country):
        words = _("“%(country)s” is no country. Please give its two letters, such as DE.")
        return words % {"country": row.country}
    if not row.language:
        words = _("“%(language)s” is none of our languages. Please give de, zh-hans or en.")
        return words % {"language": row.cells["language"]}
    return ""


def is_email(text: str) -> bool:
    """Can a letter be sent there?"""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _without_repeats(rows: list[Row]) -> list[Row]:
    """Of two rows about the same seller and address only the first is good."""
    first: dict[tuple[str, str], int] = {}
    found = []
    for row in rows:
        key = (row.merchant_id, row.email)
        if not row.problem and (line := first.setdefault(key, row.line)) != row.line:
            words = _("The same seller and address as in line %(line)d.")
            row = replace(row, problem=words % {"line": line})
        found.append(row)
    return found
