"""Who may open what in the portal: role x url x method -> status; no url may be missing.

Roles: nobody signed in; a person without a seller; staff without a seller; the owner of another
seller; and of the seller itself a reader, an operator, the owner.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from csba.accounts.models import User
from inquiries.models import BuyerMessage, Inquiry
from sellers.models import Seller
from tests.factories.caselog import QuestionFactory
from tests.factories.sellers import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

ROLES = ("nobody", "stranger", "staff", "other", "reader", "operator", "owner")


class Row(NamedTuple):
    """What each role gets, in the order of ROLES."""

    nobody: int
    stranger: int
    staff: int
    other: int
    reader: int
    operator: int
    owner: int


def every(status: int) -> Row:
    return Row(*[status] * len(ROLES))


# Every member of a seller sees the page, about their own seller.
PAGE = Row(302, 404, 404, 200, 200, 200, 200)
# A page about one object: another seller's member finds nothing.
OBJECT = Row(302, 404, 404, 404, 200, 200, 200)
NOT_ALLOWED = every(405)

TABLE: dict[str, dict[str, Row]] = {
    "portal:home": {"GET": PAGE, "POST": NOT_ALLOWED},
    "portal:messages": {"GET": PAGE, "POST": NOT_ALLOWED},
    "portal:message": {"GET": OBJECT, "POST": NOT_ALLOWED},
    "sellers:account": {"GET": PAGE, "POST": NOT_ALLOWED},
    "sellers:services": {"GET": PAGE, "POST": NOT_ALLOWED},
    # An empty form is refused with 422; a reader's is not even looked at.
    "sellers:opt-in": {"GET": PAGE, "POST": Row(302, 404, 404, 422, 403, 422, 422)},
    # Nobody here is signed up: the page leads back, the click gets a sentence on the next page.
    "sellers:opt-out": {
        "GET": Row(302, 404, 404, 302, 302, 302, 302),
        "POST": Row(302, 404, 404, 302, 403, 302, 302),
    },
    "sellers:terms": {"GET": PAGE, "POST": Row(302, 404, 404, 422, 403, 422, 422)},
    # Without a seller in the form nothing is chosen.
    "sellers:switch": {"GET": PAGE, "POST": Row(302, 404, 404, 404, 404, 404, 404)},
    # Without an opened invitation there is nothing to accept; a made-up link is gone.
    "sellers:join": {"GET": every(404), "POST": every(404)},
    "sellers:open-invitation": {"GET": every(410), "POST": NOT_ALLOWED},
    "caselog:case-list": {"GET": PAGE, "POST": NOT_ALLOWED},
    "caselog:case": {"GET": OBJECT, "POST": NOT_ALLOWED},
    "caselog:reply-case": {"GET": NOT_ALLOWED, "POST": Row(302, 404, 404, 404, 403, 422, 422)},
    "caselog:waive-case": {"GET": NOT_ALLOWED, "POST": Row(302, 404, 404, 404, 403, 302, 302)},
}


@pytest.fixture
def seller(blume: Seller) -> Seller:
    """Blume, with a question in the Case Log and a buyer's message."""
    QuestionFactory(case__seller=blume)
    at = timezone.now()
    inquiry = Inquiry.objects.create(
        status="ROUTED",
        channel="EMAIL",
        seller=blume,
        verdict="INVOICE",
        opened_at=at,
        last_buyer_at=at,
    )
    BuyerMessage.objects.create(
        seller=blume,
        inquiry=inquiry,
        reason="INVOICE",
        body="Where is my invoice?",
        received_at=at,
        response_due_at=at + timedelta(hours=24),
    )
    return blume


@pytest.fixture
def browsers(seller: Seller, longmen: Seller, agent: User) -> dict[str, Client]:
    """One browser a role."""
    people: dict[str, User | None] = {
        "nobody": None,
        "stranger": UserFactory(),
        "staff": agent,
        "other": longmen.memberships.get().user,
        "reader": MembershipFactory(seller=seller, role="READER").user,
        "operator": MembershipFactory(seller=seller, role="OPERATOR").user,
        "owner": seller.memberships.get(role="OWNER").user,
    }
    found = {}
    for role, person in people.items():
        found[role] = Client()
        if person is not None:
            found[role].force_login(person)
    return found


def path_of(name: str) -> str:
    """The address, with a number or secret where it needs one."""
    arguments = {
        "portal:message": lambda: [BuyerMessage.objects.get().number],
        "sellers:open-invitation": lambda: ["a-made-up-secret"],
        "caselog:case": lambda: [case_number()],
        "caselog:reply-case": lambda: [case_number()],
        "caselog:waive-case": lambda: [case_number()],
    }
    return reverse(name, args=arguments[name]() if name in arguments else [])


def case_number() -> str:
    seller = Seller.objects.get(merchant_id="A1BLUME000001")
    return str(seller.cases.get().number)


@pytest.mark.parametrize("name", sorted(TABLE))
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_status_of_a_portal_page_by_role(
    name: str, method: str, browsers: dict[str, Client]
) -> None:
    path = path_of(name)
    found = Row(*[browsers[role].generic(method, path).status_code for role in ROLES])
    assert found == TABLE[name][method]


@pytest.mark.parametrize("name", sorted(name for name in TABLE if TABLE[name]["GET"].nobody == 302))
def test_whoever_is_not_signed_in_is_led_to_the_login_and_back(
    name: str, browsers: dict[str, Client]
) -> None:
    path = path_of(name)
    assert browsers["nobody"].get(path).headers["Location"] == f"/accounts/login/?next={path}"


def portal_names() -> Iterator[str]:
    """The names of all urls below /portal/."""
    for included in get_resolver().url_patterns:
        if isinstance(included, URLResolver) and str(included.pattern) == "portal/":
            for pattern in included.url_patterns:
                assert isinstance(pattern, URLPattern)
                yield f"{included.namespace}:{pattern.name}"


def test_every_portal_url_stands_in_the_table() -> None:
    assert set(portal_names()) == set(TABLE)
