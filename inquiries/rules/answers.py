"""What does the product page already say about a buyer's question (P11, P24)?

The words of the question are looked for in the page by PostgreSQL's full text search: German stems
and exact forms. The page's own sentences come back with their place, so that an answer can cite
them; nothing is summed up or guessed. A word of six letters or more also finds longer ones that
begin with it, because German glues words together (Spülmaschine, spülmaschinenfest).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext as _

from sellers.models import Product

MOST: Final = 4
"""More citations than this nobody reads beside a conversation."""
_MOST_WORDS: Final = 40
_MOST_SENTENCES: Final = 60
_STEM: Final = 6
_OPEN, _CLOSE = "⟦", "⟧"
# Said in every letter, and so about nothing: «Guten Tag» is not a question about days.
_POLITE: Final = frozenset(
    [
        "bitte",
        "danke",
        "dank",
        "gruß",
        "grüße",
        "guten",
        "hallo",
        "liebe",
        "lieber",
        "mfg",
        "tag",
        "vielen",
        "viele",
        "dear",
        "hello",
        "kind",
        "please",
        "regards",
        "thank",
        "thanks",
    ]
)

_WORD = re.compile(r"[^\W_]{2,}")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_MARKED = re.compile(f"{_OPEN}(.+?){_CLOSE}")


@dataclass(frozen=True)
class Passage:
    """A sentence of a product page: where it stands, and its parts with what matched."""

    asin: str
    title: str
    place: str
    text: str
    parts: tuple[tuple[str, bool], ...]


def passages(products: QuerySet[Product], question: str) -> list[Passage]:
    """The sentences of these pages that share words with `question`, the best first; two
    statements at most.
    """
    asked = words(question)
    if not asked:
        return []
    german = _query(asked, "german")
    exact = [word for word in asked if len(word) >= _STEM or any(map(str.isdigit, word))]
    speaks = Q(search_german=german)
    if exact:
        speaks |= Q(search_simple=_query(exact, "simple"))
    found = [
        (product, place, text)
        for product in products.filter(speaks).order_by("pk")
        for place, text in sentences(product)
    ][:_MOST_SENTENCES]
    if not found:
        return []
    marked = _marked(products, [text for _product, _place, text in found], german)
    hits = [
        (len({word.lower() for word in _MARKED.findall(line)}), product, place, text, line)
        for (product, place, text), line in zip(found, marked, strict=True)
    ]
    hits.sort(key=lambda hit: -hit[0])
    return [
        Passage(product.asin, product.title, place, text, _parts(line))
        for count, product, place, text, line in hits[:MOST]
        if count
    ]


def words(question: str) -> list[str]:
    """The words of a question, each once, in lower case, without the polite ones."""
    said = dict.fromkeys(_WORD.findall(question.lower()))
    return [word for word in said if word not in _POLITE][:_MOST_WORDS]


def sentences(product: Product) -> Iterator[tuple[str, str]]:
    """All sentences of a page with the place where a reader finds each."""
    for number, bullet in enumerate(product.bullets, start=1):
        if str(bullet).strip():
            yield _("bullet point %(number)d") % {"number": number}, str(bullet).strip()
    for sentence in _SENTENCE_END.split(product.description):
        if sentence.strip():
            yield _("description"), sentence.strip()
    for name, value in product.attributes.items():
        yield _("product details"), f"{name}: {value}"


def _query(asked: list[str], config: str) -> SearchQuery:
    terms = (
        SearchQuery(f"{word}:*" if len(word) >= _STEM else word, config=config, search_type="raw")
        for word in asked
    )
    return reduce(or_, terms)


def _marked(products: QuerySet[Product], texts: list[str], query: SearchQuery) -> list[str]:
    """Each text with the matching words in brackets; the row only carries the expressions."""
    lines = products.model.objects.order_by("pk").values_list(
        *(
            SearchHeadline(
                Value(text.replace(_OPEN, "").replace(_CLOSE, "")),
                query,
                config="german",
                start_sel=_OPEN,
                stop_sel=_CLOSE,
                highlight_all=True,
            )
            for text in texts
        )
    )
    return list(lines[0])


def _parts(line: str) -> tuple[tuple[str, bool], ...]:
    parts = [(part, place % 2 == 1) for place, part in enumerate(_MARKED.split(line))]
    return tuple(part for part in parts if part[0])
