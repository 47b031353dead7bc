"""Opening a file of the marketplace: packed or not, whatever its encoding; what is inside decides
which reader takes it, never its name.
"""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final, Protocol, TypeVar

from django.utils.translation import gettext as _

from sellers.feeds import json_stream, json_text
from sellers.feeds.facts import NotReadable, RowProblem

CHUNK: Final = 1 << 16
HEAD: Final = 1 << 20
"""Bytes that are looked at to find out what a file is."""
LONGEST_LINE: Final = json_stream.LARGEST
GZIP: Final = b"\x1f\x8b"
FOREIGN: Final = {b"PK\x03\x04": "zip", b"%PDF": "PDF", b"<?xm": "XML", b"\xd0\xcf\x11\xe0": "xls"}
FALLBACK: Final = "cp1252_where_not_utf8"


class _Row(Protocol):
    @property
    def line(self) -> int: ...


R = TypeVar("R", bound=_Row)


def _as_cp1252(problem: UnicodeError) -> tuple[str, int]:
    """Files in the wild are UTF-8 or what Windows once wrote in Western Europe, also mixed."""
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    bad = problem.object[problem.start : problem.end]
    return bad.decode("cp1252", "replace"), problem.end


codecs.register_error(FALLBACK, _as_cp1252)


class Source:
    """The text of a file, read in pieces from the beginning, each time it is asked for.

    `damage` says, once all was read, why a packed file could not be read to its end.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.damage = ""
        file.seek(0)
        self.packed = file.read(2) == GZIP

    def chunks(self) -> Iterator[str]:
        """The text from its beginning, with plain line ends; no piece is empty."""
        self.file.seek(0)
        stream = gzip.GzipFile(fileobj=self.file) if self.packed else self.file
        decoder: io.IncrementalNewlineDecoder | None = None
        while True:
            data = self._read(stream)
            if decoder is None:
                decoder = _decoder(data)
            if text := decoder.decode(data, final=not data):
                yield text
            if not data:
                return

    def lines(self) -> Iterator[tuple[int, str, bool]]:
        """Number, text and whether it was ended by a line break, for every line."""
        number, waiting = 0, ""
        for chunk in self.chunks():
            *full, waiting = (waiting + chunk).split("\n")
            for line in full:
                number += 1
                yield number, line, True
            if len(waiting) > LONGEST_LINE:
                raise NotReadable(
                    _("Line %(line)d is longer than any row can be.") % {"line": number + 1}
                )
        if waiting:
            yield number + 1, waiting, False

    def head(self) -> str:
        """The beginning, enough to tell what this is; refuses what is empty or no text."""
        self.file.seek(0)
        start = self.file.read(4)
        if not start:
            raise NotReadable(_("The file is empty."))
        if start in FOREIGN:
            words = _("This is a %(kind)s file; expected JSON or a tab-separated report.")
            raise NotReadable(words % {"kind": FOREIGN[start]})
        found = ""
        for chunk in self.chunks():
            found += chunk
            if len(found) > HEAD:
                break
        if not found.strip():
            raise NotReadable(self.damage or _("The file is empty."))
        return found

    def _read(self, stream: BinaryIO | gzip.GzipFile) -> bytes:
        try:
            return stream.read1(CHUNK) if hasattr(stream, "read1") else stream.read(CHUNK)
        except EOFError:
            self.damage = _("The packed file is cut off: it ends before its own end mark.")
        except (gzip.BadGzipFile, zlib.error):
            self.damage = _("The packed file is damaged from here on.")
        return b""


def with_damage(rows: Iterator[R], source: Source) -> Iterator[R | RowProblem]:
    """The rows, and at their end the reason why a packed file could not be read further."""
    held: R | RowProblem | None = None
    for row in rows:
        if held is not None:
            yield held
        held = row
    line = 1 if held is None else held.line
    says_so = isinstance(held, RowProblem) and held.reason == json_stream.cut_off(line)
    if held is not None and not (source.damage and says_so):
        yield held
    if source.damage:
        yield RowProblem(line, source.damage)


def is_json(head: str) -> bool:
    """Does the text begin as JSON?"""
    return head.lstrip()[:1] in {"{", "["}


def is_one_value_a_line(head: str) -> bool:
    """Is this NDJSON? Its first line, or else its second, is a whole object by itself."""
    rows = [line for line in head.split("\n")[:-1] if line.strip()] or [head]
    if _is_object(rows[0]):
        return True
    begins = rows[0].lstrip()
    names = ('"AmazonOrderId"', '"orderId"', '"asin"')
    return (
        begins.startswith("{")
        and any(name in begins for name in names)
        and (len(rows) > 1 and _is_object(rows[1]))
    )


def _is_object(line: str) -> bool:
    try:
        return isinstance(json_text.decode(line), dict)
    except ValueError:
        return False


def _decoder(first: bytes) -> io.IncrementalNewlineDecoder:
    utf16 = first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    name, errors = ("utf-16", "replace") if utf16 else ("utf-8-sig", FALLBACK)
    return io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(name)(errors), translate=True)
