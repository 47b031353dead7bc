"""P9: a professional seller in good standing: checked at opt-in with every reason against it, and
watched afterwards.
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from csba.accounts.models import User
from inquiries.models import Inquiry
from inquiries.operations import intake
from sellers.models import Enrolment, Seller
from sellers.operations import invitations
from tests.conftest import Letters, Travel
from tests.factories.sellers import OrderFactory
from tests.sellers.acting import OPT_IN, agreed_form, text_of

pytestmark = pytest.mark.django_db


def account_status(folder: Path, seller: Seller, professional: str, standing: str) -> None:
    """The marketplace's nightly file says so, as of now."""
    path = folder / "status.csv"
    row = f"{seller.merchant_id},{professional},{standing},{timezone.now().isoformat()}"
    path.write_text(f"merchant_id,professional,standing,as_of\n{row}\n")
    call_command("import_standing", str(path), stdout=io.StringIO())


def asked_about(seller: Seller) -> Inquiry:
    """A buyer has ordered just now, and asks."""
    order = OrderFactory(seller=seller, placed_at=timezone.now())
    return intake.receive(
        intake.Incoming(
            channel="EMAIL",
            body="Wo bleibt mein Paket?",
            buyer_email=order.buyer_email,
            order=order,
            topic="WHERE_IS_IT",
        )
    )


@pytest.fixture
def anna(blume: Seller, policy_admin: User, travel: Travel) -> Client:
    """Anna of Blume, who is invited, reading English."""
    invitations.invite(blume, email=blume.default_email, by=policy_admin)
    person = blume.memberships.get().user
    person.language = "en"
    person.save(update_fields=["language"])
    browser = Client()
    browser.force_login(person)
    return browser


def test_every_reason_against_is_named_at_once_and_nothing_starts(
    blume: Seller, anna: Client, tmp_path: Path
) -> None:
    account_status(tmp_path, blume, "no", "DEACTIVATED")
    page = anna.get(OPT_IN)
    said = text_of(page)
    assert "professional" in said
    assert "good standing" in said
    assert b">Opt-in Now</button>" not in page.content
    assert anna.post(OPT_IN, agreed_form()).status_code in {403, 409, 422}
    assert not Enrolment.objects.exists()


def test_as_soon_as_the_reasons_are_gone_the_seller_opts_in(
    blume: Seller, anna: Client, travel: Travel, tmp_path: Path
) -> None:
    account_status(tmp_path, blume, "no", "DEACTIVATED")
    travel(days=1)
    account_status(tmp_path, blume, "yes", "NORMAL")
    assert anna.post(OPT_IN, agreed_form()).status_code == 302
    assert Enrolment.objects.get().status == "PENDING"


@pytest.mark.parametrize(("professional", "standing"), [("no", "NORMAL"), ("yes", "DEACTIVATED")])
def test_who_loses_it_gets_no_new_coverage_while_running_cases_go_on(
    blume: Seller,
    served: Callable[..., Any],
    travel: Travel,
    letters: Letters,
    tmp_path: Path,
    professional: str,
    standing: str,
) -> None:
    served(blume)
    running = asked_about(blume)
    travel(hours=1)
    account_status(tmp_path, blume, professional, standing)
    travel(seconds=1)
    lost = asked_about(blume)
    assert (running.verdict, lost.verdict) == ("COVERED", "SUSPENDED")
    assert letters.to(blume.default_email)[0] == "suspended"
    at = timezone.now()
    running.refresh_from_db()
    assert (running.status, running.verdict) == ("OPEN", "COVERED")
    assert list(Inquiry.objects.agents_turn(at)) == [running]

    travel(days=3)
    account_status(tmp_path, blume, "yes", "NORMAL")
    travel(seconds=1)
    assert asked_about(blume).verdict == "COVERED"
    assert "resumed" in letters.to(blume.default_email)
