"""The people of a seller: owners invite, change and remove; there is always an owner left."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from csba.accounts.models import User
from csba.errors import DomainError, Refused
from csba.journal import read as journal
from sellers.models import Invitation, Membership, Seller
from sellers.operations import enrolment, people
from tests.conftest import START, Letters, Travel
from tests.factories.sellers import MembershipFactory, SellerFactory, UserFactory
from tests.sellers.acting import person, signed_in, text_of
from tests.together import all_at_once

pytestmark = pytest.mark.django_db

PEOPLE = "/portal/people/"


@pytest.fixture
def owner(blume: Seller, travel: Travel) -> User:
    return person(blume)


@pytest.fixture
def mei(blume: Seller, owner: User) -> Membership:
    """An operator of Blume who reads English."""
    user = UserFactory(email="mei@blume.test", name="Mei Lin", language="en")
    found: Membership = MembershipFactory(seller=blume, user=user, role="OPERATOR")
    return found


def invitation(seller: Seller, by: User, email: str = "new@blume.test") -> Invitation:
    at = timezone.now()
    return Invitation.objects.create(
        service=enrolment.csba(),
        seller=seller,
        email=email,
        role="READER",
        secret_hash=email,
        invited_at=at,
        invited_by=by,
        expires_at=at + timedelta(days=14),
    )


def test_a_changed_role_is_told_to_the_person_and_noted(
    blume: Seller, owner: User, mei: Membership, letters: Letters
) -> None:
    people.change_role(blume, membership=mei, role="READER", by=owner)
    mei.refresh_from_db()
    assert mei.role == "READER"
    letter = letters.last("mei@blume.test")
    assert letter.template == "sellers/mail/person_role"
    assert "Your role now: Reader." in letter.text
    line = journal.of(blume).last()
    assert line is not None
    assert (line.verb, line.facts["before"], line.facts["after"]) == (
        "role_changed",
        "OPERATOR",
        "READER",
    )


def test_the_same_role_again_changes_nothing(
    blume: Seller, owner: User, mei: Membership, letters: Letters
) -> None:
    people.change_role(blume, membership=mei, role="OPERATOR", by=owner)
    assert letters() == []
    assert not journal.of(blume).exists()


def test_a_removed_person_is_told_and_no_longer_gets_in(
    blume: Seller, owner: User, mei: Membership, letters: Letters
) -> None:
    browser = Client()
    browser.force_login(mei.user)
    assert browser.get(PEOPLE).status_code == 200
    people.remove(blume, membership=mei, by=owner)
    assert letters.to("mei@blume.test") == ["person_removed"]
    assert "You no longer act for Blume Haushalt GmbH" in letters.last("mei@blume.test").subject
    assert browser.get(PEOPLE).status_code == 404


def test_the_last_owner_can_neither_leave_nor_step_down(
    blume: Seller, owner: User, mei: Membership
) -> None:
    mine = Membership.objects.get(user=owner)
    for act in (
        lambda: people.remove(blume, membership=mine, by=owner),
        lambda: people.change_role(blume, membership=mine, role="READER", by=owner),
    ):
        with pytest.raises(Refused, match="Every account needs an owner"):
            act()
    # One who may no longer log in is no owner to rely on.
    MembershipFactory(seller=blume, role="OWNER", user=UserFactory(is_active=False))
    with pytest.raises(Refused, match="Every account needs an owner"):
        people.remove(blume, membership=mine, by=owner)
    people.change_role(blume, membership=mei, role="OWNER", by=owner)
    people.remove(blume, membership=mine, by=owner)


def test_who_is_no_owner_any_more_changes_nothing_though_the_page_was_open(
    blume: Seller, owner: User, mei: Membership
) -> None:
    with pytest.raises(Refused, match="Only an owner"):
        people.remove(blume, membership=Membership.objects.get(user=owner), by=mei.user)


def test_a_colleague_is_invited_with_a_role(blume: Seller, owner: User, letters: Letters) -> None:
    found = people.invite(blume, email=" New@Blume.test ", role="READER", by=owner)
    assert (found.email, found.role, found.invited_by) == ("new@blume.test", "READER", owner)
    assert letters.to("new@blume.test") == ["invited"]


def test_who_is_in_already_is_not_invited(blume: Seller, owner: User, mei: Membership) -> None:
    with pytest.raises(DomainError, match="Mei Lin is among your people already"):
        people.invite(blume, email="mei@blume.test", role="READER", by=owner)


def test_the_page_shows_members_with_role_and_since_when_and_open_invitations(
    blume: Seller, owner: User, mei: Membership, anna: Client
) -> None:
    invitation(blume, owner)
    expired = invitation(blume, owner, "late@blume.test")
    Invitation.objects.filter(pk=expired.pk).update(expires_at=START)
    said = text_of(anna.get(PEOPLE))
    assert "Mei Lin mei@blume.test · since 4 November 2026 Operator" in said
    assert "new@blume.test Reader · open until 18 November 2026 · invited by Anna Blume" in said
    assert "late@blume.test Reader · the invitation has expired" in said
    assert "Anna Blume (you)" in said


@pytest.mark.parametrize("role", ["OPERATOR", "READER"])
def test_others_see_the_list_without_buttons_and_are_told_who_can(
    blume: Seller, owner: User, mei: Membership, role: str
) -> None:
    open_one = invitation(blume, owner)
    browser = signed_in(blume, role)
    page = browser.get(PEOPLE)
    assert "Anna Blume" in text_of(page)
    assert b"<button" not in page.content[page.content.index(b"<main") :]
    for path in (
        "invite/",
        f"{mei.pk}/role/",
        f"{mei.pk}/remove/",
        f"invitations/{open_one.pk}/withdraw/",
    ):
        refused = browser.post(PEOPLE + path)
        assert refused.status_code == 403
        assert "Please ask an owner of the account" in text_of(refused)
    assert Membership.objects.filter(pk=mei.pk, role="OPERATOR").exists()


def test_an_owner_does_it_all_on_the_page(
    blume: Seller, owner: User, mei: Membership, anna: Client, letters: Letters
) -> None:
    sent = anna.post(f"{PEOPLE}invite/", {"email": "tim@blume.test", "role": "READER"}, follow=True)
    assert "The invitation is on its way to tim@blume.test." in text_of(sent)
    open_one = Invitation.objects.get(email="tim@blume.test")
    changed = anna.post(f"{PEOPLE}{mei.pk}/role/", {"role": "READER"}, follow=True)
    assert "The role of Mei Lin is changed." in text_of(changed)
    gone = anna.post(f"{PEOPLE}{mei.pk}/remove/", follow=True)
    assert "Mei Lin no longer acts for this account." in text_of(gone)
    assert anna.post(f"{PEOPLE}{mei.pk}/remove/").status_code == 404
    for said in ("is withdrawn", "can no longer be done"):
        page = anna.post(f"{PEOPLE}invitations/{open_one.pk}/withdraw/", follow=True)
        assert said in text_of(page)
    open_one.refresh_from_db()
    assert open_one.status == "WITHDRAWN"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "", "role": "READER"}, "Please give the e-mail address"),
        ({"email": "not an address", "role": "READER"}, "This is not an e-mail address"),
        ({"email": "x@y.test", "role": "KING"}, "Please choose a role"),
        ({"email": "mei@blume.test", "role": "READER"}, "among your people already"),
    ],
)
def test_what_cannot_be_invited_comes_back_with_one_sentence(
    blume: Seller, mei: Membership, anna: Client, typed: dict[str, str], said: str
) -> None:
    page = anna.post(f"{PEOPLE}invite/", typed)
    assert page.status_code == 422
    assert said in text_of(page)
    assert f'value="{typed["email"]}"'.encode() in page.content or not typed["email"]


def test_a_role_that_does_not_exist_is_refused(
    blume: Seller, mei: Membership, anna: Client
) -> None:
    page = anna.post(f"{PEOPLE}{mei.pk}/role/", {"role": "KING"})
    assert page.status_code == 422
    assert "Please choose a role." in text_of(page)


def test_people_and_invitations_of_other_sellers_are_not_there(
    blume: Seller, longmen: Seller, anna: Client
) -> None:
    theirs = longmen.memberships.get()
    open_one = invitation(longmen, theirs.user)
    assert anna.post(f"{PEOPLE}{theirs.pk}/remove/").status_code == 404
    assert anna.post(f"{PEOPLE}{theirs.pk}/role/", {"role": "READER"}).status_code == 404
    assert anna.post(f"{PEOPLE}invitations/{open_one.pk}/withdraw/").status_code == 404
    assert "陈伟" not in text_of(anna.get(PEOPLE))


def test_an_invitation_of_the_desk_is_the_desks(
    blume: Seller, policy_admin: User, anna: Client
) -> None:
    open_one = invitation(blume, policy_admin)
    assert "new@blume.test" not in text_of(anna.get(PEOPLE))
    assert anna.post(f"{PEOPLE}invitations/{open_one.pk}/withdraw/").status_code == 404


def test_one_seller_cannot_send_invitations_without_end(
    blume: Seller, owner: User, anna: Client
) -> None:
    for number in range(30):
        typed = {"email": f"p{number}@blume.test", "role": "READER"}
        assert anna.post(f"{PEOPLE}invite/", typed).status_code == 302
    page = anna.post(f"{PEOPLE}invite/", {"email": "p31@blume.test", "role": "READER"})
    assert page.status_code == 429
    assert "Please go on in an hour" in text_of(page)


def test_whoever_removes_themselves_is_led_away(
    blume: Seller, owner: User, mei: Membership, anna: Client
) -> None:
    Membership.objects.filter(pk=mei.pk).update(role="OWNER")
    mine = Membership.objects.get(user=owner)
    away = anna.post(f"{PEOPLE}{mine.pk}/remove/")
    assert away.headers["Location"] == "/accounts/logout/"
    other = SellerFactory()
    MembershipFactory(seller=other, user=mei.user)
    assert Membership.objects.filter(seller=blume).get() == mei


def test_the_page_needs_the_same_statements_for_1_and_50_people(
    blume: Seller, owner: User, anna: Client
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            assert anna.get(PEOPLE).status_code == 200
        return len(found)

    def more(number: int) -> None:
        for _number in range(number):
            MembershipFactory(seller=blume, role="READER")
            invitation(blume, owner, f"p{Invitation.objects.count()}@blume.test")

    more(1)
    count()
    few = count()
    more(49)
    assert count() == few


def test_account_info_leads_to_people_and_to_ones_other_accounts(
    blume: Seller, owner: User, anna: Client
) -> None:
    assert "Choose another account" not in text_of(anna.get("/portal/account/"))
    MembershipFactory(seller=SellerFactory(), user=owner)
    anna.post("/portal/switch/", {"seller": blume.merchant_id})
    page: Any = anna.get("/portal/account/")
    assert "You act for Blume Haushalt GmbH, one of your 2 accounts." in text_of(page)
    assert b'href="/portal/people/"' in page.content
    assert b'href="/portal/switch/?next=/portal/account/"' in page.content


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_owners_who_remove_each_other_at_once_leave_one() -> None:
    seller = SellerFactory()
    owners = [MembershipFactory(seller=seller, role="OWNER") for _number in range(2)]

    def act(n: int) -> User:
        mine, other = owners[n % 2], owners[1 - n % 2]
        return people.remove(seller, membership=other, by=mine.user)

    all_at_once(act)
    assert [found.role for found in Membership.objects.filter(seller=seller)] == ["OWNER"]
