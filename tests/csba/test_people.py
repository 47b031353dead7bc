"""People with a login: one address in one spelling, no account without an invitation."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from csba.accounts.adapter import INVITATION_KEY
from csba.accounts.models import User
from tests.factories.sellers import PASSWORD, UserFactory


def test_an_address_is_kept_and_found_in_lower_case(db: None) -> None:
    person = User.objects.create_user(" Anna@Blume.TEST ", PASSWORD)
    assert person.email == "anna@blume.test"
    assert person.check_password(PASSWORD)
    assert not person.is_staff
    assert User.objects.get_by_natural_key(" ANNA@blume.test") == person
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(None)


def test_the_database_takes_an_address_once_and_in_lower_case_only(db: None) -> None:
    UserFactory(email="anna@blume.test")
    for email in ("anna@blume.test", "Anna@blume.test"):
        with pytest.raises(IntegrityError), transaction.atomic():
            UserFactory(email=email)


def test_a_person_without_a_password_cannot_log_in_with_one(db: None) -> None:
    assert not User.objects.create_user("anna@blume.test").has_usable_password()


def test_a_superuser_is_staff(db: None) -> None:
    person = User.objects.create_superuser("root@desk.test", PASSWORD)
    assert person.is_staff
    assert person.has_perm("inquiries.decide_inquiry")


@pytest.mark.parametrize(
    ("name", "full", "short"),
    [
        ("Anna Blume", "Anna Blume", "Anna"),
        ("陈伟", "陈伟", "陈伟"),
        ("", "a@b.test", "a@b.test"),
        ("  ", "  ", "a@b.test"),
        ("\u3000", "\u3000", "a@b.test"),
    ],
)
def test_a_person_is_called_by_name_or_else_by_address(name: str, full: str, short: str) -> None:
    person = User(email="a@b.test", name=name)
    assert (str(person), person.get_full_name(), person.get_short_name()) == (full, full, short)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "Berlin"])
def test_a_zone_must_exist(zone: str) -> None:
    with pytest.raises(ValidationError, match="not a time zone"):
        User(email="a@b.test", time_zone=zone, password="x").clean_fields()


def _sign_up(client: Client) -> Any:
    return client.post(
        "/accounts/signup/",
        {"email": "new@sellers.test", "password1": PASSWORD, "password2": PASSWORD},
    )


def test_without_an_invitation_there_is_no_account(client: Client, db: None) -> None:
    _sign_up(client)
    assert not User.objects.exists()


def test_with_an_invitation_there_is(client: Client, db: None) -> None:
    session = client.session
    session[INVITATION_KEY] = "token"
    session.save()
    _sign_up(client)
    person = User.objects.get()
    assert person.email == "new@sellers.test"
    assert not person.is_staff


@pytest.mark.parametrize(("is_staff", "lands"), [(True, "/desk/"), (False, "/portal/")])
def test_after_the_login_everybody_is_where_they_work(
    is_staff: bool, lands: str, client: Client, db: None
) -> None:
    person = UserFactory(is_staff=is_staff)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    answer = client.post("/accounts/login/", {"login": person.email.upper(), "password": PASSWORD})
    assert answer.headers["Location"] == lands


def test_who_may_not_log_in_any_more_is_out_at_once(client: Client, db: None) -> None:
    person = UserFactory()
    client.force_login(person)
    assert client.get("/accounts/email/").status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/accounts/email/").status_code == 302
