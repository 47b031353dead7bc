"""The only way in: a letter with a link that works once, for a while (P17)."""

import re

import pytest
from django.test import Client

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import read as journal
from sellers.models import Invitation, Membership, Seller
from sellers.operations import invitations
from tests.conftest import START, Letters, Travel
from tests.factories.sellers import MembershipFactory, SellerFactory, UserFactory

pytestmark = pytest.mark.django_db

NEW = "lena@werkstatt.test"


@pytest.fixture
def werkstatt(travel: Travel) -> Seller:
    """A seller nobody has a login for yet."""
    seller: Seller = SellerFactory(name="Werkstatt Nord", default_email="info@werkstatt.test")
    return seller


def invite(seller: Seller, by: User, letters: Letters, email: str = NEW) -> tuple[Invitation, str]:
    """The invitation, and the secret as the letter's reader finds it."""
    invitation = invitations.invite(seller, email=email, by=by)
    found = re.search(r"/portal/join/([\w-]{40,})/", letters.last(email.strip().lower()).text)
    assert found
    return invitation, found[1]


def test_the_letter_holds_the_link_and_the_database_only_a_hash(
    werkstatt: Seller, policy_admin: User, letters: Letters
) -> None:
    invitation, secret = invite(werkstatt, policy_admin, letters, email=" Lena@Werkstatt.test ")
    assert invitation.email == NEW
    assert letters.to(NEW) == ["invited"]
    assert secret not in invitation.secret_hash
    assert len(invitation.secret_hash) == 64
    assert (invitation.expires_at - START).days == 30
    assert secret not in str([line.facts for line in journal.of(invitation)])


def test_accepting_makes_the_person_an_owner_and_uses_the_link_up(
    werkstatt: Seller, policy_admin: User, letters: Letters
) -> None:
    invitation, secret = invite(werkstatt, policy_admin, letters)
    lena = UserFactory(email=NEW)
    membership = invitations.accept(secret, user=lena)
    assert (membership.seller, membership.user, membership.role) == (werkstatt, lena, "OWNER")
    invitation.refresh_from_db()
    assert (invitation.status, invitation.settled_at) == ("USED", START)
    assert [line.verb for line in journal.of(invitation)] == ["invited", "invitation_used"]


def test_a_second_click_of_the_same_person_changes_nothing(
    werkstatt: Seller, policy_admin: User, letters: Letters
) -> None:
    _invitation, secret = invite(werkstatt, policy_admin, letters)
    lena = UserFactory(email=NEW)
    assert invitations.accept(secret, user=lena) == invitations.accept(secret, user=lena)
    assert Membership.objects.filter(seller=werkstatt).count() == 1


def test_accepting_makes_a_reader_an_owner(
    werkstatt: Seller, policy_admin: User, letters: Letters
) -> None:
    _invitation, secret = invite(werkstatt, policy_admin, letters)
    reader = MembershipFactory(seller=werkstatt, role="READER")
    assert invitations.accept(secret, user=reader.user).role == "OWNER"


def test_links_that_do_not_work_say_why(
    werkstatt: Seller, policy_admin: User, letters: Letters, travel: Travel
) -> None:
    someone = UserFactory()
    with pytest.raises(Refused, match="not known"):
        invitations.accept("no-such-secret", user=someone)

    used = invite(werkstatt, policy_admin, letters, email="a@werkstatt.test")[1]
    invitations.accept(used, user=UserFactory())
    with pytest.raises(Refused, match="already used"):
        invitations.accept(used, user=someone)

    invitation, withdrawn = invite(werkstatt, policy_admin, letters, email="b@werkstatt.test")
    invitations.withdraw(invitation, by=policy_admin)
    with pytest.raises(Refused, match="withdrawn"):
        invitations.accept(withdrawn, user=someone)

    late = invite(werkstatt, policy_admin, letters, email="c@werkstatt.test")[1]
    travel(days=30)
    with pytest.raises(Refused, match="expired"):
        invitations.accept(late, user=someone)
    assert not Membership.objects.filter(user=someone).exists()


def test_inviting_again_replaces_the_earlier_link(
    werkstatt: Seller, policy_admin: User, letters: Letters
) -> None:
    first = invite(werkstatt, policy_admin, letters)[1]
    second = invite(werkstatt, policy_admin, letters)[1]
    with pytest.raises(Refused, match="newest letter"):
        invitations.accept(first, user=UserFactory())
    assert invitations.accept(second, user=UserFactory()).role == "OWNER"


def test_a_used_invitation_cannot_be_withdrawn(
    werkstatt: Seller, policy_admin: User, letters: Letters
) -> None:
    _invitation, secret = invite(werkstatt, policy_admin, letters)
    invitations.accept(secret, user=UserFactory())
    with pytest.raises(Refused, match="can no longer be done"):
        invitations.withdraw(Invitation.objects.get(), by=policy_admin)


def test_the_link_leads_a_stranger_to_sign_up_and_keeps_the_secret_out_of_the_address(
    werkstatt: Seller, policy_admin: User, letters: Letters
) -> None:
    _invitation, secret = invite(werkstatt, policy_admin, letters)
    browser = Client()
    moved = browser.get(f"/portal/join/{secret}/", headers={"Accept-Language": "en"})
    assert moved.headers["Location"] == "/portal/join/"
    page = browser.get("/portal/join/", headers={"Accept-Language": "en"}).content.decode()
    assert "Werkstatt Nord" in page
    assert "/accounts/signup/?next=/portal/join/" in page
    assert secret not in page
    assert browser.get("/accounts/signup/", headers={"Accept-Language": "en"}).status_code == 200


def test_without_an_invitation_nobody_signs_up(werkstatt: Seller) -> None:
    browser = Client()
    browser.get("/portal/join/made-up-secret/")
    page = browser.get("/accounts/signup/", headers={"Accept-Language": "en"})
    assert "By invitation only" in page.content.decode()
    assert b'name="password1"' not in page.content


def test_whoever_signs_in_after_opening_the_link_accepts_with_one_click(
    werkstatt: Seller, policy_admin: User, letters: Letters
) -> None:
    _invitation, secret = invite(werkstatt, policy_admin, letters)
    lena = UserFactory(email=NEW, language="en")
    browser = Client()
    browser.get(f"/portal/join/{secret}/")
    browser.force_login(lena)
    assert browser.get("/portal/").headers["Location"] == "/portal/join/", (
        "home leads to the open invitation"
    )
    assert b">Accept the invitation</button>" in browser.get("/portal/join/").content
    done = browser.post("/portal/join/", follow=True)
    assert done.redirect_chain[0][0] == "/portal/services/"
    assert "You now act for Werkstatt Nord" in done.content.decode()
    assert browser.get("/portal/join/").status_code == 404


def test_a_dead_link_shows_a_page_that_says_so(
    werkstatt: Seller, policy_admin: User, letters: Letters, travel: Travel
) -> None:
    _invitation, secret = invite(werkstatt, policy_admin, letters)
    browser = Client()
    browser.get(f"/portal/join/{secret}/")
    travel(days=31)
    for path in ("/portal/join/", f"/portal/join/{secret}/", "/portal/join/made-up/"):
        page = browser.get(path, headers={"Accept-Language": "en"})
        assert page.status_code == 410, path
        assert "ask for a new one" in page.content.decode() or "not known" in page.content.decode()
