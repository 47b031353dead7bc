"""Cases on the desk: to be read, by staff, in few statements."""

from typing import Any

import pytest
from django.test import Client

from caselog.models import Case
from caselog.operations import cases
from tests.caselog.pages import statements
from tests.factories.caselog import CaseFactory, QuestionFactory

pytestmark = pytest.mark.django_db

LIST = "/desk/caselog/case/"


@pytest.fixture
def desk(client: Client, agent: Any) -> Client:
    client.force_login(agent)
    return client


def test_the_list_takes_the_same_statements_for_1_and_for_20_cases(desk: Client) -> None:
    CaseFactory()
    desk.get(LIST)
    few = statements(desk, LIST)
    CaseFactory.create_batch(19)
    assert statements(desk, LIST) == few


def test_a_case_with_its_entries_and_questions_takes_as_many(desk: Client) -> None:
    question = QuestionFactory(status="ANSWERED")
    address = f"{LIST}{question.case_id}/change/"
    desk.get(address)
    few = statements(desk, address)
    for n in range(20):
        cases.write(question.case, body=f"{n}", by=None)
        QuestionFactory(case=Case.objects.get(pk=question.case_id), status="LAPSED")
    assert statements(desk, address) == few


def test_a_number_finds_its_case(desk: Client) -> None:
    found, other = CaseFactory(), CaseFactory()
    page = desk.get(LIST, {"q": found.number}).content.decode()
    assert found.number in page
    assert other.number not in page


def test_nothing_is_changed_added_or_deleted_here(desk: Client) -> None:
    case = CaseFactory()
    assert desk.post(f"{LIST}{case.pk}/change/", {"status": "CLOSED"}).status_code == 403
    assert desk.get(f"{LIST}add/").status_code == 403
    assert desk.post(f"{LIST}{case.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Case.objects.get().status == "OPEN"
