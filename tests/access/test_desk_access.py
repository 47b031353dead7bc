"""Who may open which page of the desk: role × address × method → status.

Every address of the workspace and of our own buttons under «Records» has its row; one that is
missing fails the last test.
"""

from typing import Any, Final

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, reverse

from csba.outbox.enqueue import enqueue
from inquiries.models import Inquiry
from sellers.models import Seller
from tests.access import of_caselog, of_invitations, of_mails, of_returns, of_terms
from tests.conftest import make_longmen, staff
from tests.factories.caselog import CaseFactory
from tests.factories.inquiries import InboundMailFactory, InquiryFactory, MessageFactory

pytestmark = pytest.mark.django_db

ROLES: Final = ("anonymous", "seller", "agent", "lead", "policy_admin", "auditor")

# Read: all staff with a role.
READ: Final = (302, 403, 200, 200, 200, 200)
# By GET a page that only leads on.
LEADS_ON: Final = (302, 403, 302, 302, 302, 302)
# Acts on an inquiry: agents and leads.
ACT: Final = (302, 403, 302, 302, 403, 403)
ACT_REFUSED: Final = (302, 403, 422, 422, 403, 403)
DIALOG: Final = (302, 403, 200, 200, 403, 403)
LEAD: Final = (302, 403, 403, 302, 403, 403)
LEAD_REFUSED: Final = (302, 403, 403, 422, 403, 403)
# Without a field that says what to do there is nothing to be done.
NO_SUCH: Final = (302, 403, 404, 404, 403, 403)
POLICY: Final = (302, 403, 403, 403, 200, 403)
# A button of the policy admin, and a form of theirs that is refused.
POLICY_ACT: Final = (302, 403, 403, 403, 302, 403)
POLICY_REFUSED: Final = (302, 403, 403, 403, 422, 403)
NO_GET: Final = (302, 403, 405, 405, 405, 405)
NO_POST: Final = (302, 403, 405, 405, 405, 405)

