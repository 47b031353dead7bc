"""An agent asks the seller by a template: seen in both languages, facts ticked, a buyer's data only
when chosen (P12, P23).
"""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from caselog.models import EntryFile, Question, QuestionTemplate
from caselog.operations import questions, templates
from caselog.operations.files import Upload
from csba.outbox.models import OutgoingMail
from inquiries.models import Inquiry, PageGap
from inquiries.operations import conversation, seller_input
from tests.factories.inquiries import MessageFactory
from tests.inquiries.desk.conftest import fresh, url
from tests.returns.money.asking import PNG

pytestmark = pytest.mark.django_db

CODE = "stock-for-replacement"


@pytest.fixture
def inquiry(inquiry: Inquiry) -> Inquiry:
    """Its order knows where the buyer lives."""
    order = inquiry.order
    assert order is not None
    order.ship_name, order.ship_lines, order.ship_phone = "Jonas Weber", ["Ahornweg 5"], "+4930111"
    order.save()
    return inquiry


@pytest.fixture
def template() -> QuestionTemplate:
    return QuestionTemplate.objects.get(code=CODE)


def typed(inquiry: Inquiry, **more: Any) -> dict[str, Any]:
    return {
        "client_id": str(uuid.uuid4()),
        "version": 1,
        "seen_seq": fresh(inquiry).last_seq,
        "seen_case_seq": 0,
        "facts": ["ORDER_NUMBER", "ITEM"],
        **more,
    }


def address(inquiry: Inquiry, code: str = CODE) -> str:
    return f"{url('ask-by-template', inquiry.number)}?template={code}"


