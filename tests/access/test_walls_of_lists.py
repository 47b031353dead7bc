"""Lists show their own seller's rows alone, also where the numbers of two sellers are alike."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from caselog.models import Case
from sellers.models import Order, Seller
from tests.access.test_portal_access import TABLE, browsers, paths, seller
from tests.factories.caselog import CaseFactory
from tests.factories.sellers import OrderFactory

__all__ = ["browsers", "paths", "seller"]

pytestmark = pytest.mark.django_db

LISTS = sorted(name for name in TABLE if TABLE[name]["GET"].other == 200)
NUMBER = re.compile(r"\b(?:\d{3}-\d{7}-\d{7}|[A-Z]{3,4}-[0-9A-F]{8})\b")


@pytest.fixture
def twins(seller: Seller, browsers: dict[str, Client], paths: dict[str, str]) -> set[str]:
    """For every order and case of Blume's one of Longmen's that differs in the last digit alone;
    the numbers of Longmen's.
    """
    other = Seller.objects.get(merchant_id="A1LONGMEN0001")
    numbers = set()
    for number in Order.objects.filter(seller=seller).values_list("number", flat=True):
        like = f"{number[:-1]}{(int(number[-1]) + 5) % 10}"
        if not Order.objects.filter(number=like).exists():
            numbers.add(OrderFactory(seller=other, number=like).number)
    for subject in Case.objects.filter(seller=seller).values_list("subject", flat=True):
        numbers.add(CaseFactory(seller=other, subject=NUMBER.sub("…", subject)).number)
    return numbers


def numbers_on(page: str) -> set[str]:
    """All that looks like a number of an order, a case, a return … on the page."""
    return set(NUMBER.findall(page))


@pytest.mark.parametrize("name", LISTS)
def test_a_page_shows_no_number_of_another_seller(
    name: str, browsers: dict[str, Client], paths: dict[str, str], twins: set[str]
) -> None:
    ours = browsers["owner"].get(paths[name]).content.decode(errors="replace")
    theirs = browsers["other"].get(paths[name]).content.decode(errors="replace")
    assert not numbers_on(ours) & twins
    assert numbers_on(theirs) <= twins, name
    assert not numbers_on(ours) & numbers_on(theirs)


def test_a_search_finds_nothing_of_another_sellers(
    seller: Seller, browsers: dict[str, Client], paths: dict[str, str], twins: set[str]
) -> None:
    case = Case.objects.filter(seller=seller, order__isnull=False).first()
    assert case is not None
    assert case.order is not None
    address = reverse("caselog:case-list")
    for words in (case.number, case.order.number, case.subject, "handle"):
        own = browsers["owner"].get(address, {"q": words, "show": "all"}).content.decode()
        found = browsers["other"].get(address, {"q": words, "show": "all"}).content.decode()
        assert numbers_on(found) - numbers_on(str(words)) <= twins, (
            "what was typed stands there again"
        )
        assert f"/portal/cases/{case.number}/" not in found
        assert own != found
