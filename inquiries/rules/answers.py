"""What does the product page already say about a buyer's question (P11, P24)?

The words of the question are looked for in the page by PostgreSQL's full text search: German stems
and exact forms. The page's own sentences come back with their place, so that an answer can cite
them; nothing is summed up or guessed. A word of six letters or more also finds longer ones that
begin with it, because German glues words together (Spülmaschine, spülmaschinenfest). Chinese is
looked for by pairs of neighbouring characters, as the page was stored (rulings 29).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Final

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext as _

from sellers.models import Product
from sellers.rules.product_search import CHINESE, words_asked

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
        *("您好", "你好", "请问", "谢谢", "麻烦", "我们", "你们", "我想", "想问", "问一", "一下"),
        *("可以", "这个", "这款", "什么", "怎么", "是否", "有没", "没有", "是不", "能不", "的吗"),
    ]
)

_WORD = re.compile(r"[^\W_]{2,}")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])\s*|\n+")
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
    pairs = [word for word in asked if CHINESE.fullmatch(word)]
    spelt = [word for word in asked if word not in pairs]
    exact = [word for word in spelt if len(word) >= _STEM or any(map(str.isdigit, word))] + pairs
    speaks = Q(search_german=_query(spelt, "german")) if spelt else Q()
    if exact:
        speaks |= Q(search_simple=_query(exact, "simple"))
    found = [
        (product, place, text)
        for product in products.filter(speaks).order_by("pk")
        for place, text in sentences(product)
    ][:_MOST_SENTENCES]
    if not found:
        return []
    lines = _marked(products, [text for _product, _place, text in found], spelt)
    hits = [
        (_shared(line, pairs), product, place, text, line)
        for (product, place, text), line in zip(found, lines, strict=True)
    ]
    hits.sort(key=lambda hit: -hit[0])
    return [
        Passage(product.asin, product.title, place, text, _parts(line, pairs))
        for count, product, place, text, line in hits[:MOST]
        if count
    ]


def words(question: str) -> list[str]:
    """The words of a question, each once, in lower case, without the polite ones; Chinese in
    pairs.
    """
    said = dict.fromkeys(_WORD.findall(words_asked(question.lower())))
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


def _marked(products: QuerySet[Product], texts: list[str], spelt: list[str]) -> list[str]:
    """Each text with the matching words in brackets; the row only carries the expressions."""
    plain = [text.replace(_OPEN, "").replace(_CLOSE, "") for text in texts]
    if not spelt:
        return plain
    query = _query(spelt, "german")
    lines = products.model.objects.order_by("pk").values_list(
        *(
            SearchHeadline(
                Value(text),
                query,
                config="german",
                start_sel=_OPEN,
                stop_sel=_CLOSE,
                highlight_all=True,
            )
            for text in plain
        )
    )
    return list(lines[0])


def _shared(line: str, pairs: list[str]) -> int:
    """How many different words of the question the sentence has."""
    return len({word.lower() for word in _MARKED.findall(line)}) + sum(
        pair in line for pair in pairs
    )


def _parts(line: str, pairs: list[str]) -> tuple[tuple[str, bool], ...]:
    """The sentence in pieces, each with whether it is of the question."""
    text, hits = "", list[bool]()
    for place, part in enumerate(_MARKED.split(line)):
        text += part
        hits += [place % 2 == 1] * len(part)
    for pair in pairs:
        # Looked for from every character: in one run of Chinese, pairs overlap.
        for found in re.finditer(f"(?={pair})", text):
            hits[found.start() : found.start() + 2] = [True, True]
    runs = groupby(zip(text, hits, strict=True), key=lambda one: one[1])
    return tuple(("".join(sign for sign, _hit in run), hit) for hit, run in runs)
