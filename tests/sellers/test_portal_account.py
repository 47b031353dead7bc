"""Who acts for whom in the portal, and what holds on all its pages."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sellers.models import Enrolment, Seller
from tests.factories.sellers import (
    EnrolmentFactory,
    MembershipFactory,
    SellerFactory,
    UserFactory,
)
from tests.sellers.acting import (
    OPT_IN,
    agreed_form,
    signed_in,
    text_of,
)

pytestmark = pytest.mark.django_db


def test_services_page_needs_the_same_number_of_statements_for_1_and_20_earlier_stints(
    blume: Seller, anna: Client
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert anna.get("/portal/services/").status_code == 200
        return len(found)

    add_earlier_stints(blume, 1)
    anna.get("/portal/services/")
    few = count()
    add_earlier_stints(blume, 19, skip=1)
    assert count() == few
    assert few <= 9


def add_earlier_stints(seller: Seller, number: int, skip: int = 0) -> None:
    for index in range(skip, skip + number):
        began = timezone.now() - timedelta(days=300 - 2 * index)
        EnrolmentFactory(
            seller=seller,
            status="ENDED",
            opted_in_at=began,
            active_from=began + timedelta(minutes=1),
            ended_at=began + timedelta(days=1),
        )


def test_whoever_belongs_to_two_sellers_chooses_first_and_acts_for_that_one(
    blume: Seller, anna: Client
) -> None:
    other = SellerFactory(name="Zweiter Laden", merchant_id="A9ZWEITER0001")
    MembershipFactory(seller=other, user=blume.memberships.get().user)
    asked = anna.get("/portal/account/")
    assert asked.headers["Location"] == "/portal/switch/?next=%2Fportal%2Faccount%2F"
    page = anna.get(asked.headers["Location"])
    assert "Zweiter Laden" in text_of(page)
    chosen = anna.post("/portal/switch/", {"seller": "A9ZWEITER0001", "next": "/portal/account/"})
    assert chosen.headers["Location"] == "/portal/account/"
    assert "A9ZWEITER0001" in text_of(anna.get("/portal/account/"))


def test_the_switch_leads_nowhere_else(blume: Seller, anna: Client) -> None:
    merchant = blume.merchant_id
    away = anna.post("/portal/switch/", {"seller": merchant, "next": "https://evil.test/"})
    assert away.headers["Location"] == "/portal/"
    assert anna.post("/portal/switch/", {"seller": SellerFactory().merchant_id}).status_code == 404


def test_a_reader_sees_the_pages_without_buttons(invited: Seller) -> None:
    reader = signed_in(invited, "READER")
    page = reader.get(OPT_IN)
    assert b"Opt-in Now</button>" not in page.content
    assert "an owner or operator of the account can opt in" in text_of(page)
    refused = reader.post(OPT_IN, agreed_form())
    assert refused.status_code == 403
    assert "Your role for Blume Haushalt GmbH is “reader”" in text_of(refused)
    assert not Enrolment.objects.exists()


def test_no_page_has_anything_inline_that_the_policy_would_block(
    invited: Seller, anna: Client
) -> None:
    pages = [
        "/portal/account/",
        "/portal/services/",
        OPT_IN,
        "/portal/services/csba/terms/",
        "/portal/",
    ]
    for page in pages:
        html = anna.get(page).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", html), page
        assert not re.search(r"\s(style|on\w+)=\"", html), page
        assert "<style" not in html, page


def person_without_seller() -> Client:
    browser = Client()
    browser.force_login(UserFactory())
    return browser


def test_a_person_without_a_seller_finds_nothing_here(db: None) -> None:
    assert person_without_seller().get("/portal/services/").status_code == 404