# name -> (statuses of GET, statuses of POST without any field)
TABLE: Final[dict[str, tuple[tuple[int, ...], tuple[int, ...]]]] = {
    "queue": (READ, NO_POST),
    "next-inquiry": (LEADS_ON, NO_POST),
    "rail": (READ, NO_POST),
    "find": (LEADS_ON, NO_POST),
    "live-ticket": (READ, NO_POST),
    "inquiry": (READ, NO_POST),
    "thread": (READ, NO_POST),
    "reply-inquiry": (NO_GET, ACT_REFUSED),
    "ask-seller": (NO_GET, ACT_REFUSED),
    "ask-by-template": (DIALOG, (302, 403, 422, 422, 403, 403)),
    "note-inquiry": (NO_GET, ACT_REFUSED),
    "take-inquiry": (NO_GET, ACT),
    "release-inquiry": (NO_GET, ACT),
    "reopen-inquiry": (NO_GET, ACT),
    "decide-inquiry": (DIALOG, ACT_REFUSED),
    "judge-inquiry": (DIALOG, ACT_REFUSED),
    "judgement-panel": (READ, NO_POST),
    "trial": (READ, NO_POST),
    "resolve-inquiry": (DIALOG, ACT_REFUSED),
    "spam-inquiry": (DIALOG, ACT),
    "hand-to-seller": (DIALOG, ACT_REFUSED),
    "withdraw-question": (DIALOG, ACT_REFUSED),
    "merge-inquiry": (DIALOG, ACT_REFUSED),
    "undo-merge": (NO_GET, ACT),
    "correct-reason": (DIALOG, ACT_REFUSED),
    "undelivered-seen": (NO_GET, ACT),
    "mail": (READ, NO_POST),
    "mail-html": (READ, NO_POST),
    "mail-html-images": (READ, NO_POST),
    "mail-file": (READ, NO_POST),
    "accept-sender": (NO_GET, ACT),
    "separate-message": (NO_GET, ACT),
    "take-back": (NO_GET, ACT),
    "inquiries_wordrule_change_words": (POLICY, POLICY_REFUSED),
    "outbox_suppression_lift": (NO_GET, LEAD),
    "cases": (READ, NO_POST),
    "case": (READ, NO_POST),
    "reply-case": (NO_GET, ACT_REFUSED),
    "case-file": (READ, NO_POST),
    "templates": (READ, NO_POST),
    "template": (READ, NO_POST),
    "new-template": (POLICY, POLICY_REFUSED),
    "edit-template": (POLICY, POLICY_REFUSED),
    "offer-template": (NO_GET, POLICY_ACT),
    "terms": (READ, NO_POST),
    "terms-version": (READ, NO_POST),
    "publish-terms": (POLICY, (302, 403, 403, 403, 422, 403)),
    "waiting-list": (READ, NO_POST),
    "invite-interest": (NO_GET, POLICY_ACT),
    "decline-interest": (NO_GET, POLICY_REFUSED),
    "put-back-interest": (NO_GET, POLICY_ACT),
    "invitations": (READ, NO_POST),
    "invite-seller": (POLICY, POLICY_REFUSED),
    "invitation-list": (POLICY, POLICY_REFUSED),
    "withdraw-invitation": (NO_GET, POLICY_ACT),
    "resend-invitation": (NO_GET, POLICY_ACT),
    "standing": (READ, NO_POST),
    "record-standing": (NO_GET, POLICY_REFUSED),
    "import-standing": (NO_GET, POLICY_REFUSED),
    "activation": (READ, NO_POST),
    "records": (READ, READ),
    "inquiries_inboundmail_replay": (NO_GET, LEAD),
    "outbox_outgoingmail_send_again": (NO_GET, LEAD),
    "rulebook_rule_change_value": (POLICY, (302, 403, 403, 403, 422, 403)),
    "returns": (READ, NO_POST),
    "return": (READ, NO_POST),
    # The return is not authorised yet, so there is no label.
    "return-label": ((302, 403, 404, 404, 404, 404), NO_POST),
    # A form without an order shows itself again.
    "open-return": (DIALOG, DIALOG),
    "send-return-link": (NO_GET, NO_SUCH),
    "authorise-return": (NO_GET, ACT_REFUSED),
    "refuse-return": (NO_GET, ACT_REFUSED),
    "close-return": (NO_GET, ACT_REFUSED),
    "sent-return": (NO_GET, ACT_REFUSED),
    "received-return": (NO_GET, ACT_REFUSED),
    "inspected-return": (NO_GET, ACT_REFUSED),
    "refund-return": (NO_GET, (302, 403, 409, 409, 403, 403)),
    "refunds": (READ, NO_POST),
    "refund": (READ, NO_POST),
    "approve-refund": (NO_GET, LEAD),
    "reject-refund": (NO_GET, LEAD_REFUSED),
    "call-back-refund": (NO_GET, ACT_REFUSED),
    "send-again-refund": (NO_GET, LEAD_REFUSED),
    "claims": (READ, NO_POST),
    "claim": (READ, NO_POST),
    "decide-claim": (NO_GET, LEAD_REFUSED),
    "claim-file": (READ, NO_POST),
    "policies": (READ, NO_POST),
    "policy": (READ, NO_POST),
    "decide-policy": (NO_GET, (302, 403, 403, 403, 404, 403)),
    "open-change": (DIALOG, ACT_REFUSED),
    "change": (READ, NO_POST),
    "decide-change": (NO_GET, NO_SUCH),
}


@pytest.fixture(scope="module")
def longmen(stage: None) -> Seller:
    """The seller whose rows the pages show."""
    return make_longmen()