def words(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def test_templates_of_the_inquirys_topic_come_first(desk: Client, inquiry: Inquiry) -> None:
    Inquiry.objects.filter(pk=inquiry.pk).update(topic="DAMAGED")
    page = desk.get(url("ask-by-template", inquiry.number))
    assert page.context["offered"][0].topic == "DAMAGED"
    assert page.context["chosen"] is None


def test_the_agent_sees_it_in_german_and_chinese_with_the_facts_ticked(
    desk: Client, inquiry: Inquiry, template: QuestionTemplate
) -> None:
    page = desk.get(address(inquiry))
    for language in ("de", "zh-hans"):
        assert template.bodies[language] in words(page)
    form = page.context["form"]
    assert form["facts"].value() == template.order_facts
    assert not form["buyer_data"].value(), "nothing of the buyer by itself"
    assert {key for key, _words in form.fields["buyer_data"].choices} == {
        "BUYER_NAME",
        "BUYER_ADDRESS",
        "BUYER_PHONE",
    }


def test_asked_it_stands_in_the_sellers_language_with_fields_and_the_ticked_facts(
    desk: Client, inquiry: Inquiry, template: QuestionTemplate
) -> None:
    answer = desk.post(address(inquiry), typed(inquiry, body="Bitte bis heute Abend."))
    assert answer["Location"] == url("inquiry", inquiry.number)
    question = Question.objects.select_related("entry", "case").get()
    assert question.template == template
    assert question.fields == template.fields
    assert question.entry.body == f"{template.bodies['zh-hans']}\n\nBitte bis heute Abend."
    assert question.bodies["de"] == f"{template.bodies['de']}\n\nBitte bis heute Abend."
    assert [fact["key"] for fact in question.facts] == ["ORDER_NUMBER", "ITEM"]
    for datum in ("Jonas", "Ahornweg", "4930111"):
        assert datum not in str(question.facts)


def test_a_buyers_data_goes_along_only_when_ticked_and_never_into_a_letter(
    desk: Client, inquiry: Inquiry, longmen: Any
) -> None:
    desk.post(address(inquiry), typed(inquiry, buyer_data=["BUYER_ADDRESS"]))
    question = Question.objects.get()
    assert [fact["key"] for fact in question.facts] == ["ORDER_NUMBER", "ITEM", "BUYER_ADDRESS"]
    assert "Ahornweg 5" in str(question.facts[-1]["value"])
    assert "4930111" not in str(question.facts)
    letters = OutgoingMail.objects.filter(to_address=longmen.default_email)
    assert letters.exists()
    for letter in letters:
        assert "Ahornweg" not in f"{letter.subject} {letter.text}"


def test_the_operation_takes_no_other_data_for_facts(
    inquiry: Inquiry, agent: Any, template: QuestionTemplate
) -> None:
    question = seller_input.ask_seller(
        inquiry,
        by=agent,
        template=template,
        facts=["BUYER_PHONE", "ITEM"],
        buyer_data=["ITEM", "SHIP_BY"],
    )
    assert [fact["key"] for fact in question.facts] == ["ITEM"]


def test_what_came_in_meanwhile_stops_it_and_all_is_kept(desk: Client, inquiry: Inquiry) -> None:
    sent = typed(inquiry, body="Bitte bis heute Abend.", facts=["SKU"])
    sent["seen_seq"] = fresh(inquiry).last_seq
    MessageFactory(inquiry=inquiry, body="Ich will doch keinen Ersatz.")
    Inquiry.objects.filter(pk=inquiry.pk).update(last_seq=sent["seen_seq"] + 1)
    page = desk.post(address(inquiry), sent)
    assert page.status_code == 409
    assert "Ich will doch keinen Ersatz." in words(page)
    assert page.context["form"]["body"].value() == "Bitte bis heute Abend."
    assert page.context["form"]["facts"].value() == ["SKU"]
    assert not Question.objects.exists()
    again = typed(inquiry, seen_seq=page.context["form"]["seen_seq"].value())
    assert desk.post(address(inquiry), again).status_code == 302


def test_a_template_that_changed_meanwhile_is_shown_first(
    desk: Client, inquiry: Inquiry, template: QuestionTemplate, policy_admin: Any
) -> None:
    templates.publish(
        CODE,
        topic=template.topic,
        names=template.names,
        bodies=template.bodies | {"de": "Ist noch etwas da?"},
        fields=[],
        order_facts=[],
        why="Shorter.",
        by=policy_admin,
        seen_version=1,
    )
    page = desk.post(address(inquiry), typed(inquiry, body="Danke."))
    assert page.status_code == 409
    assert "Ist noch etwas da?" in words(page)
    assert page.context["form"]["version"].value() == "2"
    assert not Question.objects.exists()


def test_a_template_that_is_offered_no_more_is_not_asked_with(
    desk: Client, inquiry: Inquiry, policy_admin: Any
) -> None:
    templates.offer(CODE, offered=False, by=policy_admin, seen_version=1)
    page = desk.post(address(inquiry), typed(inquiry))
    assert page.status_code == 422
    assert "not offered any more" in words(page)
    assert not Question.objects.exists()


def test_a_double_click_is_one_question(desk: Client, inquiry: Inquiry) -> None:
    sent = typed(inquiry)
    assert {desk.post(address(inquiry), sent).status_code for _click in range(2)} == {302}
    assert Question.objects.count() == 1


def test_asking_about_a_product_records_the_gap_of_its_page(desk: Client, inquiry: Inquiry) -> None:
    Inquiry.objects.filter(pk=inquiry.pk).update(topic="PRODUCT")
    MessageFactory(inquiry=inquiry, body="Ist der Deckel spülmaschinenfest?")
    desk.post(address(inquiry, "missing-product-fact"), typed(inquiry))
    assert "spülmaschinenfest" in PageGap.objects.get(inquiry=inquiry).wording


def test_the_page_of_the_inquiry_shows_what_was_asked_and_answered(
    desk: Client, inquiry: Inquiry, longmen: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    desk.post(address(inquiry), typed(inquiry))
    question = Question.objects.get()
    questions.reply(
        question.case,
        body="",
        by=longmen.memberships.get().user,
        via="PORTAL",
        answers={"in_stock": True},
        files=[Upload("lager.png", PNG)],
    )
    page = words(desk.get(url("inquiry", inquiry.number)))
    assert question.bodies["en"] in page, "in the agent's language"
    for shown in ("In stock?", "lager.png", question.facts[1]["value"]):
        assert shown in page
    kept = EntryFile.objects.get()
    saved = desk.get(url("case-file", question.case.number, kept.pk))
    assert saved["Content-Disposition"] == 'attachment; filename="lager.png"'
    assert saved["X-Content-Type-Options"] == "nosniff"
    for close in saved._resource_closers:  # type: ignore[attr-defined]
        close()
    assert desk.get(url("case-file", question.case.number, kept.pk + 1)).status_code == 404


def test_files_take_no_more_statements_for_many_than_for_one(
    desk: Client, inquiry: Inquiry, longmen: Any, agent: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    owner = longmen.memberships.get().user

    def round_of(number: int) -> None:
        question = seller_input.ask_seller(fresh(inquiry), body="Ein Foto?", by=agent)
        photos = [Upload(f"{number}-{n}.png", PNG + bytes([number, n])) for n in range(3)]
        questions.reply(question.case, body="", by=owner, via="PORTAL", files=photos)
        conversation.add_note(fresh(inquiry), body="Angesehen.", by=agent)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(url("thread", inquiry.number)).status_code == 200
        return len(seen)

    round_of(1)
    statements()
    few = statements()
    round_of(2)
    assert statements() == few
