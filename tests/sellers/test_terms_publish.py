"""A policy admin publishes a new version on the desk, having seen it as sellers will (P8)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import read as journal
from sellers.models import Service, Terms, TermsRequest
from sellers.operations import terms
from tests.conftest import START, Travel
from tests.factories.sellers import EnrolmentFactory
from tests.sellers.new_terms import BODIES, SUMMARIES, many_active, new_version

pytestmark = pytest.mark.django_db

NEW = "/desk/terms/new/"
TYPED = {
    "kind": "CONDITIONS",
    "version": "2027-01",
    "valid_from": "2026-12-01T00:00",
    "days": "",
    **{f"body_{code.replace('-', '_')}": text for code, text in BODIES.items()},
    **{f"summary_{code.replace('-', '_')}": text for code, text in SUMMARIES.items()},
}


@pytest.fixture
def pavel(policy_admin: User, travel: Travel) -> Client:
    """A browser in which the policy admin is signed in."""
    browser = Client()
    browser.force_login(policy_admin)
    return browser


def publish(service: Service, by: User, **fields: Any) -> Terms:
    wanted = {
        "kind": "CONDITIONS",
        "version": "2027-01",
        "bodies": BODIES,
        "summaries": SUMMARIES,
        "by": by,
        **fields,
    }
    return terms.publish(service, **wanted)


def words(response: Any) -> str:
    page = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", page)


def test_a_published_version_holds_at_once_unless_it_names_a_moment(
    service: Service, policy_admin: User, travel: Travel
) -> None:
    found = publish(service, policy_admin)
    assert (found.valid_from, found.published_by, found.asked_at) == (START, policy_admin, None)
    assert terms.current(service, START)[0] == found
    assert [line.verb for line in journal.of(found)] == ["terms_published"]
    later = publish(service, policy_admin, version="2027-02", valid_from=START + timedelta(days=9))
    assert terms.current(service, START)[0] == found
    assert terms.current(service, START + timedelta(days=9))[0] == later


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"valid_from": START - timedelta(seconds=1)}, "cannot begin in the past"),
        ({"bodies": {**BODIES, "en": " \n "}}, "in German, Chinese and English"),
        ({"summaries": {"de": "Neu", "en": "New"}}, "in German, Chinese and English"),
        ({"version": "two words"}, "letters, digits, dots and hyphens"),
        ({"version": ""}, "letters, digits, dots and hyphens"),
        ({"agree_within": timedelta(hours=23)}, "between 1 and 365 days"),
        ({"agree_within": timedelta(days=366)}, "between 1 and 365 days"),
        ({"bodies": {**BODIES, "de": "x" * 100_001}}, "too long"),
    ],
)
def test_what_is_wrong_with_a_version_is_said_in_one_sentence(
    service: Service, policy_admin: User, travel: Travel, fields: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        publish(service, policy_admin, **fields)
    assert Terms.objects.count() == 2


def test_the_same_version_twice_and_the_same_moment_twice_are_refused(
    service: Service, policy_admin: User, travel: Travel
) -> None:
    publish(service, policy_admin, version="2027-01a")
    with pytest.raises(Conflict, match="version 2027-01A is there already"):
        publish(service, policy_admin, version="2027-01A", valid_from=START + timedelta(days=1))
    with pytest.raises(Conflict, match="Version 2027-01a begins at the same moment"):
        publish(service, policy_admin, version="2027-02", valid_from=START)
    publish(service, policy_admin, kind="DATA_PROCESSING", version="2027-01a")


def test_the_form_begins_with_the_text_in_force(pavel: Client) -> None:
    page = pavel.get(f"{NEW}?kind=DATA_PROCESSING")
    held = Terms.objects.get(kind="DATA_PROCESSING")
    assert held.bodies["zh-hans"].splitlines()[0] in page.content.decode()


def test_the_preview_shows_each_language_and_what_changes_and_stores_nothing(
    pavel: Client,
) -> None:
    page = pavel.post(NEW, {**TYPED, "step": "preview"})
    said = words(page)
    assert page.status_code == 200
    for text in ("Neu und kurz.", "新的，很短。", "New and short.", "条款"):
        assert text in said
    assert "gone" in said
    assert "asked to agree by 31 December 2026" in said
    assert Terms.objects.count() == 2


def test_marks_in_the_text_are_shown_and_never_become_markup(pavel: Client) -> None:
    page = pavel.post(NEW, {**TYPED, "body_en": "- <img src=x onerror=alert(1)>"})
    assert b"<img src=x" not in page.content
    assert b"&lt;img src=x" in page.content


def test_what_was_seen_is_published_and_a_second_click_says_so(
    pavel: Client, policy_admin: User
) -> None:
    page = pavel.post(NEW, {**TYPED, "step": "preview"}).content.decode()
    hidden = dict(re.findall(r'<textarea name="(\w+)" hidden[^>]*>\n(.*?)</textarea>', page, re.S))
    assert hidden == TYPED
    done = pavel.post(NEW, {**hidden, "step": "publish"})
    found = Terms.objects.get(version="2027-01")
    assert done.headers["Location"] == f"/desk/terms/{found.pk}/"
    assert (found.bodies, found.summaries, found.published_by) == (BODIES, SUMMARIES, policy_admin)
    # Midnight in the admin's own zone.
    assert found.valid_from.isoformat() == "2026-11-30T23:00:00+00:00"
    again = pavel.post(NEW, {**hidden, "step": "publish"})
    assert again.status_code == 409
    assert "version 2027-01 is there already" in words(again)
    assert "Neu und kurz." in words(again)
    assert Terms.objects.count() == 3


def test_a_form_with_gaps_comes_back_with_what_was_typed(pavel: Client) -> None:
    typed = {**TYPED, "body_zh_hans": "", "valid_from": "2026-11-01T00:00", "days": "0"}
    page = pavel.post(NEW, {**typed, "step": "publish"})
    said = words(page)
    assert page.status_code == 422
    assert "Please write this text." in said
    assert "A version cannot begin in the past." in said
    assert "between 1 and 365 days" in said
    assert "Neu und kurz." in said
    assert Terms.objects.count() == 2


def test_change_the_text_leads_back_with_all_that_was_typed(pavel: Client) -> None:
    page = pavel.post(NEW, {**TYPED, "step": "change"})
    assert page.status_code == 200
    assert "Neu und kurz." in page.content.decode()
    assert 'value="2027-01"' in page.content.decode()


@pytest.mark.parametrize("role", ["agent", "lead", "auditor"])
def test_others_read_and_do_not_publish(role: str, request: pytest.FixtureRequest) -> None:
    browser = Client()
    browser.force_login(request.getfixturevalue(role))
    page = browser.get("/desk/terms/")
    assert page.status_code == 200
    assert NEW not in page.content.decode()
    assert browser.get(NEW).status_code == 403
    assert browser.post(NEW, TYPED).status_code == 403


def test_the_desk_counts_who_has_agreed_who_has_time_and_who_missed(
    pavel: Client, service: Service
) -> None:
    terms.ask_active(START)
    many_active(3, START)
    version = new_version(service, valid_from=START)
    terms.ask_active(START)
    first, second, _third = TermsRequest.objects.order_by("pk")
    TermsRequest.objects.filter(pk=first.pk).update(agree_by=START)
    assert terms.suspend_overdue(START) == 1
    terms.accept(second.seller, terms_ids=[version.pk], by=EnrolmentFactory().opted_in_by)
    said = words(pavel.get(f"/desk/terms/{version.pk}/"))
    assert "Agreed 1 Waiting 1 Missed 1" in said
    assert TermsRequest.objects.get(status="OPEN").seller.name in said
    missed = words(pavel.get(f"/desk/terms/{version.pk}/?show=missed"))
    assert first.seller.name in missed
    assert "4 Dec 2026, 10:00" in said


def test_the_list_of_who_is_still_to_agree_needs_the_same_statements_for_1_and_50(
    pavel: Client, service: Service
) -> None:
    terms.ask_active(START)
    many_active(1, START)
    version = new_version(service, valid_from=START)
    terms.ask_active(START)

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert pavel.get(path).status_code == 200
        return len(found)

    path = f"/desk/terms/{version.pk}/"
    count(path)
    few, few_versions = count(path), count("/desk/terms/")
    many_active(51, START)
    Terms.objects.filter(pk=version.pk).update(asked_at=None)
    version.acceptances.all().delete()
    assert terms.ask_active(START) == 51
    for number in range(20):
        new_version(
            service, version=f"2030-{number}", valid_from=START + timedelta(days=number + 1)
        )
    assert (count(path), count("/desk/terms/")) == (few, few_versions)
    page = pavel.get(path).content.decode()
    after = re.search(r"after=(\d+)", page)
    assert after is not None
    rest = pavel.get(f"{path}?after={after[1]}").content.decode()
    assert rest.count("Händler") == 2