@pytest.fixture(scope="module")
def places(longmen: Seller) -> dict[str, list[Any]]:
    """What stands in the addresses: an open, covered inquiry, a thread, mails, a rule."""
    inquiry: Inquiry = InquiryFactory(order__seller=longmen)
    MessageFactory(inquiry=inquiry)
    case = CaseFactory(seller=longmen, kind="POLICY")
    mail = enqueue(
        "inquiries/mail/received",
        to="jonas@buyers.test",
        language="de",
        context={"inquiry": inquiry, "due": inquiry.promise_due_at},
    )
    number = [str(inquiry.number)]
    theirs = of_returns.made(longmen)
    letting_in = of_invitations.made(longmen)
    return {
        **{name: letting_in["interest"] for name in TABLE if name.endswith("-interest")},
        **dict.fromkeys(("withdraw-invitation", "resend-invitation"), letting_in["invitation"]),
        "terms-version": of_terms.made(longmen)["terms"],
        **{name: theirs["return"] for name in TABLE if name.endswith("-return")},
        **{name: theirs["refund"] for name in TABLE if name.endswith("-refund")},
        **{name: theirs[name] for name in ("return", "refund", "claim", "claim-file")},
        "judgement-panel": number,
        **dict.fromkeys(("return-label",), theirs["return"]),
        **dict.fromkeys(("decide-claim",), theirs["claim"]),
        **dict.fromkeys(("policy", "decide-policy"), theirs["policy"]),
        **dict.fromkeys(("change", "decide-change"), theirs["change"]),
        "open-change": theirs["order"],
        "open-return": [],
        **{name: number for name in TABLE if name.endswith("-inquiry") and name != "next-inquiry"},
        **dict.fromkeys(
            ("inquiry", "thread", "ask-seller", "hand-to-seller", "withdraw-question"), number
        ),
        "undo-merge": number,
        "ask-by-template": number,
        "case-file": of_caselog.made(longmen)["case-file"],
        **{key: ["spare-part"] for key in ("template", "edit-template", "offer-template")},
        "case": [str(case.number)],
        "reply-case": [str(case.number)],
        **of_mails.made(inquiry.opened_at),
        "inquiries_inboundmail_replay": [InboundMailFactory().pk],
        "outbox_outgoingmail_send_again": [mail.pk],
        "rulebook_rule_change_value": ["inquiry.seller_deadline_hours"],
    }


@pytest.fixture(scope="module")
def browsers(longmen: Seller) -> dict[str, Client]:
    """One browser a role."""
    found = {"anonymous": Client(), "seller": Client()}
    found["seller"].force_login(longmen.memberships.get().user)
    for role in ROLES[2:]:
        found[role] = Client()
        found[role].force_login(staff(f"{role}@desk.test", role, role))
    return found


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_open_what(
    browsers: dict[str, Client], places: dict[str, list[Any]], name: str, method: str
) -> None:
    address = reverse(f"admin:{name}", args=places.get(name, []))
    expected = TABLE[name][method == "post"]
    found = tuple(_status(getattr(browsers[role], method)(address)) for role in ROLES)
    assert dict(zip(ROLES, found, strict=True)) == dict(zip(ROLES, expected, strict=True)), (
        name,
        method,
        found,
    )


def _status(answer: Any) -> int:
    """The status; a file that is being sent is closed, the test's connection is not."""
    for close in answer._resource_closers:
        close()
    return int(answer.status_code)


def test_every_address_of_the_desk_stands_in_the_table() -> None:
    ends = ("add", "autocomplete", "change", "changelist", "delete", "history", "view_on_site")
    own = {
        "index",
        "login",
        "logout",
        "password_change",
        "password_change_done",
        "jsi18n",
        "app_list",
    }
    found = set()
    for model_admin in admin.site._registry.values():
        found |= {str(url.name) for url in model_admin.get_urls() if _ours(url, ends)}
    found |= {
        str(url.name)
        for url in admin.site.get_urls()
        if isinstance(url, URLPattern) and url.name and url.name not in own
    }
    assert found - {"autocomplete", "view_on_site"} == set(TABLE)


def _ours(url: Any, ends: tuple[str, ...]) -> bool:
    return bool(url.name) and not url.name.endswith(tuple(f"_{end}" for end in ends))
