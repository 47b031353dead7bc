"""JSON read piece by piece: the orders of a long answer one after the other, with the line each
begins in, never the whole answer. Also one value a line (NDJSON), where a bad line stops no other.

The marketplace's answers wrap their list in objects ("payload"); those wrappers are walked through,
everything else inside them is small and handed over as one object when its wrapper ends.
"""

from collections.abc import Iterable, Iterator
from json import JSONDecodeError
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from sellers.feeds import json_text
from sellers.feeds.facts import RowProblem

WRAPPERS: Final = frozenset({"response", "payload"})
LISTS: Final = frozenset({"Orders", "orders", "products", "Products"})
LARGEST: Final = 8 * 1024 * 1024
"""Characters of the largest single value; no order comes near it."""
TAIL: Final = 64
"""Where the text ends within so many characters, it may be unfinished rather than wrong."""

_SPACE: Final = " \t\r\n"


class Value(NamedTuple):
    """A value with the line it begins in.

    `kind` is the name of the list it stood in, "object" for one that stands by itself, "cover" for
    what else stood around a wrapped value or list, "end" (with the list's name) after a list.
    """

    kind: str
    line: int
    value: Any


def whole(chunks: Iterable[str]) -> Iterator[Value | RowProblem]:
    """All values of one or several documents; ends with a problem where the text stops being
    JSON.
    """
    walk = _Walk(iter(chunks))
    try:
        while walk.peek():
            yield from walk.document()
    except _Broken as broken:
        yield RowProblem(walk.line_of(broken.at), broken.reason)


def lines(numbered: Iterable[tuple[int, str, bool]]) -> Iterator[Value | RowProblem]:
    """One value a line; a line that is no JSON is a problem of its own."""
    for number, line, ended in numbered:
        if not line.strip():
            continue
        try:
            value = json_text.decode(line)
        except ValueError as problem:
            words = _("The line is not JSON: %(why)s.") % {"why": problem}
            yield RowProblem(number, words if ended else cut_off(number))
        else:
            yield from unwrapped(value, number)


def unwrapped(value: Any, line: int) -> Iterator[Value]:
    """The same pieces of a value in memory as `whole` finds in a stream."""
    if not isinstance(value, dict):
        yield Value("object", line, value)
        return
    rest, kind = {}, "object"
    for name, inner in value.items():
        if name in WRAPPERS and isinstance(inner, dict):
            kind = "cover"
            yield from unwrapped(inner, line)
        elif name in LISTS and isinstance(inner, list):
            kind = "cover"
            for item in inner:
                yield Value(name, line, item)
            yield Value("end", line, name)
        else:
            rest[name] = inner
    yield Value(kind, line, rest)


def cut_off(line: int) -> str:
    """The sentence for a file that stops in the middle."""
    words = _(
        "The file is cut off here: what begins in line %(line)d is not complete. "
        "Everything before it was read."
    )
    return words % {"line": line}


class _Broken(Exception):
    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at, self.reason = at, reason


class _Walk:
    """A place in the text; only the part from this place on is kept."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self.chunks = chunks
        self.text = ""
        self.at = 0
        self.counted = 0
        self.line = 1

    def document(self) -> Iterator[Value]:
        match self.peek():
            case "{":
                yield from self._object()
            case "[":
                yield from self._list("list")
            case _:
                raise _Broken(self.at, _("This is not JSON: expected { or [."))

    def peek(self) -> str:
        """The next character that is no blank; "" at the end of the text."""
        while True:
            text, at = self.text, self.at
            while at < len(text) and text[at] in _SPACE:
                at += 1
            self.at = at
            if at < len(text):
                return text[at]
            if not self._more():
                return ""

    def line_of(self, at: int) -> int:
        """The number of the line, from 1; asked for places in rising order."""
        at = min(at, len(self.text))
        self.line += self.text.count("\n", self.counted, at)
        self.counted = max(self.counted, at)
        return self.line

    def _object(self) -> Iterator[Value]:
        self._take("{")
        line = self.line_of(self.at)
        rest: dict[str, Any] = {}
        kind = "object"
        while self.peek() != "}":
            if self.peek() != '"':
                raise self._unexpected('"')
            name = self._value()
            self._take(":")
            opens = self.peek()
            if name in WRAPPERS and opens == "{":
                kind = "cover"
                yield from self._object()
            elif name in LISTS and opens == "[":
                kind = "cover"
                yield from self._list(name)
            else:
                rest[name] = self._value()
            if self.peek() != "}":
                self._take(",")
        self._take("}")
        yield Value(kind, line, rest)

    def _list(self, kind: str) -> Iterator[Value]:
        self._take("[")
        while self.peek() != "]":
            line = self.line_of(self.at)
            value = self._value()
            if kind == "list":
                yield from unwrapped(value, line)
            else:
                yield Value(kind, line, value)
            if self.peek() != "]":
                self._take(",")
        self._take("]")
        yield Value("end", self.line_of(self.at), kind)

    def _take(self, character: str) -> None:
        if self.peek() != character:
            raise self._unexpected(character)
        self.at += 1

    def _unexpected(self, wanted: str) -> _Broken:
        if not self.peek():
            return _Broken(self.at, cut_off(self.line_of(self.at)))
        words = _("From here on this is not JSON: expected %(what)s.") % {"what": wanted}
        return _Broken(self.at, words)

    def _value(self) -> Any:
        """The value that begins at the next character; more text is read until it is complete."""
        self.peek()
        while True:
            try:
                value, end = json_text.decode_at(self.text, self.at)
            except JSONDecodeError as problem:
                unfinished = problem.msg.startswith("Unterminated") or _is_tail(
                    self.text[problem.pos : problem.pos + TAIL + 1]
                )
                if unfinished and self._more(at_least=len(self.text) - self.at):
                    continue
                if unfinished and len(self.text) - self.at <= LARGEST:
                    raise _Broken(self.at, cut_off(self.line_of(self.at))) from problem
                words = _("From here on this is not JSON: %(why)s.") % {"why": problem.msg}
                raise _Broken(problem.pos, words) from problem
            except (ValueError, RecursionError) as problem:
                words = _("This cannot be read: %(why)s.") % {"why": problem}
                raise _Broken(self.at, words) from problem
            if end == len(self.text) and not isinstance(value, str | dict | list) and self._more():
                continue  # a number may go on in what has just been read
            self.at = end
            return value

    def _more(self, at_least: int = 0) -> bool:
        """Reads on, as much again as is waiting, and forgets what was read before this place."""
        if len(self.text) - self.at > LARGEST:
            return False
        parts: list[str] = []
        size = 0
        while size <= at_least and (chunk := next(self.chunks, "")):
            parts.append(chunk)
            size += len(chunk)
        if not parts:
            return False
        self.line_of(self.at)
        self.text = self.text[self.at :] + "".join(parts)
        self.at = self.counted = 0
        return True


def _is_tail(rest: str) -> bool:
    """Can the text have been broken off here: blanks, half a word, half an escape?"""
    return len(rest) <= TAIL and not any(character in rest for character in ",}]")
