"""P17: by invitation only; who is interested can ask, waits on a list, and is invited by one
button; an invitation expires.
"""

import re
from typing import Any

import pytest
from django.test import Client

from csba.accounts.models import User
from sellers.models import Interest, Invitation, Membership
from sellers.operations import invitations
from tests.conftest import Letters, Travel
from tests.sellers.letting_in import at_desk, secret_to

pytestmark = pytest.mark.django_db

FORM = "/portal/interest/"
WU = "wu@sterne.test"
SENT = {
    "company": "Sterne Handel",
    "merchant_id": "A1STERNE12345",
    "email": WU,
    "country": "CN",
    "language": "zh-hans",
    "words": "灯具，每月400单。",
    "website": "",
}
ACCOUNT = {
    "email": WU,
    "password1": "sieben-nasse-Schrauben",
    "password2": "sieben-nasse-Schrauben",
}


def on_the_list(letters: Letters) -> Interest:
    """Wu has asked on the public form and confirmed the address by the letter's link."""
    anybody = Client()
    anybody.post(FORM, SENT)
    link = re.search(r"(/portal/interest/confirm/[^/\s]+/)", letters.last(WU).text)
    assert link
    anybody.post(link[1])
    return Interest.objects.get()


def test_without_an_invitation_nobody_makes_an_account(travel: Travel) -> None:
    stranger = Client()
    assert stranger.get("/accounts/signup/").status_code in {302, 403, 200}
    stranger.post("/accounts/signup/", ACCOUNT)
    assert not User.objects.filter(email=WU).exists()


def test_who_asks_waits_on_the_list_is_invited_and_acts_for_the_company(
    policy_admin: User, travel: Travel, letters: Letters
) -> None:
    row = on_the_list(letters)
    assert row.status == "WAITING"
    travel(days=3)
    at_desk(policy_admin).post(f"/desk/waiting-list/{row.pk}/invite/")
    assert letters.to(WU) == ["interest_confirm", "invited"]
    assert letters.last(WU).language == "zh-hans"
    secret = secret_to(letters, WU)
    browser = Client()
    browser.get(f"/portal/join/{secret}/")
    browser.post("/accounts/signup/", ACCOUNT)
    assert User.objects.filter(email=WU).exists()
    invitations.accept(secret, user=User.objects.get(email=WU))
    membership = Membership.objects.get()
    assert (membership.seller.name, membership.role) == ("Sterne Handel", "OWNER")
    assert (membership.user.email, Invitation.objects.get().status) == (WU, "USED")


def test_an_invitation_is_over_after_its_time_and_says_so(
    policy_admin: User, travel: Travel, letters: Letters
) -> None:
    row = on_the_list(letters)
    at_desk(policy_admin).post(f"/desk/waiting-list/{row.pk}/invite/")
    invitation = Invitation.objects.get()
    secret = secret_to(letters, WU)
    travel.to(invitation.expires_at)
    answer: Any = Client(headers={"Accept-Language": "en"}).get(f"/portal/join/{secret}/")
    assert answer.status_code in {404, 410}
    assert "expired" in answer.content.decode()
    assert not Membership.objects.exists()
