"""Who may open what in the portal: role x url x method -> status; no url may be missing.

Roles: nobody signed in; a person without a seller; staff without a seller; the owner of another
seller; and of the seller itself a reader, an operator, the owner.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from csba.accounts import roles
from csba.accounts.models import User
from sellers.models import Seller
from tests.access import of_caselog, of_invitations, of_messages, of_returns, of_terms
from tests.conftest import make_blume, make_longmen, staff
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
# An empty form, sent by who may act, is refused and comes back.
ACT = Row(302, 404, 404, 422, 403, 422, 422)
OWN_ACT = Row(302, 404, 404, 404, 403, 422, 422)
# A button: the next page says what became of it.
BACK = Row(302, 404, 404, 302, 403, 302, 302)
OWN_BACK = Row(302, 404, 404, 404, 403, 302, 302)

TABLE: dict[str, dict[str, Row]] = {
    "portal:home": {"GET": PAGE, "POST": NOT_ALLOWED},
    "portal:messages": {"GET": PAGE, "POST": NOT_ALLOWED},
    "portal:message": {"GET": OBJECT, "POST": NOT_ALLOWED},
    "portal:answer-message": {"GET": NOT_ALLOWED, "POST": OWN_ACT},
    "portal:no-response": {"GET": NOT_ALLOWED, "POST": OWN_BACK},
    "portal:transfer-message": {"GET": NOT_ALLOWED, "POST": OWN_BACK},
    "portal:pages": {"GET": PAGE, "POST": NOT_ALLOWED},
    "portal:close-gaps": {"GET": NOT_ALLOWED, "POST": OWN_BACK},
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
    "sellers:terms-version": {"GET": PAGE, "POST": NOT_ALLOWED},
    "sellers:people": {"GET": PAGE, "POST": NOT_ALLOWED},
    # Who belongs to a seller is for its owners to say.
    "sellers:invite-person": {
        "GET": NOT_ALLOWED,
        "POST": Row(302, 404, 404, 422, 403, 403, 422),
    },
    "sellers:change-person": {
        "GET": NOT_ALLOWED,
        "POST": Row(302, 404, 404, 404, 403, 403, 422),
    },
    "sellers:remove-person": {
        "GET": NOT_ALLOWED,
        "POST": Row(302, 404, 404, 404, 403, 403, 302),
    },
    "sellers:withdraw-person": {
        "GET": NOT_ALLOWED,
        "POST": Row(302, 404, 404, 404, 403, 403, 302),
    },
    # Anybody may ask to be let in.
    "sellers:interest": {"GET": every(200), "POST": every(422)},
    "sellers:interest-thanks": {"GET": every(200), "POST": NOT_ALLOWED},
    "sellers:confirm-interest": {"GET": every(200), "POST": every(200)},
    # It is the person's own letter: a reader chooses, too.
    # Only the signed token counts, not who is signed in.
    "sellers:digest-off": {"GET": every(404), "POST": every(404)},
    "sellers:preferences": {"GET": PAGE, "POST": Row(302, 404, 404, 422, 422, 422, 422)},
    # Without an opened invitation there is nothing to accept; a made-up link is gone.
    "sellers:join": {"GET": every(404), "POST": every(404)},
    "sellers:open-invitation": {"GET": every(410), "POST": NOT_ALLOWED},
    "returns:trial": {"GET": PAGE, "POST": NOT_ALLOWED},
    "caselog:case-list": {"GET": PAGE, "POST": NOT_ALLOWED},
    "caselog:case": {"GET": OBJECT, "POST": NOT_ALLOWED},
    "caselog:drop-draft": {"GET": NOT_ALLOWED, "POST": OWN_BACK},
    "caselog:case-file": {"GET": OBJECT, "POST": NOT_ALLOWED},
    # A draft is its writer's own.
    "caselog:case-draft-file": {
        "GET": Row(302, 404, 404, 404, 404, 404, 200),
        "POST": NOT_ALLOWED,
    },
    "caselog:contact": {"GET": PAGE, "POST": ACT},
    # The owner has a photo saved in a draft: that is an answer.
    "caselog:reply-case": {"GET": NOT_ALLOWED, "POST": Row(302, 404, 404, 404, 403, 422, 302)},
    "caselog:waive-case": {"GET": NOT_ALLOWED, "POST": Row(302, 404, 404, 404, 403, 302, 302)},
    "returns:policy": {"GET": PAGE, "POST": NOT_ALLOWED},
    "returns:begin-policy": {"GET": NOT_ALLOWED, "POST": BACK},
    # Another seller has nothing in the making.
    "returns:save-policy": {
        "GET": NOT_ALLOWED,
        "POST": Row(302, 404, 404, 302, 403, 422, 422),
    },
    # It stores nothing, so readers may play with it.
    "returns:check-policy": {"GET": NOT_ALLOWED, "POST": PAGE},
    "returns:withdraw-policy": {"GET": NOT_ALLOWED, "POST": BACK},
    "returns:policy-version": {"GET": OBJECT, "POST": NOT_ALLOWED},
    "returns:requests": {"GET": PAGE, "POST": NOT_ALLOWED},
    "returns:add-address": {"GET": NOT_ALLOWED, "POST": BACK},
    "returns:request": {"GET": OBJECT, "POST": NOT_ALLOWED},
    "returns:receive-request": {"GET": NOT_ALLOWED, "POST": OWN_ACT},
    "returns:inspect-request": {"GET": NOT_ALLOWED, "POST": OWN_ACT},
    # Nothing has come back yet.
    "returns:refund-request": {
        "GET": NOT_ALLOWED,
        "POST": Row(302, 404, 404, 404, 403, 409, 409),
    },
    "returns:offer-option": {"GET": NOT_ALLOWED, "POST": OWN_ACT},
    "returns:upload-label": {"GET": NOT_ALLOWED, "POST": OWN_ACT},
    # There is none: the label is the carrier's.
    "returns:own-label": {"GET": Row(302, 404, 404, 404, 404, 404, 404), "POST": NOT_ALLOWED},
    "returns:ledger": {"GET": PAGE, "POST": NOT_ALLOWED},
    "returns:ledger-csv": {"GET": PAGE, "POST": NOT_ALLOWED},
    "returns:ledger-line": {"GET": OBJECT, "POST": NOT_ALLOWED},
    "returns:file-claim": {"GET": NOT_ALLOWED, "POST": OWN_ACT},
    "returns:claims": {"GET": PAGE, "POST": NOT_ALLOWED},
    "returns:claim": {"GET": OBJECT, "POST": NOT_ALLOWED},
    "returns:claim-file": {"GET": OBJECT, "POST": NOT_ALLOWED},
    "returns:changes": {"GET": PAGE, "POST": NOT_ALLOWED},
    "returns:change": {"GET": OBJECT, "POST": NOT_ALLOWED},
    "returns:answer-change": {"GET": NOT_ALLOWED, "POST": OWN_ACT},
    "returns:finish-change": {"GET": NOT_ALLOWED, "POST": OWN_BACK},
}


@pytest.fixture(scope="module")
def seller(stage: None) -> Seller:
    """Blume, whose rows the pages show."""
    return make_blume()


@pytest.fixture(scope="module")
def browsers(seller: Seller) -> dict[str, Client]:
    """One browser a role."""
    people: dict[str, User | None] = {
        "nobody": None,
        "stranger": UserFactory(),
        "staff": staff("ines@desk.test", "Ines", roles.AGENT),
        "other": make_longmen().memberships.get().user,
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


_ABOUT = {
    "returns:policy-version": "policy-version",
    **dict.fromkeys(
        (
            *("returns:request", "returns:receive-request", "returns:inspect-request"),
            *("returns:refund-request", "returns:offer-option", "returns:upload-label"),
            "returns:own-label",
        ),
        "authorised",
    ),
    **dict.fromkeys(("returns:ledger-line", "returns:file-claim"), "line"),
    "returns:claim": "claim",
    "returns:claim-file": "claim-file",
    **dict.fromkeys(("returns:change", "returns:answer-change", "returns:finish-change"), "change"),
}


@pytest.fixture(scope="module")
def paths(seller: Seller) -> dict[str, str]:
    """The address of each page, with a number or secret where it needs one."""
    theirs = of_returns.made(seller)
    terms = of_terms.made(seller)
    arguments: dict[str, list[Any]] = {
        **{name: theirs[about] for name, about in _ABOUT.items()},
        **{f"portal:{name}": found for name, found in of_messages.made(seller).items()},
        **{f"caselog:{name}": found for name, found in of_caselog.made(seller).items()},
        "sellers:open-invitation": ["a-made-up-secret"],
        "sellers:digest-off": ["forged"],
        "sellers:confirm-interest": of_invitations.made(seller)["confirm-interest"],
        "sellers:terms-version": terms["terms"],
        "sellers:change-person": terms["person"],
        "sellers:remove-person": terms["person"],
        "sellers:withdraw-person": terms["colleague"],
    }
    return {name: reverse(name, args=arguments.get(name, [])) for name in TABLE}


@pytest.mark.parametrize("name", sorted(TABLE))
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_status_of_a_portal_page_by_role(
    name: str, method: str, browsers: dict[str, Client], paths: dict[str, str]
) -> None:
    found = Row(*[_status(browsers[role].generic(method, paths[name])) for role in ROLES])
    assert found == TABLE[name][method], (name, method, tuple(found))


def _status(answer: Any) -> int:
    """The status; a file that is being sent is closed, the test's connection is not."""
    for close in answer._resource_closers:
        close()
    return int(answer.status_code)


@pytest.mark.parametrize("name", sorted(name for name in TABLE if TABLE[name]["GET"].nobody == 302))
def test_whoever_is_not_signed_in_is_led_to_the_login_and_back(
    name: str, browsers: dict[str, Client], paths: dict[str, str]
) -> None:
    path = paths[name]
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
