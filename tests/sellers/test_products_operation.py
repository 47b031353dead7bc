"""Product pages: taken in once, found by their words in German and in Chinese (P24)."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.test.utils import CaptureQueriesContext

from csba.journal import read as journal
from sellers.feeds import products as feed
from sellers.feeds.facts import NotReadable, ProductFacts, RowProblem
from sellers.models import Product
from sellers.operations import products
from sellers.rules.product_search import words_asked
from tests.conftest import START
from tests.factories.sellers import DE
from tests.sellers.feeds.reading import DATA

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
PAGE = ProductFacts(
    asin="B0KANNE001",
    marketplace_id=DE,
    line=4,
    title="Teekanne aus Glas",
    brand="Blume",
    bullets=("Spülmaschinenfest bis 60 °C",),
    description="Der Henkel bleibt kühl.",
    attributes={"Fassungsvermögen": "1 Liter"},
)


def rows_of(name: str) -> list[object]:
    return list(feed.read(BytesIO((DATA / name).read_bytes())))


def found(words: str, column: str = "search_german", config: str = "german") -> set[str]:
    asked = SearchQuery(words, config=config)
    pages = Product.objects.filter(**{column: asked})
    return set(pages.values_list("asin", flat=True))


def test_a_page_reads_as_the_feed_says() -> None:
    kanne, lade, untitled = rows_of("products.json")
    assert isinstance(kanne, ProductFacts)
    assert kanne.title == "Teekanne Klar aus Glas, 1 Liter"
    assert kanne.bullets == ("Spülmaschinenfest bis 60 °C", "Mit Sieb aus Edelstahl")
    assert kanne.description == (
        "Borosilikatglas, hitzebeständig & leicht.\nDer Henkel bleibt kühl."
    )
    assert kanne.attributes == {"Fassungsvermögen": "1 Liter", "Gewicht": 0.45}
    assert isinstance(lade, ProductFacts)
    assert (lade.marketplace_id, lade.language) == (DE, "zh-hans")
    assert isinstance(untitled, ProductFacts)
    assert untitled.title is None


def test_a_bad_line_stops_no_other_page() -> None:
    tuch, bad, brett = rows_of("products.ndjson")
    assert isinstance(tuch, ProductFacts)
    assert isinstance(bad, RowProblem)
    assert bad.line == 2
    assert isinstance(brett, ProductFacts)


@pytest.mark.parametrize("content", [b"", b"asin\ttitle\n", b"<html>"])
def test_what_is_no_feed_is_refused(content: bytes) -> None:
    with pytest.raises(NotReadable):
        list(feed.read(BytesIO(content)))


def test_pages_are_found_by_german_words_and_chinese_ones() -> None:
    report = products.take_in(rows_of("products.json"), source="test")  # type: ignore[arg-type]
    assert (report.new, report.bad) == (2, 1)
    assert report.problems[0].reason == "A new page needs its title."
    assert found("Teekannen") == {"B0KANNE001"}
    assert found("spülmaschinenfest") == {"B0KANNE001"}
    assert found("Henkel") == {"B0KANNE001"}
    assert found("Fassungsvermögen") == {"B0KANNE001"}
    assert found("Toaster") == set()
    for words in ("充电器", "快速充电", "笔记本电脑", "氮化镓", "灯泡"):
        hit = found(words_asked(words), "search_simple", "simple")
        assert hit == (set() if words == "灯泡" else {"B0LADE0001"}), words
    assert found("b0kanne", "search_simple", "simple") == set()


def test_the_same_page_again_writes_nothing_and_a_changed_one_is_found_anew() -> None:
    products.take_in([PAGE], source="test", file_date=START)
    assert products.take_in([PAGE], source="test", file_date=START + HOUR).unchanged == 1
    assert Product.objects.get().changed_at == START
    changed = ProductFacts(PAGE.asin, DE, bullets=("Nur von Hand spülen",))
    assert products.take_in([changed], source="test", file_date=START + HOUR).updated == 1
    page = Product.objects.get()
    assert (page.title, page.bullets) == ("Teekanne aus Glas", ["Nur von Hand spülen"])
    assert page.changed_at == START + HOUR
    assert found("spülmaschinenfest") == set()
    assert found("Hand") == {PAGE.asin}
    assert [(line.verb, line.facts["changed"]) for line in journal.of(page)] == [
        (
            "page_taken_in",
            ["asin", "attributes", "brand", "bullets", "description", "marketplace_id", "title"],
        ),
        ("page_taken_in", ["bullets"]),
    ]


def test_an_older_page_changes_nothing() -> None:
    products.take_in([PAGE], source="test", file_date=START)
    older = replace(PAGE, title="Kanne")
    assert products.take_in([older], source="test", file_date=START - HOUR).older == 1
    assert Product.objects.get().title == "Teekanne aus Glas"


def test_a_dry_run_keeps_nothing() -> None:
    assert products.take_in([PAGE], source="test", dry_run=True).new == 1
    assert not Product.objects.exists()


def test_a_very_long_page_can_be_taken_in_and_searched() -> None:
    words = " ".join(f"wort{n}" for n in range(200_000))
    products.take_in([replace(PAGE, description=words)], source="test")
    assert found("Teekanne") == {PAGE.asin}


def test_statements_do_not_grow_with_the_pages() -> None:
    def statements(pages: list[ProductFacts]) -> int:
        with CaptureQueriesContext(connection) as seen:
            products.take_in(pages, source="test", file_date=START)
        return len([row for row in seen if "SAVEPOINT" not in row["sql"]])

    assert statements([PAGE]) == 5
    assert statements([replace(PAGE, asin=f"B0{n}", title=f"Kanne {n}") for n in range(200)]) == 5
    assert statements([replace(PAGE, asin=f"B0{n}", title=f"Vase {n}") for n in range(200)]) == 5
    assert statements([replace(PAGE, asin=f"B0{n}", title=f"Vase {n}") for n in range(200)]) == 2
