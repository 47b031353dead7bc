"""Cases from before the search are found, too."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from caselog.models import Case
from tests.caselog.pages import LIST, shown
from tests.factories.caselog import CaseFactory, EntryFactory

pytestmark = pytest.mark.django_db


def test_an_old_case_is_found_by_its_subject_and_by_every_entry(page: Client, blume: Case) -> None:
    case = CaseFactory(seller=blume, subject="Die alte Lampe")
    for body in ("Der Schirm ist zerbrochen.", "灯泡也坏了"):
        EntryFactory(case=case, body=body)
    silent = CaseFactory(seller=blume, subject="Ohne ein Wort")
    Case.objects.update(search=None)
    import_module("caselog.migrations.0006_old_cases_are_found").fill(apps, None)
    for words, found in (("Lampe", case), ("Schirm", case), ("灯泡", case), ("Wort", silent)):
        assert found.number in shown(page.get(LIST, {"q": words}))
    assert case.number not in shown(page.get(LIST, {"q": "Wort"}))
