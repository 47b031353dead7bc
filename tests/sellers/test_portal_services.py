"""Account Info, Your Services, opting in and out, in the words of the article (P16, P19)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sellers import tasks
from sellers.models import Enrolment, Seller, Terms
from sellers.operations import enrolment, requirements
from tests.conftest import Letters, Travel
from tests.factories.sellers import (
    OrderFactory,
    SuspensionFactory,
)
from tests.sellers.acting import OPT_IN, OPT_OUT, agreed_form, invite, signed_in, text_of
from tests.sellers.new_terms import agreed_to_all, new_version

pytestmark = pytest.mark.django_db


def test_the_way_from_account_info_to_active_has_the_words_of_the_article(
    invited: Seller, anna: Client, travel: Travel
) -> None:
    account = anna.get("/portal/account/")
    assert "Your Services" in text_of(account)
    assert b'<a class="button small" href="/portal/services/">Manage</a>' in account.content
    services = anna.get("/portal/services/")
    assert "You are signed up for" in text_of(services)
    assert f'href="{OPT_IN}">Ready to Opt-in<'.encode() in services.content
    page = anna.get(OPT_IN)
    assert b">Opt-in Now</button>" in page.content

    assert anna.post(OPT_IN, agreed_form()).headers["Location"] == "/portal/services/"
    activating = text_of(anna.get("/portal/services/"))
    assert "Activating" in activating
    assert "Active at the latest 4 November 2026, 11:00:00 CET" in activating

    travel(seconds=14)
    enrolment.activate_due(timezone.now())
    active = text_of(anna.get("/portal/services/"))
    assert "Customer Service by Amazon Active" in active
    assert "Active since 4 November 2026, 10:00:14 CET" in active


def test_the_opt_in_page_shows_both_documents_in_full_in_the_readers_language(
    longmen: Seller,
) -> None:
    invite(longmen)
    wei = Client()
    wei.force_login(longmen.memberships.get().user)
    page = wei.get(OPT_IN).content.decode()
    for terms in Terms.objects.all():
        for line in terms.bodies["zh-hans"].splitlines():
            assert line.lstrip("#- ").strip() in page.replace("&quot;", '"')


def test_without_the_tick_nothing_happens_and_the_page_says_what_to_do(
    invited: Seller, anna: Client
) -> None:
    response = anna.post(OPT_IN, {**agreed_form(), "agree": ""})
    assert response.status_code == 422
    assert "Please tick the box to agree" in text_of(response)
    assert not Enrolment.objects.exists()


def test_a_version_that_was_replaced_while_reading_has_to_be_read_again_and_the_tick_stays(
    invited: Seller, anna: Client
) -> None:
    form = agreed_form()
    old = Terms.objects.get(kind=Terms.Kind.CONDITIONS)
    Terms.objects.create(
        service=old.service,
        kind=old.kind,
        version="2026-11",
        valid_from=timezone.now() - timedelta(seconds=1),
        bodies=old.bodies,
    )
    response = anna.post(OPT_IN, form)
    assert response.status_code == 422
    assert "The conditions have changed meanwhile" in text_of(response)
    assert b"checked" in response.content
    assert not Enrolment.objects.exists()
    # The page shows the newer version now, and the same button agrees to it.
    again = {"terms": re.findall(r'name="terms" value="(\d+)"', response.content.decode())}
    assert anna.post(OPT_IN, {**again, "agree": "on"}).status_code == 302
    assert Enrolment.objects.get().seller == invited


def test_a_posted_form_with_nonsense_instead_of_versions_is_refused_in_words(
    invited: Seller, anna: Client
) -> None:
    for keys, said in [
        (["x", "-1"], "Please read the documents on this page, then agree again."),
        (["99999999999999999999"], "The conditions have changed meanwhile."),
    ]:
        response = anna.post(OPT_IN, {"terms": keys, "agree": "on"})
        assert response.status_code == 422
        assert said in text_of(response)
    assert not Enrolment.objects.exists()


def test_one_of_two_documents_is_not_enough(invited: Seller, anna: Client) -> None:
    response = anna.post(OPT_IN, {**agreed_form(), "terms": agreed_form()["terms"][:1]})
    assert response.status_code == 422
    assert "Please agree to: Data processing agreement." in text_of(response)
    # Both or neither.
    assert not invited.acceptances.exists()


def test_unmet_requirements_stand_on_the_page_with_their_reasons_and_there_is_no_button(
    blume: Seller, anna: Client
) -> None:
    Seller.objects.filter(pk=blume.pk).update(professional=False, standing="AT_RISK")
    requirements.record(
        blume,
        key="return_policy",
        met=False,
        reason="The return window is 10 days, the standard is 14.",
    )
    page = anna.get(OPT_IN)
    said = text_of(page)
    assert "there is no valid invitation for your account" in said
    assert "Change your plan, then opt in" in said
    assert "not in good standing: “At risk”" in said
    assert "The return window is 10 days" in said
    assert b"Opt-in Now</button>" not in page.content


def test_double_click_on_opt_in_now_is_one_stint(invited: Seller, anna: Client) -> None:
    for _click in range(2):
        assert anna.post(OPT_IN, agreed_form()).status_code == 302
    assert Enrolment.objects.count() == 1


def test_opt_out_page_says_that_existing_orders_stay_and_how_many(
    blume: Seller, anna: Client, served: Callable[..., Any], travel: Travel
) -> None:
    served(blume)
    OrderFactory.create_batch(3, seller=blume)
    services = anna.get("/portal/services/")
    assert f'href="{OPT_OUT}">Opt-out of CSBA<'.encode() in services.content
    page = anna.get(OPT_OUT)
    assert "Existing orders stay with the service" in text_of(page)
    assert "3 orders placed while the service was active" in text_of(page)
    assert b">Opt-out now</button>" in page.content

    travel(minutes=5)
    anna.post(OPT_OUT)
    after = anna.get("/portal/services/")
    assert "Opted out 4 November 2026, 10:05:00 CET" in text_of(after)
    assert "Existing orders that stay with the service 3" in text_of(after)
    assert b">Ready to Opt-in<" in after.content


def test_second_click_on_opt_out_now_gets_a_clear_sentence(
    blume: Seller, anna: Client, served: Callable[..., Any]
) -> None:
    served(blume)
    anna.post(OPT_OUT)
    assert "already opted out" in text_of(anna.post(OPT_OUT, follow=True))


def test_a_suspended_seller_reads_since_when_and_why(
    blume: Seller, anna: Client, served: Callable[..., Any], travel: Travel
) -> None:
    SuspensionFactory(enrolment=served(blume), from_at=timezone.now() - timedelta(days=1))
    said = text_of(anna.get("/portal/services/"))
    assert "Suspended" in said
    assert (
        "from 3 November 2026, 10:00:00 CET on are not covered: account not in good standing"
        in said
    )


def test_the_terms_page_says_who_agreed_to_which_version_when(
    invited: Seller, anna: Client, travel: Travel
) -> None:
    anna.post(OPT_IN, agreed_form())
    said = text_of(anna.get("/portal/services/csba/terms/"))
    assert said.count("agreed by Anna Blume on 4 November 2026, 10:00:00 CET") == 2
    assert "Version 2026-08" in said


def test_an_active_seller_is_asked_to_agree_to_a_new_version_and_can(
    invited: Seller, anna: Client, travel: Travel
) -> None:
    anna.post(OPT_IN, agreed_form())
    old = Terms.objects.get(kind=Terms.Kind.CONDITIONS)
    new = Terms.objects.create(
        service=old.service,
        kind=old.kind,
        version="2026-11",
        valid_from=timezone.now(),
        bodies=old.bodies,
    )
    assert "There is a new version of the conditions" in text_of(anna.get("/portal/services/"))
    assert b">I agree</button>" in anna.get("/portal/services/csba/terms/").content
    anna.post("/portal/services/csba/terms/", {"terms": [str(new.pk)], "agree": "on"})
    assert "There is a new version" not in text_of(anna.get("/portal/services/"))
    assert invited.acceptances.filter(terms=new).exists()


def test_while_activating_the_card_asks_for_itself_and_stops_when_active(
    invited: Seller, anna: Client
) -> None:
    anna.post(OPT_IN, agreed_form())
    fragment = anna.get("/portal/services/", headers={"HX-Request": "true"}).content
    assert b"hx-get" in fragment
    assert b"<html" not in fragment
    enrolment.activate_due(timezone.now())
    assert b"hx-get" not in anna.get("/portal/services/", headers={"HX-Request": "true"}).content


def test_an_active_seller_who_was_asked_sees_the_date_until_they_agree(
    invited: Seller, anna: Client, travel: Travel
) -> None:
    anna.post(OPT_IN, agreed_form())
    tasks.ask_for_new_terms()
    travel(days=1)
    new = new_version(enrolment.csba(), valid_from=timezone.now())
    tasks.ask_for_new_terms()
    said = text_of(anna.get("/portal/services/"))
    assert "New terms from 5 November 2026: please agree by 5 December 2026, 10:00 CET." in said
    terms_page = text_of(anna.get("/portal/services/csba/terms/"))
    assert "The time to answer is explained better." in terms_page
    assert "What changes against version 2026-08, to which you agreed" in terms_page
    assert "new New and short." in terms_page
    assert b'Your Services <span class="count">1</span>' in anna.get("/portal/account/").content
    assert "agree by 5 December 2026, 10:00 CET. Until then everything goes on" in terms_page
    anna.post("/portal/services/csba/terms/", {"terms": [str(new.pk)], "agree": "on"})
    assert "New terms" not in text_of(anna.get("/portal/services/"))
    assert b'class="count"' not in anna.get("/portal/account/").content
    history = text_of(anna.get("/portal/services/csba/terms/"))
    assert "Terms & Conditions 2026-11 Anna Blume 5 November 2026, 10:00:00 CET" in history
    assert "Terms & Conditions 2026-08 Anna Blume 4 November 2026, 10:00:00 CET" in history


def test_a_seller_who_missed_the_date_reads_why_and_how_to_go_on(
    invited: Seller, anna: Client, travel: Travel
) -> None:
    anna.post(OPT_IN, agreed_form())
    enrolment.activate_due(timezone.now())
    tasks.ask_for_new_terms()
    new_version(enrolment.csba(), valid_from=timezone.now(), agree_within=timedelta(days=2))
    travel(seconds=1)
    tasks.ask_for_new_terms()
    travel(days=2)
    tasks.suspend_without_terms()
    said = text_of(anna.get("/portal/services/"))
    assert "New orders are not covered until you agree to the new terms." in said
    assert "Suspended" in said
    assert (
        "Orders placed from 6 November 2026, 10:00:01 CET on are not covered: new terms not "
        "agreed to in time. Read and agree, and new orders are covered again" in said
    )
    reader = signed_in(invited, "READER")
    assert "an owner or operator of the account can agree" in text_of(
        reader.get("/portal/services/csba/terms/")
    )


def test_versions_agreed_to_stay_readable_and_others_are_not_shown(
    invited: Seller, anna: Client, travel: Travel
) -> None:
    anna.post(OPT_IN, agreed_form())
    old = Terms.objects.get(kind=Terms.Kind.CONDITIONS)
    new_version(old.service, valid_from=timezone.now())
    coming = new_version(
        old.service, version="2026-12", valid_from=timezone.now() + timedelta(days=9)
    )
    never = new_version(
        old.service, version="2021-02", valid_from=timezone.now() - timedelta(days=900)
    )
    path = "/portal/services/csba/terms/"
    assert "agreed by Anna Blume" in text_of(anna.get(f"{path}{old.pk}/"))
    assert "not in force yet" in text_of(anna.get(f"{path}{coming.pk}/"))
    assert "from 13 November 2026" in text_of(anna.get(path))
    assert anna.get(f"{path}{never.pk}/").status_code == 404
    assert anna.get(f"{path}999999/").status_code == 404


def test_without_javascript_the_activating_page_offers_to_look_again(
    invited: Seller, anna: Client
) -> None:
    anna.post(OPT_IN, agreed_form())
    assert b'<a href="/portal/services/">Look again</a>' in anna.get("/portal/services/").content


def test_the_click_is_confirmed_by_a_letter_that_says_by_when_it_is_active(
    invited: Seller, anna: Client, travel: Travel, letters: Letters
) -> None:
    for _click in range(2):
        anna.post(OPT_IN, agreed_form())
    assert letters.to(invited.default_email) == ["opted_in"]
    letter = letters.last(invited.default_email)
    assert "4. November 2026, 11:00:00 CET" in letter.text
    assert "/portal/services/" in letter.text


def test_the_terms_page_needs_the_same_statements_for_1_and_50_agreements(
    blume: Seller, anna: Client, travel: Travel
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert anna.get("/portal/services/csba/terms/").status_code == 200
        return len(found)

    def more(numbers: range) -> None:
        for number in numbers:
            begun = timezone.now() - timedelta(days=100 - number)
            new_version(enrolment.csba(), version=f"2025-{number}", valid_from=begun)
            coming = timezone.now() + timedelta(days=1 + number)
            new_version(enrolment.csba(), version=f"2030-{number}", valid_from=coming)
        agreed_to_all(blume, timezone.now())

    more(range(1))
    count()
    few = count()
    more(range(1, 50))
    assert count() == few
    assert few <= 12
