"""The seller's page: standard at the left, theirs at the right, marks, versions (P13, P14)."""

import re
from typing import Any

import pytest
from django.test import Client

from csba.accounts.models import User
from returns.models import SellerPolicy
from returns.operations import policies
from returns.rules import clauses
from sellers.models import Seller
from tests.conftest import START, Travel
from tests.factories.sellers import MembershipFactory, UserFactory
from tests.returns.policies.making import (
    WORSE,
    approved,
    drafted,
    kinder_standard,
    now_standard,
    owner,
    submitted,
)

POLICY = "/portal/policy/"


@pytest.fixture
def portal(blume: Seller, travel: Travel) -> Client:
    """The owner of Blume, signed in."""
    read_in(blume, "en")
    client = Client()
    client.force_login(owner(blume))
    return client


def read_in(seller: Seller, language: str) -> None:
    """Whoever acts for the seller reads this language."""
    user = owner(seller)
    user.language = language
    user.save(update_fields=["language"])


def typed(policy: SellerPolicy | None = None, **values: Any) -> dict[str, Any]:
    """The form as a browser sends it, with these values typed."""
    form: dict[str, Any] = {}
    for key, value in clauses.of_standard(now_standard(START)).items():
        match value:
            case bool():
                form[key] = "yes" if value else "no"
            case frozenset():
                form[key] = sorted(value)
            case _:
                form[key] = str(value)
    if policy is not None:
        form["seen"] = policy.changed_at.isoformat()
    return form | values


