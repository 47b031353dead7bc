"""The product page is read before the seller is asked (P11, P24)."""

from typing import Any

import pytest
from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from inquiries.rules import answers
from sellers.models import Product
from sellers.rules.product_search import words_stored
from tests.factories.sellers import ProductFactory

pytestmark = pytest.mark.django_db

BULLETS = [
    "Flasche und Deckel sind spülmaschinenfest bis 65 °C",
    "Hält zwölf Stunden warm",
    "Auslaufsicher, ohne Weichmacher",
]


@pytest.fixture
def page() -> Product:
    """A page as the feed stores it: its search columns hold the words of all its text."""
    product: Product = ProductFactory(
        title="Trinkflasche Quell",
        bullets=BULLETS,
        description="Aus gebürstetem Edelstahl. Passt in jeden Rucksack.",
        attributes={"Gewicht": "420 g", "Fassung": "E27"},
    )
    text = Value(
        " ".join([product.title, *BULLETS, product.description, "Gewicht 420 g Fassung E27"])
    )
    Product.objects.update(
        search_german=SearchVector(text, config="german"),
        search_simple=SearchVector(text, config="simple"),
    )
    return product


def found(question: str) -> list[tuple[str, str]]:
    return [(hit.place, hit.text) for hit in answers.passages(Product.objects.all(), question)]


@pytest.mark.parametrize(
    ("question", "place", "text"),
    [
        ("Darf der Deckel in die Spülmaschine?", "bullet point 1", BULLETS[0]),
        ("Wie viele Stunden bleibt der Tee warm?", "bullet point 2", BULLETS[1]),
        ("Sind Weichmacher drin?", "bullet point 3", BULLETS[2]),
        ("Passen zwei in den Rucksack?", "description", "Passt in jeden Rucksack."),
        ("Welche Fassung hat die Lampe?", "product details", "Fassung: E27"),
        ("Is it E27?", "product details", "Fassung: E27"),
    ],
)
def test_the_sentence_that_answers_comes_first_with_its_place(
    page: Product, question: str, place: str, text: str
) -> None:
    assert found(question)[0] == (place, text)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?!",
        "Wo bleibt meine Rechnung?",
        "Guten Tag, vielen Dank",
        "der die das und ist",
        "质保多久？",
        "a & b | !c <-> 'd' :* \\",
    ],
)
def test_a_question_the_page_does_not_answer_has_no_citation(page: Product, question: str) -> None:
    assert found(question) == []


def test_the_words_that_matched_are_marked(page: Product) -> None:
    hit = answers.passages(Product.objects.all(), "Flasche in die Spülmaschine?")[0]
    assert [part for part, marked in hit.parts if marked] == ["Flasche", "spülmaschinenfest"]
    assert "".join(part for part, _marked in hit.parts) == BULLETS[0]


CHINESE = [
    "杯身与杯盖均可放入洗碗机清洗，最高 65 °C",
    "保温 12 小时，容量 750 毫升",
    "双层 304 不锈钢，不含双酚A。附带清洁刷！",
]


@pytest.fixture
def chinese_page() -> Product:
    """As the feed stores a page in Chinese: pairs of characters in the simple vector."""
    description = "密封圈可以单独更换。质保两年，凭订单号登记。"
    product: Product = ProductFactory(
        title="不锈钢保温杯", bullets=CHINESE, description=description, attributes={"颜色": "青色"}
    )
    text = " ".join([product.title, *CHINESE, description, "颜色 青色"])
    Product.objects.filter(pk=product.pk).update(
        search_german=SearchVector(Value(text), config="german"),
        search_simple=SearchVector(Value(words_stored(text)), config="simple"),
    )
    return product


@pytest.mark.parametrize(
    ("question", "place", "text"),
    [
        ("您好，请问杯盖可以放洗碗机吗？", "bullet point 1", CHINESE[0]),
        ("一个杯子能保温多久？", "bullet point 2", CHINESE[1]),
        ("是304不锈钢吗", "bullet point 3", CHINESE[2]),
        ("质保几年？", "description", "质保两年，凭订单号登记。"),
        ("颜色？", "product details", "颜色: 青色"),
    ],
)
def test_a_chinese_question_finds_the_sentence_of_a_chinese_page(
    chinese_page: Product, question: str, place: str, text: str
) -> None:
    assert found(question)[0] == (place, text)


@pytest.mark.parametrize(
    "question", ["您好，请问可以吗？谢谢", "发票在哪里下载", "杯", "这款有没有？"]
)
def test_a_chinese_question_without_an_answer_has_no_citation(
    chinese_page: Product, question: str
) -> None:
    assert found(question) == []


def test_neighbouring_pairs_are_marked_as_one_word(chinese_page: Product) -> None:
    hit = answers.passages(Product.objects.all(), "能放洗碗机么，65 度")[0]
    assert [part for part, marked in hit.parts if marked] == ["洗碗机", "65"]
    assert "".join(part for part, _marked in hit.parts) == CHINESE[0]


def test_chinese_needs_no_statement_more(
    chinese_page: Product, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(1):
        assert found("质保几年？")


def test_only_pages_that_were_asked_for_are_read(page: Product) -> None:
    assert answers.passages(Product.objects.exclude(pk=page.pk), "Spülmaschine") == []


def test_two_statements_are_enough(page: Product, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(2):
        assert found("Deckel in die Spülmaschine, warm, Rucksack?")
