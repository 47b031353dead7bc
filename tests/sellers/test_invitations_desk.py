"""Invitations on the desk: the list by state, inviting one seller, withdrawing, sending again."""

from typing import Any

import pytest
from django.test import Client

from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import read as journal
from sellers.models import Invitation, Membership, Seller
from sellers.operations import invitations
from tests.conftest import Letters, Travel
from tests.factories.sellers import MembershipFactory, SellerFactory, UserFactory
from tests.sellers.letting_in import at_desk, secret_to, words_of

pytestmark = pytest.mark.django_db

URL = "/desk/invitations/"
NEW = {
    "merchant_id": "a1nord1234567",
    "email": "Lena@Nord.test",
    "company": "Nord Licht GmbH",
    "short_name": "",
    "country": "DE",
    "language": "",
    "time_zone": "",
    "default_email": "info@nord.test",
}


@pytest.fixture
def desk(policy_admin: User, travel: Travel) -> Client:
    return at_desk(policy_admin)


def test_a_new_seller_is_made_with_what_is_likely_for_the_country_and_invited(
    desk: Client, letters: Letters
) -> None:
    page = desk.post(URL + "new/", NEW, follow=True)
    assert page.redirect_chain == [(URL, 302)]
    assert "is new here and invited" in page.content.decode()
    seller = Seller.objects.get()
    assert (seller.merchant_id, seller.name) == ("A1NORD1234567", "Nord Licht GmbH")
    assert (seller.short_name, seller.default_email) == ("Nord Licht GmbH", "info@nord.test")
    assert (seller.language, seller.time_zone) == ("de", "Europe/Berlin")
    assert letters.to("lena@nord.test") == ["invited"]
    assert [line.verb for line in journal.of(seller)] == ["seller_made"]
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.status) == ("OWNER", "OPEN")


def test_a_known_seller_needs_no_more_than_the_address(desk: Client, letters: Letters) -> None:
    nord = SellerFactory(merchant_id="A1NORD1234567", name="Nord", language="zh-hans")
    typed = {"merchant_id": "A1NORD1234567", "email": "lena@nord.test"}
    assert desk.post(URL + "new/", typed).status_code == 302
    assert Invitation.objects.get().seller == nord
    assert letters.last("lena@nord.test").language == "zh-hans"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"company": "", "country": ""}, "give company and country"),
        ({"merchant_id": "nord ist schön"}, "no merchant id"),
        ({"merchant_id": ""}, "give the seller's merchant id"),
        ({"email": "lena"}, "valid email"),
        ({"company": "N" * 161}, "at most 160 characters"),
        ({"country": "QQ"}, "not one of the available choices"),
    ],
)
def test_a_bad_form_comes_back_with_the_typed_words_and_a_sentence(
    desk: Client, letters: Letters, changed: dict[str, str], words: str
) -> None:
    page = desk.post(URL + "new/", {**NEW, **changed})
    assert page.status_code == 422
    assert words in words_of(page)
    assert "info@nord.test" in page.content.decode()
    assert (Seller.objects.count(), letters()) == (0, [])


def test_a_second_click_on_send_changes_nothing_and_says_so(desk: Client, letters: Letters) -> None:
    assert desk.post(URL + "new/", NEW).status_code == 302
    page = desk.post(URL + "new/", NEW)
    assert page.status_code == 422
    assert "already invited, until" in words_of(page)
    assert letters.to("lena@nord.test") == ["invited"]
    secret = secret_to(letters, "lena@nord.test")
    assert invitations.usable(secret).status == "OPEN", "the first link still works"


def test_who_already_acts_for_the_seller_is_not_invited(desk: Client, letters: Letters) -> None:
    desk.post(URL + "new/", NEW)
    lena = UserFactory(email="lena@nord.test")
    invitations.accept(secret_to(letters, "lena@nord.test"), user=lena)
    page = desk.post(URL + "new/", NEW)
    assert "already acts for Nord Licht GmbH" in words_of(page)
    assert len(letters()) == 1


