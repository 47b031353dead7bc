"""Pages that list rows take the same statements for 1 row and for 50 (lists that have a test of
their own beside their other tests are not repeated here).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from csba.accounts import roles
from returns.models import Claim, OrderChange, Refund, ReturnRequest, SellerPolicy
from sellers.models import (
    Enrolment,
    Interest,
    Invitation,
    LedgerLine,
    Membership,
    Seller,
    Service,
    Terms,
)
from tests.access import of_invitations, of_returns
from tests.conftest import make_blume, staff
from tests.factories.sellers import (
    EnrolmentFactory,
    MembershipFactory,
    OrderFactory,
    SellerFactory,
)
from tests.sellers.new_terms import new_version

pytestmark = pytest.mark.django_db

Own = Callable[[int], dict[str, Any]]


def copied(row: models.Model, number: int, own: Own) -> None:
    """So many more rows like this one; `own` gives what each has for itself."""
    kept = [
        field
        for field in row._meta.concrete_fields
        if not field.primary_key and not isinstance(field, models.GeneratedField)
    ]
    same = {field.attname: getattr(row, field.attname) for field in kept}
    type(row)._default_manager.bulk_create(
        type(row)(**{**same, **own(index)}) for index in range(number)
    )


def orders(seller: Seller, number: int) -> list[int]:
    return [order.pk for order in OrderFactory.create_batch(number, seller=seller, line=None)]


def returns_(seller: Seller, number: int) -> None:
    theirs = orders(seller, number)
    for row in ReturnRequest.objects.filter(seller=seller).order_by("pk"):
        copied(row, number, lambda index: {"order_id": theirs[index]})
        made = ReturnRequest.objects.filter(seller=seller).order_by("-pk")
        keys = list(made.values_list("pk", flat=True)[:number])
        _with_lines(row, keys)


def _with_lines(row: ReturnRequest, keys: list[int]) -> None:
    for line in row.lines.all():
        copied(line, len(keys), lambda index: {"request_id": keys[index]})


def refunds(seller: Seller, number: int) -> None:
    theirs = orders(seller, number)
    row = Refund.objects.get(seller=seller)
    copied(row, number, lambda index: {"order_id": theirs[index], "key": f"copy:{index}"})


def ledger(seller: Seller, number: int) -> None:
    theirs = orders(seller, number)
    row = LedgerLine.objects.filter(seller=seller, claim=None).latest("pk")
    copied(row, number, lambda index: {"order_id": theirs[index], "key": f"copy:{index}"})


def claims(seller: Seller, number: int) -> None:
    ledger(seller, number)
    row = Claim.objects.get(seller=seller)
    debits = LedgerLine.objects.filter(key__startswith="copy:").values_list("pk", flat=True)
    copied(row, number, lambda index: {"debit_id": debits[index]})


def changes(seller: Seller, number: int) -> None:
    theirs = orders(seller, number)
    row = OrderChange.objects.get(seller=seller)
    copied(row, number, lambda index: {"order_id": theirs[index], "case_id": row.case_id})


def policies(seller: Seller, number: int) -> None:
    row = SellerPolicy.objects.get(seller=seller)
    sellers = SellerFactory.create_batch(number)
    copied(row, number, lambda index: {"seller_id": sellers[index].pk})


def versions(seller: Seller, number: int) -> None:
    row = SellerPolicy.objects.get(seller=seller)
    over = {"status": "WITHDRAWN", "valid_from": None, "valid_to": None}
    copied(row, number, lambda index: {"version": index + 2, **over})


def interest(seller: Seller, number: int) -> None:
    row = Interest.objects.get()
    copied(row, number, lambda index: {"email": f"asks{index}@sellers.test"})


def invitations(seller: Seller, number: int) -> None:
    row = Invitation.objects.filter(seller=seller).latest("pk")
    sellers = SellerFactory.create_batch(number)
    copied(
        row, number, lambda index: {"seller_id": sellers[index].pk, "secret_hash": f"copy{index}"}
    )


def stints(seller: Seller, number: int) -> None:
    began = timezone.now() - timedelta(days=400)
    for index in range(number):
        at = began + timedelta(days=2 * index)
        EnrolmentFactory(
            seller=seller,
            status="ENDED",
            opted_in_at=at,
            active_from=at + timedelta(minutes=1),
            ended_at=at + timedelta(days=1),
        )


def waiting_to_be_active(seller: Seller, number: int) -> None:
    for row in SellerFactory.create_batch(number):
        EnrolmentFactory(seller=row, status="PENDING", opted_in_at=timezone.now())
        EnrolmentFactory(seller=SellerFactory(), opted_in_at=timezone.now() - timedelta(hours=2))
    assert Enrolment.objects.filter(status="PENDING").count() >= number


def employers(seller: Seller, number: int) -> None:
    person = seller.memberships.get(role="OWNER").user
    for _each in range(number):
        MembershipFactory(user=person)
    assert Membership.objects.filter(user=person).count() > number


def terms(seller: Seller, number: int) -> None:
    service = Service.objects.get(code=Service.CSBA)
    for index in range(number):
        at = timezone.now() - timedelta(days=index + 1)
        new_version(service, version=f"v{index}", valid_from=at)
    assert Terms.objects.count() > number


PORTAL: dict[str, Callable[[Seller, int], None]] = {
    "returns:requests": returns_,
    "returns:ledger": ledger,
    "returns:claims": claims,
    "returns:changes": changes,
    "returns:policy": versions,
    "sellers:services": stints,
    "sellers:switch": employers,
}
DESK: dict[str, Callable[[Seller, int], None]] = {
    "returns": returns_,
    "refunds": refunds,
    "claims": claims,
    "policies": policies,
    "waiting-list": interest,
    "invitations": invitations,
    "activation": waiting_to_be_active,
    "terms": terms,
}


@pytest.fixture
def seller(settings: Any, tmp_path: Any) -> Seller:
    """Blume, with one row of each kind."""
    settings.MEDIA_ROOT = tmp_path
    found = make_blume()
    of_returns.made(found)
    of_invitations.made(found)
    return found


def statements(browser: Client, path: str) -> int:
    assert browser.get(path).status_code == 200
    with CaptureQueriesContext(connection) as seen:
        answer = browser.get(path)
    assert answer.status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", PORTAL)
def test_a_list_of_the_portal_takes_the_same_statements_for_1_and_50_rows(
    name: str, seller: Seller, client: Client
) -> None:
    client.force_login(seller.memberships.get(role="OWNER").user)
    path = reverse(name)
    if name in {"sellers:services", "sellers:switch"}:
        PORTAL[name](seller, 1)
    client.get(path)
    client.post(reverse("sellers:switch"), {"seller": seller.merchant_id})
    few, length = statements(client, path), len(client.get(path).content)
    if name == "sellers:services":
        Enrolment.objects.all().delete()
    PORTAL[name](seller, 50)
    assert statements(client, path) == few
    assert len(client.get(path).content) > length + 1000, "the rows are on the page"


@pytest.mark.parametrize("name", DESK)
def test_a_list_of_the_desk_takes_the_same_statements_for_1_and_50_rows(
    name: str, seller: Seller, client: Client
) -> None:
    client.force_login(staff("sees@desk.test", "Sees", roles.POLICY_ADMIN))
    path = reverse(f"admin:{name}")
    if name == "activation":
        DESK[name](seller, 1)
    few, length = statements(client, path), len(client.get(path).content)
    DESK[name](seller, 50)
    assert statements(client, path) == few
    assert len(client.get(path).content) > length + 1000, "the rows are on the page"
