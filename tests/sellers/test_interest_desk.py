"""The waiting list on the desk: who waits longest first, invited by one button or declined."""

from typing import Any

import pytest
from django.test import Client

from csba.accounts.models import User
from csba.errors import DomainError
from csba.journal import read as journal
from sellers.models import Interest, Invitation, Seller
from sellers.operations import interest, invitations
from tests.conftest import Letters, Travel
from tests.factories.sellers import SellerFactory, UserFactory
from tests.sellers.letting_in import at_desk, secret_to, waiting, words_of

pytestmark = pytest.mark.django_db

URL = "/desk/waiting-list/"


@pytest.fixture
def desk(policy_admin: User, travel: Travel) -> Client:
    return at_desk(policy_admin)


def test_the_longest_waiting_stands_first_with_what_they_wrote(
    desk: Client, travel: Travel
) -> None:
    waiting(company="Erste", merchant_id="A1ERSTE")
    travel(hours=2)
    waiting(company="Zweite", merchant_id="A1ZWEITE", words="Wir verkaufen <Tee>.")
    waiting(company="Stille", merchant_id="A1STILLE", status="UNCONFIRMED", confirmed_at=None)
    text = words_of(desk.get(URL))
    assert text.index("Erste") < text.index("Zweite")
    assert "&lt;Tee&gt;" in text
    assert "Stille" not in text
    assert "China" in text


def test_one_button_makes_the_seller_the_invitation_and_its_letter(
    desk: Client, letters: Letters
) -> None:
    row = waiting()
    page = desk.post(f"{URL}{row.pk}/invite/", follow=True)
    assert "Sterne Handel is invited" in page.content.decode()
    row.refresh_from_db()
    seller = Seller.objects.get(merchant_id="A1STERNE12345")
    assert (seller.language, seller.time_zone) == ("zh-hans", "Asia/Shanghai")
    assert (row.status, row.invitation) == ("INVITED", Invitation.objects.get(seller=seller))
    assert letters.to("wu@sterne.test") == ["invited"]
    assert letters.last("wu@sterne.test").language == "zh-hans"
    person = UserFactory(email="wu@sterne.test")
    joined = invitations.accept(secret_to(letters, "wu@sterne.test"), user=person)
    assert (joined.seller, joined.role) == (seller, "OWNER")


def test_the_second_of_two_admins_reads_one_sentence_and_nothing_happens_twice(
    desk: Client, letters: Letters
) -> None:
    row = waiting()
    desk.post(f"{URL}{row.pk}/invite/")
    for act, fields in (("invite", {}), ("decline", {"reason": "Bitte später noch einmal."})):
        page = desk.post(f"{URL}{row.pk}/{act}/", fields)
        assert page.status_code in {409, 422}
        assert words_of(page).count("can no longer be done: it is already “Invited”") == 1
    assert letters.to("wu@sterne.test") == ["invited"]
    row.refresh_from_db()
    assert row.status == "INVITED"


def test_with_the_same_old_row_in_two_hands_one_wins(policy_admin: User, letters: Letters) -> None:
    mine, theirs = waiting(), Interest.objects.get()
    interest.decline(theirs, by=policy_admin, reason="Noch ist kein Platz frei.")
    with pytest.raises(DomainError, match="moment faster"):
        interest.invite(mine, by=policy_admin)
    assert not Seller.objects.exists()
    assert letters.to("wu@sterne.test") == ["interest_declined"]


def test_a_merchant_id_that_we_know_under_other_addresses_is_checked_first(
    desk: Client, letters: Letters
) -> None:
    SellerFactory(merchant_id="A1STERNE12345", name="Echte Sterne", default_email="x@echt.test")
    row = waiting()
    assert "Known here as Echte Sterne" in words_of(desk.get(URL))
    page = desk.post(f"{URL}{row.pk}/invite/")
    assert page.status_code == 409
    assert "known under other addresses" in words_of(page)
    assert (letters(), Interest.objects.get().status) == ([], "WAITING")
    assert desk.post(f"{URL}{row.pk}/invite/", {"checked": "1"}).status_code == 302
    assert letters.to("wu@sterne.test") == ["invited"]
    line = journal.of(row).last()
    assert line is not None
    assert line.facts["checked"] is True