def test_the_owner_of_a_seller_who_was_never_let_in_can_be_invited(
    desk: Client, blume: Seller, letters: Letters
) -> None:
    typed = {"merchant_id": blume.merchant_id, "email": "anna@blume.test"}
    assert desk.post(URL + "new/", typed).status_code == 302
    assert letters.to("anna@blume.test") == ["invited"]


def test_the_list_shows_states_and_an_expired_one_as_such_without_a_sweep(
    desk: Client, policy_admin: User, letters: Letters, travel: Travel
) -> None:
    nord = SellerFactory(name="Nord")
    for name in ("used", "withdrawn", "old"):
        invitations.invite(nord, email=f"{name}@nord.test", by=policy_admin)
    invitations.accept(secret_to(letters, "used@nord.test"), user=UserFactory())
    desk.post(f"{URL}{Invitation.objects.get(email='withdrawn@nord.test').pk}/withdraw/")
    travel(days=31)
    invitations.invite(nord, email="new@nord.test", by=policy_admin)
    shown = {
        state: [
            name
            for name in ("used", "withdrawn", "old", "new")
            if f"{name}@nord.test" in words_of(desk.get(f"{URL}?show={state}"))
        ]
        for state in ("open", "expired", "used", "withdrawn", "all", "nonsense")
    }
    assert shown == {
        "open": ["new"],
        "expired": ["old"],
        "used": ["used"],
        "withdrawn": ["withdrawn"],
        "all": ["used", "withdrawn", "old", "new"],
        "nonsense": ["new"],
    }
    assert Invitation.objects.get(email="old@nord.test").status == "OPEN"
    assert "Expired" in words_of(desk.get(f"{URL}?show=all&q=old@nord"))


@pytest.mark.parametrize("asked", ["a@nord", "A1NORD", "a1nord12", "nordlicht"])
def test_found_by_address_merchant_id_or_company(
    desk: Client, policy_admin: User, asked: str
) -> None:
    nord = SellerFactory(name="Nordlicht GmbH", merchant_id="A1NORD1234567")
    invitations.invite(nord, email="a@nord.test", by=policy_admin)
    invitations.invite(SellerFactory(), email="b@sued.test", by=policy_admin)
    text = words_of(desk.get(URL, {"q": asked}))
    assert "a@nord.test" in text
    assert "b@sued.test" not in text


def test_withdrawing_kills_the_link_and_a_second_click_is_a_sentence(
    desk: Client, policy_admin: User, letters: Letters
) -> None:
    invitation = invitations.invite(SellerFactory(), email="a@nord.test", by=policy_admin)
    secret = secret_to(letters, "a@nord.test")
    page = desk.post(f"{URL}{invitation.pk}/withdraw/", follow=True)
    assert "no longer works" in page.content.decode()
    again = desk.post(f"{URL}{invitation.pk}/withdraw/", follow=True)
    assert "can no longer be done" in again.content.decode()
    with pytest.raises(Refused, match="withdrawn"):
        invitations.usable(secret)


def test_sending_again_makes_a_new_link_once_and_the_old_one_dies(
    desk: Client, policy_admin: User, letters: Letters, travel: Travel
) -> None:
    invitation = invitations.invite(SellerFactory(), email="a@nord.test", by=policy_admin)
    old = secret_to(letters, "a@nord.test")
    travel(days=31)
    for _click in range(2):
        page = desk.post(f"{URL}{invitation.pk}/again/", follow=True)
    assert "Please look at the newest one" in page.content.decode()
    assert letters.to("a@nord.test") == ["invited", "invited"]
    fresh = invitations.usable(secret_to(letters, "a@nord.test"))
    assert fresh.invited_by == policy_admin
    with pytest.raises(Refused, match="newest letter"):
        invitations.usable(old)


def test_a_used_invitation_is_not_sent_again(policy_admin: User, letters: Letters) -> None:
    invitation = invitations.invite(SellerFactory(), email="a@nord.test", by=policy_admin)
    invitations.accept(secret_to(letters, "a@nord.test"), user=UserFactory())
    with pytest.raises(Conflict, match="Used"):
        invitations.send_again(invitation, by=policy_admin)


