"""Files that are empty, foreign, damaged or cut off: what can be read is read, the rest is told."""

import gzip
import json
from io import BytesIO

import pytest

from sellers.feeds import json_stream, opening
from sellers.feeds.facts import NotReadable, OrderRow, RowProblem
from tests.sellers.feeds.reading import DATA, numbers, problems, rows

JSON = (DATA / "v0_get_orders.json").read_bytes()
NDJSON = (DATA / "v0_orders.ndjson").read_bytes()
TSV = (DATA / "report_all_orders.txt").read_bytes()
WHOLE = ["302-7310042-1184503", "304-0091827-6650417", "305-4410029-8837716"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b" \r\n \n", "The file is empty."),
        (gzip.compress(b"", mtime=0), "The file is empty."),
        (b"Dear customer,\nthank you\n", "This file is not known"),
        (b"order-id,order-item-id,purchase-date\n", "This file is not known"),
        (b"<?xml version='1.0'?><orders/>", "This is a XML file"),
        (b"PK\x03\x04rest", "This is a zip file"),
        (b'{"name": "Blume"}', "no orders of the marketplace's API"),
        (b'[{"name": "Blume"}]', "no orders of the marketplace's API"),
        (b"[1, 2]", "no orders of the marketplace's API"),
        (b'{"payload": {"Orders": [{"AmazonOrderId": "302-1', "Line 1: The file is cut off here"),
        (b'{"AmazonOrderId": nothing}', "Line 1: From here on this is not JSON"),
        (b"\x00\x01\x02\x03\xff\xfe\x00", "This file is not known"),
    ],
)
def test_what_cannot_be_read_at_all_says_why(content: bytes, words: str) -> None:
    with pytest.raises(NotReadable, match=words):
        rows(content)


@pytest.mark.parametrize(
    "content",
    [
        b'{"payload": {"Orders": []}}',
        b"[]",
        b'{"orders": []}',
        b'{"payload": {"Orders": [], "NextToken": ""}}',
    ],
)
def test_an_answer_without_orders_is_no_error(content: bytes) -> None:
    assert rows(content) == []


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("content", [JSON, NDJSON, TSV], ids=["json", "ndjson", "tsv"])
def test_packed_or_not_a_file_reads_the_same(content: bytes, packed: bool) -> None:
    assert rows(gzip.compress(content) if packed else content) == rows(content)
    assert len(numbers(rows(content))) == 3


def read_or_none(content: bytes) -> list[OrderRow] | None:
    """The rows; None when nothing at all could be read."""
    try:
        return rows(content)
    except NotReadable:
        return None


def test_json_cut_anywhere_gives_what_was_complete_and_the_place() -> None:
    ends = [at for at in range(len(JSON)) if JSON[at : at + 1] == b"}"]
    for at in range(1, ends[-1], 3):
        found = read_or_none(JSON[:at])
        if found is None:
            assert b"304-0091827" not in JSON[:at], at
            continue
        read = numbers(found)
        assert read == WHOLE[: len(read)], at
        assert all(number.encode() in JSON[:at] for number in read)
        last = found[-1]
        assert isinstance(last, RowProblem), at
        assert "cut off" in last.reason, at
        assert last.line <= JSON[:at].count(b"\n") + 1, at


def test_lines_cut_anywhere_give_what_was_complete() -> None:
    for at in range(10, len(NDJSON), 5):
        complete = NDJSON[:at].count(b"\n")
        found = read_or_none(NDJSON[:at])
        if found is None:
            assert complete == 0, at
            continue
        assert numbers(found)[:complete] == WHOLE[:complete], at
        if NDJSON[at - 1 : at + 1].strip(b"\n") == NDJSON[at - 1 : at + 1]:
            assert [problem.line for problem in problems(found)] == [complete + 1], at


def test_a_report_cut_within_a_row_does_not_take_in_half_of_it() -> None:
    text = TSV[: TSV.rindex(b"Non-Amazon") + 4]
    found = rows(text)
    assert numbers(found) == ["302-7310042-1184503", "305-4410029-8837716"]
    (problem,) = problems(found)
    assert problem.line == 5
    assert "cut off" in problem.reason