def test_a_known_seller_who_asks_from_their_own_address_needs_no_check(
    desk: Client, letters: Letters
) -> None:
    SellerFactory(merchant_id="A1STERNE12345", default_email="Wu@sterne.test")
    row = waiting()
    assert desk.post(f"{URL}{row.pk}/invite/").status_code == 302
    assert letters.to("wu@sterne.test") == ["invited"]


def test_declining_tells_the_person_politely_and_why(desk: Client, letters: Letters) -> None:
    row = waiting(language="en")
    desk.post(f"{URL}{row.pk}/decline/", {"reason": "You ship fewer than ten orders a month."})
    letter = letters.last("wu@sterne.test")
    assert "> You ship fewer than ten orders a month." in letter.text
    assert "thank you for your interest" in letter.text
    assert "/portal/interest/" in letter.text
    assert "Declined" in words_of(desk.get(f"{URL}?show=declined"))
    assert "Sterne" not in words_of(desk.get(URL))


def test_a_reason_too_short_to_send_comes_back_with_its_words(
    desk: Client, letters: Letters
) -> None:
    row = waiting()
    page = desk.post(f"{URL}{row.pk}/decline/", {"reason": "Nein."})
    assert page.status_code == 422
    assert "whole sentence" in words_of(page)
    assert ">Nein.</textarea>" in page.content.decode()
    assert letters() == []


def test_a_declined_one_is_put_back_unless_they_have_asked_again(
    desk: Client, policy_admin: User
) -> None:
    row = waiting()
    interest.decline(row, by=policy_admin, reason="Noch ist kein Platz frei.")
    desk.post(f"{URL}{row.pk}/back/")
    row.refresh_from_db()
    assert (row.status, row.reason, row.settled_at) == ("WAITING", "", None)
    interest.decline(row, by=policy_admin, reason="Noch ist kein Platz frei.")
    waiting()
    page = desk.post(f"{URL}{row.pk}/back/", follow=True)
    assert "asked again meanwhile" in page.content.decode()


def test_an_unconfirmed_row_is_nobodys_business(desk: Client) -> None:
    row = waiting(status="UNCONFIRMED", confirmed_at=None)
    for act in ("invite", "decline", "back"):
        assert desk.post(f"{URL}{row.pk}/{act}/").status_code == 404


def test_who_may_only_read_has_no_buttons(auditor: User) -> None:
    row = waiting()
    browser = at_desk(auditor)
    assert '<button class="button small primary' not in browser.get(URL).content.decode()
    for act in ("invite", "decline", "back"):
        assert browser.post(f"{URL}{row.pk}/{act}/").status_code == 403


def test_the_rail_counts_who_waits(desk: Client) -> None:
    for number in range(3):
        waiting(merchant_id=f"A1NR{number}")
    page = desk.get(URL).content.decode()
    assert '<span>Waiting list</span><span class="count">3</span>' in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_row_and_for_thirty(
    desk: Client, django_assert_max_num_queries: Any, count: int
) -> None:
    for number in range(count):
        SellerFactory(merchant_id=f"A1NR{number:03}")
        waiting(merchant_id=f"A1NR{number:03}")
    desk.get(URL)
    with django_assert_max_num_queries(9):
        page = desk.get(URL)
    assert words_of(page).count("A1NR") == count


def test_a_long_list_goes_on_where_the_page_ended(desk: Client, travel: Travel) -> None:
    for number in range(33):
        waiting(merchant_id=f"A1NR{number:03}")
        if number % 5 == 0:
            travel(minutes=1)
    first = desk.get(URL).content.decode()
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = desk.get(URL + link).content.decode()
    assert [first.count("A1NR"), second.count("A1NR")] == [30, 3]
    assert "A1NR032" in second
