"""A case of a seller in Shenzhen, and what the Case Log's tests ask again and again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from caselog.models import Case, Question
from caselog.operations import cases, questions
from csba.journal import read
from tests.factories.caselog import CaseFactory
from tests.factories.sellers import OrderFactory

ASKED = "Jonas Weber aus Leipzig fragt: Ist der Deckel spülmaschinenfest?"
"""A question with a buyer's data and words in it: no letter may carry any of it."""


@pytest.fixture
def case(travel: Any, longmen: Any) -> Case:
    return cases.open_case(
        longmen,
        kind="INQUIRY",
        subject="Question about the product",
        topic="PRODUCT",
        reference="INQ-00000001",
        order=OrderFactory(seller=longmen, number="302-7654321-1234567"),
    )


@pytest.fixture
def ask(case: Case, agent: Any) -> Callable[..., Any]:
    """Call to have the agent ask in `case`; fields of questions.ask may be given."""
    return lambda **fields: questions.ask(
        fields.pop("case", case), **({"body": ASKED, "by": agent} | fields)
    )


@pytest.fixture
def question(ask: Callable[..., Any]) -> Any:
    return ask()


@pytest.fixture
def wei(longmen: Any) -> Any:
    """The owner of the seller in Shenzhen."""
    return longmen.memberships.get().user


@pytest.fixture
def story() -> Callable[[Any], list[str]]:
    """The verbs of the journal of an object, oldest first."""
    return lambda subject: [line.verb for line in read.of(subject)]


@pytest.fixture
def anna(blume: Any) -> Any:
    """The owner of the seller in Berlin, reading English here."""
    person = blume.memberships.get().user
    person.language = "en"
    person.save(update_fields=["language"])
    return person


@pytest.fixture
def page(client: Client, anna: Any, travel: Any) -> Client:
    """A browser in which Anna is signed in."""
    client.force_login(anna)
    return client


@pytest.fixture
def asked(blume: Any, agent: Any, travel: Any) -> Question:
    case = CaseFactory(seller=blume, subject="Question about a teapot", reference="INQ-0BADCAFE")
    return questions.ask(case, body="Does the lid <b>fit</b>?\nPlease measure.", by=agent)