def page(answer: Any) -> str:
    """The text of a page, without its tags."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", text)


def test_without_a_policy_the_standard_is_shown(portal: Client) -> None:
    answer = portal.get(POLICY)
    assert answer.status_code == 200
    said = page(answer)
    assert "for your orders the standard holds" in said
    assert "Make a policy of your own" in said
    assert "By the standard's table" in said.replace("&#x27;", "'")


def test_beginning_leads_to_a_draft_with_fields(portal: Client, blume: Seller) -> None:
    answer = portal.post(f"{POLICY}begin/", follow=True)
    assert SellerPolicy.objects.get(seller=blume).status == "DRAFT"
    assert 'name="window_a"' in answer.content.decode()
    assert "Draft, version 1" in page(answer)


def test_draft_is_saved_with_what_differs(portal: Client, blume: Seller) -> None:
    policy = policies.draft(blume, by=owner(blume))
    portal.post(f"{POLICY}save/", typed(policy, window_c="60", returnless_up_to="12.5"))
    policy.refresh_from_db()
    assert policy.clauses == {"window_c": 60, "returnless_up_to": "12.50"}


def test_amount_may_be_typed_as_a_german_does(portal: Client, blume: Seller) -> None:
    policy = policies.draft(blume, by=owner(blume))
    read_in(blume, "de")
    portal.post(f"{POLICY}save/", typed(policy, returnless_up_to="12,50"))
    policy.refresh_from_db()
    assert policy.clauses == {"returnless_up_to": "12.50"}


def test_submitting_a_kinder_policy_puts_it_under_review(portal: Client, blume: Seller) -> None:
    policy = policies.draft(blume, by=owner(blume))
    answer = portal.post(f"{POLICY}save/", typed(policy, postage="SELLER", submit="1"), follow=True)
    policy.refresh_from_db()
    assert policy.status == "SUBMITTED"
    assert "is being reviewed" in page(answer)
    assert 'name="window_a"' not in answer.content.decode()


def test_submitting_a_worse_policy_is_refused_with_the_example(
    portal: Client, blume: Seller
) -> None:
    policy = policies.draft(blume, by=owner(blume))
    answer = portal.post(f"{POLICY}save/", typed(policy, refund_percent="80", submit="1"))
    assert answer.status_code == 422
    said = page(answer)
    assert "the standard refunds 100 %, your policy 80 %" in said
    assert re.search(r'name="submit"[^>]* disabled', answer.content.decode())
    policy.refresh_from_db()
    assert (policy.status, policy.clauses) == ("DRAFT", {"refund_percent": 80})


def test_refused_form_can_be_corrected_and_sent_again(portal: Client, blume: Seller) -> None:
    policy = policies.draft(blume, by=owner(blume))
    answer = portal.post(f"{POLICY}save/", typed(policy, refund_percent="80", submit="1"))
    seen = re.search(r'name="seen" value="([^"]+)"', answer.content.decode())
    assert seen is not None
    form = typed(refund_percent="100", window_a="20", submit="1", seen=seen[1])
    portal.post(f"{POLICY}save/", form)
    policy.refresh_from_db()
    assert (policy.status, policy.clauses) == ("SUBMITTED", {"window_a": 20})


@pytest.mark.parametrize(
    ("key", "value"),
    [("window_a", ""), ("window_a", "-3"), ("refund_percent", "101"), ("postage", "NOBODY")],
)
def test_nonsense_is_marked_and_nothing_is_stored(
    key: str, value: str, portal: Client, blume: Seller
) -> None:
    policy = policies.draft(blume, by=owner(blume))
    answer = portal.post(f"{POLICY}save/", typed(policy, window_b="60", **{key: value}))
    assert answer.status_code == 422
    assert "Please check" in page(answer)
    policy.refresh_from_db()
    assert policy.clauses == {}


def test_window_that_comes_second_keeps_what_was_typed(
    portal: Client, blume: Seller, travel: Travel
) -> None:
    policy = policies.draft(blume, by=owner(blume))
    old = typed(policy, window_a="99")
    travel(minutes=1)
    policies.save(policy, offer={"window_a": 60}, by=owner(blume), seen=policy.changed_at)
    answer = portal.post(f"{POLICY}save/", old)
    assert answer.status_code == 409
    assert "another window" in page(answer)
    assert 'value="99"' in answer.content.decode()


def test_marks_follow_what_is_typed_and_nothing_is_stored(portal: Client, blume: Seller) -> None:
    policy = policies.draft(blume, by=owner(blume))
    answer = portal.post(
        f"{POLICY}check/",
        typed(policy, window_a="60", window_c="7"),
        headers={"hx-request": "true"},
    )
    html = answer.content.decode()
    marks = dict(re.findall(r'id="mark-(\w+)".*?<span class="badge (\w+)"', html))
    assert (marks["window_a"], marks["window_b"], marks["window_c"]) == ("ok", "quiet", "bad")
    assert "cannot be submitted" in page(answer)
    assert "For example:" in page(answer)
    policy.refresh_from_db()
    assert policy.clauses == {}


def test_withdrawn_policy_can_be_changed_again(portal: Client, blume: Seller) -> None:
    policy = submitted(blume)
    answer = portal.post(f"{POLICY}withdraw/", follow=True)
    policy.refresh_from_db()
    assert policy.status == "DRAFT"
    assert 'name="window_a"' in answer.content.decode()


def test_rejection_is_shown_with_its_reason(
    portal: Client, blume: Seller, policy_admin: User
) -> None:
    policies.reject(submitted(blume), by=policy_admin, reason="Bitte kürzer fassen.")
    said = page(portal.get(POLICY))
    assert "Version 1 was not approved" in said
    assert "Bitte kürzer fassen." in said


def test_clauses_that_the_standard_overtook_are_named(
    portal: Client, blume: Seller, policy_admin: User, travel: Travel
) -> None:
    approved(blume, policy_admin, {"window_a": 20})
    kinder_standard(policy_admin)
    travel(hours=1)
    assert "The standard has become kinder than your approved policy" in page(portal.get(POLICY))


def test_all_versions_can_be_read(
    portal: Client, blume: Seller, policy_admin: User, travel: Travel
) -> None:
    approved(blume, policy_admin)
    travel(days=1)
    approved(blume, policy_admin, {"window_a": 90})
    assert f"{POLICY}1/" in portal.get(POLICY).content.decode()
    old = page(portal.get(f"{POLICY}1/"))
    assert "Replaced by a newer one" in old
    assert "60 days" in old


@pytest.mark.parametrize("language", ["de", "zh-hans"])
def test_pages_stand_in_every_language(
    language: str, portal: Client, blume: Seller, policy_admin: User
) -> None:
    read_in(blume, language)
    approved(blume, policy_admin)
    drafted(blume, WORSE)
    for path in (POLICY, f"{POLICY}1/"):
        assert portal.get(path).status_code == 200


# Tenancy.


def test_other_sellers_policy_is_not_found(
    portal: Client, longmen: Seller, policy_admin: User
) -> None:
    approved(longmen, policy_admin)
    assert portal.get(f"{POLICY}1/").status_code == 404
    assert "version" not in page(portal.get(POLICY)).lower().replace("new version", "")


def test_saving_never_touches_another_sellers_draft(portal: Client, longmen: Seller) -> None:
    theirs = drafted(longmen)
    portal.post(f"{POLICY}save/", typed(theirs, window_a="400"))
    theirs.refresh_from_db()
    assert theirs.clauses["window_a"] == 60


def test_reader_sees_the_policy_and_cannot_change_it(blume: Seller, travel: Travel) -> None:
    drafted(blume)
    reader = UserFactory(language="en")
    MembershipFactory(seller=blume, user=reader, role="READER")
    client = Client()
    client.force_login(reader)
    answer = client.get(POLICY)
    assert answer.status_code == 200
    assert 'name="window_a"' not in answer.content.decode()
    for act in ("begin", "save", "withdraw"):
        assert client.post(f"{POLICY}{act}/").status_code == 403


@pytest.mark.parametrize("act", ["begin", "save", "withdraw", "check"])
def test_nothing_happens_by_a_mere_link(act: str, portal: Client) -> None:
    assert portal.get(f"{POLICY}{act}/").status_code == 405


def test_stranger_finds_no_page(db: None) -> None:
    client = Client()
    client.force_login(UserFactory())
    assert client.get(POLICY).status_code == 404
