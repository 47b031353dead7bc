"""The terms as pieces that a template can show: headings, lists, paragraphs; never markup."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

_KINDS = (("## ", "heading"), ("# ", "title"), ("- ", "list"))


@dataclass(frozen=True)
class Block:
    """One piece of a document: a title, a heading, a list or a paragraph, with its lines."""

    kind: str
    lines: tuple[str, ...]


def blocks(text: str) -> Iterator[Block]:
    """The pieces of a text in the small dialect of sellers/seed/terms: #, ##, - and plain lines."""
    for kind, lines in groupby(map(_read, text.splitlines()), key=lambda line: line[0]):
        if kind != "gap":
            yield Block(kind, tuple(words for _kind, words in lines))


def words(line: str) -> str:
    """A line without the mark that makes it a heading or a point of a list."""
    return _read(line)[1]


def _read(line: str) -> tuple[str, str]:
    if not line.strip():
        return "gap", ""
    for mark, kind in _KINDS:
        if line.startswith(mark):
            return kind, line.removeprefix(mark).strip()
    return "text", line.strip()