def test_a_last_row_without_line_break_is_whole_if_its_cells_are() -> None:
    assert numbers(rows(TSV.rstrip(b"\r\n"))) == numbers(rows(TSV))


@pytest.mark.parametrize("content", [JSON, NDJSON, TSV], ids=["json", "ndjson", "tsv"])
def test_a_packed_file_that_is_cut_off_gives_what_came_before(content: bytes) -> None:
    packed = gzip.compress(content)
    found = rows(packed[:-9])
    *_rest, last = found
    assert isinstance(last, RowProblem)
    assert last.reason == "The packed file is cut off: it ends before its own end mark."
    assert len(problems(found)) == 1


def test_a_packed_file_whose_check_sum_is_wrong_says_so() -> None:
    packed = bytearray(gzip.compress(NDJSON))
    packed[-8:-4] = bytes(4)
    found = rows(bytes(packed))
    assert numbers(found) == WHOLE
    last = found[-1]
    assert isinstance(last, RowProblem)
    assert last.reason == "The packed file is damaged from here on."


def test_a_line_that_is_no_json_stops_no_other() -> None:
    first, second, third, _end = NDJSON.split(b"\n")
    found = rows(b"\n".join([first, second[:-20], b"", third, b""]))
    assert numbers(found) == [WHOLE[0], WHOLE[2]]
    (problem,) = problems(found)
    assert problem.line == 2
    assert problem.reason.startswith("The line is not JSON")


def test_a_first_line_that_is_no_json_stops_no_other() -> None:
    first, second, third, _end = NDJSON.split(b"\n")
    found = rows(b"\n".join([first[:-20], second, third, b""]))
    assert numbers(found) == WHOLE[1:]
    assert problems(found)[0].line == 1


def test_json_that_stops_being_json_gives_what_came_before() -> None:
    text = JSON.decode().replace('"304-0091827-6650417",', '"304-0091827-6650417" oops')
    found = rows(text)
    assert numbers(found) == WHOLE[:1]
    (problem,) = problems(found)
    assert problem.reason == "From here on this is not JSON: Expecting ',' delimiter."
    assert "oops" in text.split("\n")[problem.line - 1]


def test_nothing_nested_without_end_brings_it_down() -> None:
    with pytest.raises(NotReadable, match="Line 1"):
        rows(b'{"payload": ' + b"[" * 200_000)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1000])
@pytest.mark.parametrize("name", ["v0_get_orders.json", "2026_search_orders.json", "products.json"])
def test_a_document_reads_the_same_in_pieces_of_any_size(name: str, size: int) -> None:
    text = (DATA / name).read_text()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert list(json_stream.whole(pieces)) == list(json_stream.whole([text]))


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_number_at_the_end_of_a_piece_is_read_to_its_end(size: int) -> None:
    text = '[{"a": 12345}, 678, {"b": 9.25}] [{"c": true}]'
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    found = [
        value.value for value in json_stream.whole(pieces) if isinstance(value, json_stream.Value)
    ]
    assert [str(value) for value in found] == [
        "{'a': 12345}",
        "678",
        "{'b': Decimal('9.25')}",
        "list",
        "{'c': True}",
        "list",
    ]


def test_a_large_file_is_never_held_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counted(BytesIO):
        furthest = 0

        def read1(self, size: int | None = -1) -> bytes:
            data = super().read1(size)
            Counted.furthest = max(Counted.furthest, self.tell())
            return data

    one = json.dumps(json.loads(NDJSON.split(b"\n")[2])) + ","
    file = Counted(b'{"payload": {"Orders": [' + (one * 20_000).encode()[:-1] + b"]}}")
    chunks = opening.Source(file).chunks()
    values = json_stream.whole(chunks)
    for _value in range(100):
        next(values)
    assert Counted.furthest < 4 * opening.CHUNK
