"""JSON values from text: decimals exact, and nothing in them that the database cannot hold."""

import json
import re
from decimal import Decimal
from typing import Any

_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=str)
_suspect = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def decode(words: str) -> Any:
    """The value that the text is; ValueError if it is none."""
    try:
        return _cleaned(_decoder.decode(words), words, 0, len(words))
    except RecursionError as problem:
        raise ValueError("nested too deeply") from problem


def decode_at(words: str, at: int) -> tuple[Any, int]:
    """The value that begins at this place, and where it ends; ValueError if none does."""
    value, end = _decoder.raw_decode(words, at)
    return _cleaned(value, words, at, end), end


def _cleaned(value: Any, words: str, start: int, end: int) -> Any:
    """Without the two things that JSON can say and a database text cannot hold."""
    return value if _suspect.search(words, start, end) is None else _without_them(value)


def _without_them(value: Any) -> Any:
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
        case dict():
            return {_without_them(name): _without_them(inner) for name, inner in value.items()}
        case list():
            return [_without_them(inner) for inner in value]
        case _:
            return value
