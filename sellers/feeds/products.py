"""Product pages, as JSON or one page a line: asin, marketplace, title, brand, category, bullets,
description, attributes, image, language.
"""

import html
import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext as _

from sellers.feeds import json_stream, opening, records, values
from sellers.feeds.facts import NotReadable, ProductFacts, ProductRow, RowProblem
from sellers.feeds.json_stream import Value
from sellers.feeds.values import BadValue

BREAKS: Final = re.compile(r"<\s*(?:br|/p|/li|/div|/h\d)\b[^>]*>", re.IGNORECASE)
TAGS: Final = re.compile(r"</?[a-zA-Z][^>]*>")
LANGUAGES: Final = {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-hans": "zh-hans"}
MARKETPLACE: Final = "A1PA6795UKMFR9"
"""Where pages are that name no marketplace: the one that the service runs for (domain 6.1)."""


def read(file: BinaryIO) -> Iterator[ProductRow]:
    """The pages of a file that can be sought in; raises NotReadable for what holds none."""
    source = opening.Source(file)
    head = source.head()
    if not opening.is_json(head):
        raise NotReadable(_("This file is not known: expected product pages as JSON."))
    one_a_line = opening.is_one_value_a_line(head)
    found = json_stream.lines(source.lines()) if one_a_line else json_stream.whole(source.chunks())
    return opening.with_damage(_rows(found), source)


def _rows(found: Iterable[Value | RowProblem]) -> Iterator[ProductRow]:
    for row in found:
        if isinstance(row, RowProblem):
            yield row
        elif row.kind not in {"end", "cover"}:
            yield _product(row.value, row.line)


def _product(record: Any, line: int) -> ProductRow:
    asin = ""
    try:
        if not isinstance(record, dict):
            raise BadValue(_("This is not an object."))
        asin = values.key(record.get("asin"), "asin", 20)
        return _facts(record, asin, line)
    except BadValue as bad:
        return RowProblem(line, str(bad), asin)


def _facts(record: dict[str, Any], asin: str, line: int) -> ProductFacts:
    def words(name: str) -> str | None:
        return values.text(record.get(name), name)

    place = words("marketplace")
    bullets = record.get("bullets")
    attributes = record.get("attributes")
    if attributes is not None and not isinstance(attributes, dict):
        raise BadValue(_("%(field)s is not an object.") % {"field": "attributes"})
    description = words("description")
    language = words("language")
    return ProductFacts(
        asin=asin,
        marketplace_id=records.marketplace(place) or MARKETPLACE,
        line=line,
        title=words("title"),
        brand=words("brand"),
        category=words("category"),
        bullets=None
        if bullets is None
        else tuple(
            plain(row)
            for item in records.listed(bullets, "bullets")
            if (row := values.text(item, "bullets"))
        ),
        description=None if description is None else plain(description),
        attributes=None if attributes is None else records.storable(attributes),
        image=words("image"),
        language=None if language is None else LANGUAGES.get(language.lower(), language.lower()),
        changed_at=values.moment(record.get("changed_at"), "changed_at", UTC),
    )


def plain(text: str) -> str:
    """The words of a text that may hold the little HTML that product pages are written in."""
    without = TAGS.sub("", BREAKS.sub("\n", text))
    return html.unescape(without).strip()