@pytest.mark.parametrize(
    ("has", "invited_as", "becomes"),
    [
        (None, "READER", "READER"),
        (None, "OPERATOR", "OPERATOR"),
        ("READER", "OPERATOR", "OPERATOR"),
        ("OPERATOR", "OWNER", "OWNER"),
        ("OPERATOR", "READER", "OPERATOR"),
        ("OWNER", "OPERATOR", "OWNER"),
    ],
)
def test_accepting_gives_the_role_of_the_invitation_and_never_a_lower_one(
    blume: Seller, letters: Letters, has: str | None, invited_as: str, becomes: str
) -> None:
    owner = blume.memberships.get(role="OWNER").user
    person = UserFactory()
    if has:
        MembershipFactory(seller=blume, user=person, role=has)
    invitations.invite(blume, email="k@blume.test", by=owner, role=invited_as)
    invitations.accept(secret_to(letters, "k@blume.test"), user=person)
    assert Membership.objects.get(seller=blume, user=person).role == becomes


def test_a_colleague_reads_who_invites_them_and_as_what_in_their_language(
    blume: Seller, letters: Letters
) -> None:
    owner = blume.memberships.get(role="OWNER").user
    invitation = invitations.invite(
        blume, email="k@blume.test", by=owner, role="OPERATOR", language="en"
    )
    letter = letters.last("k@blume.test")
    assert letter.language == "en"
    assert "Anna Blume invites you to work on the account of Blume Haushalt GmbH" in letter.text
    assert "Operator" in letter.text
    assert "free trial" not in letter.text
    [line] = journal.of(invitation)
    assert (line.actor, line.user, line.facts["role"]) == ("seller", owner, "OPERATOR")


def test_a_second_person_with_a_used_link_reads_what_to_do(
    blume: Seller, policy_admin: User, letters: Letters
) -> None:
    invitations.invite(blume, email="k@blume.test", by=policy_admin)
    secret = secret_to(letters, "k@blume.test")
    invitations.accept(secret, user=UserFactory())
    page = Client().get(f"/portal/join/{secret}/", headers={"Accept-Language": "en"})
    assert page.status_code == 410
    assert "already used. Please sign in, or ask for a new invitation" in words_of(page)


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_costs_the_same_for_one_row_and_for_fifty(
    desk: Client, policy_admin: User, django_assert_max_num_queries: Any, count: int
) -> None:
    for number in range(count):
        invitations.invite(SellerFactory(), email=f"p{number}@nord.test", by=policy_admin)
    desk.get(URL)
    with django_assert_max_num_queries(8):
        page = desk.get(URL)
    assert words_of(page).count("@nord.test") >= count


def test_a_long_list_goes_on_where_the_page_ended(
    desk: Client, policy_admin: User, travel: Travel
) -> None:
    nord = SellerFactory()
    for number in range(53):
        if number % 3 == 0:
            travel(seconds=1)
        invitations.invite(nord, email=f"p{number:02}@nord.test", by=policy_admin)
    first = desk.get(f"{URL}?q=nord.test")
    link = first.content.decode().split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = desk.get(URL + link)
    seen = [page.content.decode().count("<strong>p") for page in (first, second)]
    assert seen == [50, 3]
    assert "<strong>p52@" in first.content.decode()
    assert "<strong>p00@" in second.content.decode()


def test_an_auditor_reads_and_has_no_buttons(auditor: User, policy_admin: User) -> None:
    invitation = invitations.invite(SellerFactory(), email="a@nord.test", by=policy_admin)
    browser = at_desk(auditor)
    page = browser.get(URL)
    assert page.status_code == 200
    assert "Withdraw" not in words_of(page).replace("Withdrawn", "")
    assert browser.post(f"{URL}{invitation.pk}/withdraw/").status_code == 403
    assert browser.get(URL + "new/").status_code == 403
