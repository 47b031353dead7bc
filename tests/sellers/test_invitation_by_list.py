"""Inviting by a list on the desk: nothing before the confirmation, then exactly the good rows."""

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from csba.accounts.models import User
from sellers.models import Invitation, Seller
from sellers.operations import invitation_lists, invitations
from tests.conftest import Letters, Travel
from tests.factories.sellers import MembershipFactory, SellerFactory, UserFactory
from tests.sellers.letting_in import HEAD, at_desk, secret_to, words_of

pytestmark = pytest.mark.django_db

URL = "/desk/invitations/list/"


@pytest.fixture
def desk(policy_admin: User, travel: Travel) -> Client:
    return at_desk(policy_admin)


@pytest.fixture
def mixed(policy_admin: User, letters: Letters, travel: Travel) -> str:
    """A list with a row of each fate."""
    known = SellerFactory(merchant_id="A1KNOWN12345", name="Bekannt GmbH")
    invitations.invite(known, email="old@known.test", by=policy_admin)
    travel(days=31)
    member = SellerFactory(merchant_id="A1MEMBER1234", name="Mitglied GmbH")
    invitations.invite(member, email="m@member.test", by=policy_admin)
    person = UserFactory(email="m@member.test")
    invitations.accept(secret_to(letters, "m@member.test"), user=person)
    opened = SellerFactory(merchant_id="A1OPEN123456", name="Offen GmbH")
    invitations.invite(opened, email="o@open.test", by=policy_admin)
    return HEAD + "\n".join(
        [
            "A1NEW1234567;Neu GmbH;n@new.test;DE;de",
            "A1NEW1234567;Neu GmbH;n2@new.test;DE;de",
            "A1KNOWN12345;Bekannt;new@known.test;DE;de",
            "A1KNOWN12345;Bekannt;old@known.test;DE;de",
            "A1MEMBER1234;Mitglied GmbH;m@member.test;DE;de",
            "A1OPEN123456;Offen GmbH;o@open.test;DE;de",
            "A1BAD1234567;=1+1;nobody;DE;de",
        ]
    )


def fates(planned: list[invitation_lists.Planned]) -> list[str]:
    return [str(one.outcome.value) for one in planned]


def test_the_preview_tells_the_fate_of_each_row_and_stores_nothing(
    desk: Client, mixed: str, letters: Letters
) -> None:
    before = (Seller.objects.count(), Invitation.objects.count(), len(letters()))
    page = desk.post(URL, {"step": "preview", "text": mixed})
    text = words_of(page)
    assert page.status_code == 200
    assert "1 Cannot be invited" in text
    assert "1 New seller: is made and invited" in text
    assert "2 Known seller: is invited" in text
    assert "1 Is invited again: the earlier invitation has expired" in text
    assert "1 Already a member" in text
    assert "Open until" in text
    assert "Known here as Bekannt GmbH" in text
    assert "Invite 4 sellers" in text
    assert (Seller.objects.count(), Invitation.objects.count(), len(letters())) == before


def test_confirming_does_exactly_the_good_rows(
    mixed: str, policy_admin: User, letters: Letters
) -> None:
    before = len(letters())
    done = invitation_lists.invite_all(mixed, by=policy_admin)
    assert fates(done) == ["NEW", "KNOWN", "KNOWN", "AGAIN", "MEMBER", "OPEN", "ERROR"]
    told = [mail.to_address for mail in letters()[before:]]
    assert told == ["n@new.test", "n2@new.test", "new@known.test", "old@known.test"]
    assert Seller.objects.get(merchant_id="A1NEW1234567").default_email == "n@new.test"
    assert not Seller.objects.filter(merchant_id="A1BAD1234567").exists()
    links = Invitation.objects.filter(email="old@known.test").order_by("pk")
    assert [found.status for found in links] == ["WITHDRAWN", "OPEN"]
    assert invitations.usable(secret_to(letters, "n2@new.test")).seller.name == "Neu GmbH"


def test_the_same_list_twice_invites_nobody_twice(
    desk: Client, mixed: str, letters: Letters
) -> None:
    first = desk.post(URL, {"step": "confirm", "text": mixed})
    assert "4 invitations are on their way" in words_of(first)
    count = len(letters())
    second = desk.post(URL, {"step": "confirm", "text": mixed})
    assert "0 invitations are on their way" in words_of(second)
    assert "5 Already invited" in words_of(second)
    assert len(letters()) == count


def test_a_file_works_as_pasted_text_does_and_wins_over_it(desk: Client) -> None:
    file = io.BytesIO(f"{HEAD}A1NORD123;Müller;a@nord.test;DE;de".encode("cp1252"))
    file.name = "liste.csv"
    page = desk.post(URL, {"step": "preview", "file": file, "text": "something else"})
    assert "Müller" in words_of(page)
    assert "Invite 1 seller" in words_of(page)


def test_what_is_no_list_comes_back_with_a_sentence_and_the_typed_text(desk: Client) -> None:
    page = desk.post(URL, {"step": "preview", "text": "company\nNord <b> & Söhne"})
    assert page.status_code == 422
    assert "Missing: merchant_id, email, country" in words_of(page)
    assert "Nord &lt;b&gt; &amp; Söhne" in page.content.decode()
    assert desk.post(URL, {"step": "confirm"}).status_code == 422


def test_the_rows_that_cannot_be_invited_come_as_a_file_without_formulas(
    desk: Client, mixed: str
) -> None:
    answer = desk.post(URL, {"step": "errors", "text": mixed})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert rows[1].startswith("8,A1BAD1234567,'=1+1,nobody,DE,de,")


def test_the_preview_costs_the_same_for_one_row_and_for_a_thousand(
    desk: Client, policy_admin: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        MembershipFactory(seller=SellerFactory(merchant_id=f"A1ROW{number:07}"))
    desk.post(URL, {"text": HEAD + "A1ROW0000000;Nord;p@nord.test;DE;de"})
    for count in (1, 1000):
        lines = [f"A1ROW{n:07};Nord;p{n}@nord.test;DE;de" for n in range(count)]
        with django_assert_max_num_queries(12):
            page = desk.post(URL, {"text": HEAD + "\n".join(lines)})
        assert f"Invite {count} seller" in words_of(page)


def test_five_hundred_invitations_take_few_statements(
    policy_admin: User, django_assert_max_num_queries: Any
) -> None:
    lines = [f"A1ROW{n:07};Nord {n};p{n}@nord.test;DE;de" for n in range(500)]
    with django_assert_max_num_queries(40):
        done = invitation_lists.invite_all(HEAD + "\n".join(lines), by=policy_admin)
    assert fates(done) == ["NEW"] * 500


def test_only_who_may_invite_opens_the_page(agent: User, auditor: User) -> None:
    for person in (agent, auditor):
        browser = at_desk(person)
        assert browser.get(URL).status_code == 403
        assert browser.post(URL, {"step": "confirm", "text": HEAD}).status_code == 403
    assert reverse("admin:invitation-list") == URL
