"""What makes a question template whole, and what goes along with a question (P12, P23)."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from caselog.models import QuestionTemplate
from caselog.operations import templates as operations
from caselog.rules import answers, templates
from csba.topics import Topic
from tests.factories.sellers import OrderFactory

pytestmark = pytest.mark.django_db

SAID = {"de": "Wort", "zh-hans": "词", "en": "Word"}
FIELD = {"key": "in_stock", "kind": "YES_NO", "required": True, "label": SAID}
CHOICE: dict[str, Any] = {
    **FIELD,
    "kind": "CHOICE",
    "choices": [{"value": "yes", "label": SAID}, {"value": "later", "label": SAID}],
}
WHOLE: dict[str, Any] = {
    "code": "proof-of-origin",
    "topic": "PRODUCT",
    "names": SAID,
    "bodies": SAID,
    "fields": [FIELD],
    "order_facts": ["ITEM"],
}
TYPED = {
    "YES_NO": "yes",
    "DATE": "2026-11-02",
    "AMOUNT": "12,50",
    "TRACKING": "LX123456789CN",
    "TEXT": "steht im Paket",
}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": "Proof of origin"}, "small letters, digits and single dashes"),
        ({"topic": "NONE"}, "choose a topic"),
        ({"names": {"de": "Wort", "en": "Word"}}, "name in German, Chinese and English"),
        ({"bodies": {**SAID, "zh-hans": " "}}, "write the question in German"),
        ({"fields": [{**FIELD, "key": f"k{n}"} for n in range(13)]}, "at most 12"),
        ({"fields": [FIELD, FIELD]}, "Two fields are called “in_stock”"),
        ({"fields": [{**FIELD, "key": "In stock"}]}, "begins with a small letter"),
        ({"fields": [{**FIELD, "kind": "EMOJI"}]}, "what kind of answer"),
        ({"fields": [{**FIELD, "label": {"de": "Wort"}}]}, "label it in German"),
        ({"fields": [{**FIELD, "help": {"en": "Word"}}]}, "hint in all three languages"),
        ({"fields": [{**CHOICE, "choices": CHOICE["choices"][:1]}]}, "two different answers"),
        (
            {"fields": [{**CHOICE, "choices": [{"value": "a", "label": {}}, *CHOICE["choices"]]}]},
            "value | German | Chinese | English",
        ),
        ({"order_facts": ["BUYER_PHONE"]}, "choose the facts from the list"),
    ],
)
def test_what_is_missing_is_said(change: dict[str, Any], sentence: str) -> None:
    with translation.override("en"):
        (problem,) = templates.problems(**WHOLE | change)
    assert sentence in problem


@pytest.mark.parametrize("field", [FIELD, CHOICE])
def test_a_whole_template_has_no_problem(field: dict[str, Any]) -> None:
    assert templates.problems(**WHOLE | {"fields": [field]}) == []


def test_the_templates_that_come_along_are_whole_and_can_be_answered() -> None:
    found = list(QuestionTemplate.objects.active())
    assert len(found) >= 10
    assert {one.topic for one in found} >= {Topic.WHERE_IS_IT, Topic.DAMAGED, Topic.PRODUCT}
    for one in found:
        parts = ("code", "topic", "names", "bodies", "fields", "order_facts")
        assert templates.problems(**{part: getattr(one, part) for part in parts}) == []
        typed = {
            field["key"]: field["choices"][0]["value"]
            if field["kind"] == "CHOICE"
            else TYPED.get(field["kind"], "")
            for field in one.fields
        }
        files = {field["key"]: ["a.png"] for field in one.fields if field["kind"] == "FILE"}
        taken = answers.taken(one.fields, typed, today=date(2026, 11, 1), files=files)
        assert taken.problems == {}
        for language in templates.LANGUAGES:
            assert len(answers.shown(one.fields, taken.values, language)) == len(one.fields)


def test_facts_are_those_asked_for_in_three_languages(longmen: Any) -> None:
    order = OrderFactory(seller=longmen, ship_name="Jonas Weber", ship_phone="")
    line = order.lines.get()
    facts = templates.facts(
        ["ITEM", "PLACED_AT", "BUYER_PHONE", "TRACKING"],
        order=order,
        lines=[line],
        parcels=[],
        seller=longmen,
    )
    assert [fact["key"] for fact in facts] == ["PLACED_AT", "ITEM"], "what is unknown is left out"
    assert facts[1]["value"] == line.title
    assert facts[0]["label"] == {"de": "Bestellt", "zh-hans": "下单时间", "en": "Ordered"}
    assert set(facts[0]["value"]) == set(templates.LANGUAGES)


def test_no_fact_of_an_order_is_a_buyers_datum(longmen: Any) -> None:
    order = OrderFactory(
        seller=longmen,
        ship_name="Jonas Weber",
        ship_phone="+49301234567",
        ship_lines=["Ahornweg 5"],
    )
    everything = templates.facts(
        QuestionTemplate.Fact.values,
        order=order,
        lines=list(order.lines.all()),
        parcels=[],
        seller=longmen,
    )
    for datum in ("Jonas", "Weber", "Ahornweg", "1234567"):
        assert datum not in str(everything)


def test_the_sentence_why_is_asked_for_too() -> None:
    with translation.override("en"):
        assert "sentence why" in operations.missing(**WHOLE, why=" ")[0]
