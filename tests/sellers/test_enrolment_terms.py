"""What is agreed to, version by version, and what upper storeys record (P8, P9)."""

from datetime import timedelta

import pytest

from csba.errors import Refused
from csba.journal import read as journal
from sellers.models import (
    Acceptance,
    Enrolment,
    Requirement,
    Seller,
    Service,
    Terms,
)
from sellers.operations import enrolment, requirements, terms
from tests.conftest import START, Travel
from tests.factories.sellers import MembershipFactory
from tests.sellers.acting import person

pytestmark = pytest.mark.django_db

Status = Enrolment.Status


def test_agreeing_and_opting_in_stand_or_fall_together(blume: Seller) -> None:
    documents = [found.pk for found in Terms.objects.all()]
    with pytest.raises(Refused, match="no valid invitation"):
        enrolment.agree_and_opt_in(blume, terms_ids=documents, by=person(blume))
    assert not Acceptance.objects.exists()


def test_agreeing_to_one_document_only_is_not_enough(ready: Seller) -> None:
    Acceptance.objects.filter(terms__kind=Terms.Kind.DATA_PROCESSING).delete()
    with pytest.raises(Refused, match=r"Please agree to: Data processing agreement\."):
        enrolment.opt_in(ready, by=person(ready))


def test_agreeing_twice_keeps_the_first_signature(blume: Seller, travel: Travel) -> None:
    documents = [found.pk for found in Terms.objects.all()]
    assert len(terms.accept(blume, terms_ids=documents, by=person(blume))) == 2
    travel(hours=1)
    other = MembershipFactory(seller=blume).user
    assert terms.accept(blume, terms_ids=documents, by=other) == []
    assert {found.accepted_at for found in Acceptance.objects.all()} == {START}
    assert [line.verb for line in journal.of(blume)] == ["terms_accepted", "terms_accepted"]


def test_terms_in_force_are_the_newest_of_each_kind(service: Service, travel: Travel) -> None:
    first = terms.current(service, START)
    assert [found.kind for found in first] == ["CONDITIONS", "DATA_PROCESSING"]
    planned = Terms.objects.create(
        service=service,
        kind="CONDITIONS",
        version="2027-01",
        valid_from=START + timedelta(days=30),
        bodies={"de": "x"},
    )
    assert terms.current(service, START) == first
    assert terms.current(service, START + timedelta(days=30))[0] == planned


def test_a_requirement_ignores_older_news(blume: Seller, travel: Travel) -> None:
    requirements.record(blume, key="return_policy", met=False, reason="Too short.", as_of=START)
    requirements.record(blume, key="return_policy", met=True, as_of=START - timedelta(hours=1))
    assert not Requirement.objects.get().met
    requirements.record(blume, key="return_policy", met=True, as_of=START + timedelta(hours=1))
    row = Requirement.objects.get()
    assert (row.met, row.reason) == (True, "")
    assert [line.facts["met"] for line in journal.of(blume)] == [False, True]
