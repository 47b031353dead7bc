"""Who may opt in, requirement by requirement; every reason is named (P8, P9, P17)."""

from datetime import datetime, timedelta

import pytest

from sellers.models import Enrolment, Invitation, Requirement, Seller, Service, Terms
from sellers.rules import eligibility

AT = datetime.fromisoformat("2026-11-04T09:00:00+00:00")
KINDS = Terms.Kind


def seller(**facts: object) -> Seller:
    return Seller(merchant_id="A1", name="Blume", **facts)


def unmet(**facts: object) -> set[str]:
    """The keys of the requirements that speak against this seller."""
    given = {
        "professional": True,
        "standing": "NORMAL",
        "invited": True,
        "outstanding": [],
        "requirements": [],
    }
    given |= facts
    about = seller(professional=given.pop("professional"), standing=given.pop("standing"))
    return {check.key for check in eligibility.checks(about, **given) if not check.met}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, set()),
        ({"professional": False}, {"professional"}),
        ({"standing": "AT_RISK"}, {"standing"}),
        ({"standing": "DEACTIVATED"}, {"standing"}),
        ({"invited": False}, {"invitation"}),
        ({"outstanding": [Terms(kind=KINDS.CONDITIONS)]}, {"agreement"}),
        ({"requirements": [Requirement(key="return_policy", met=True)]}, set()),
        ({"requirements": [Requirement(key="return_policy", met=False)]}, {"return_policy"}),
        ({"requirements": [Requirement(key="local_address", met=False)]}, {"local_address"}),
        (
            {"professional": False, "standing": "DEACTIVATED", "invited": False},
            {"professional", "standing", "invitation"},
        ),
    ],
)
def test_what_speaks_against_opting_in(facts: dict[str, object], expected: set[str]) -> None:
    assert unmet(**facts) == expected


def test_every_requirement_that_is_not_met_has_a_sentence_and_every_met_one_has_none() -> None:
    good = eligibility.checks(seller(), invited=True, outstanding=[], requirements=[])
    bad = eligibility.checks(
        seller(professional=False, standing="AT_RISK"),
        invited=False,
        outstanding=[Terms(kind=KINDS.CONDITIONS), Terms(kind=KINDS.DATA_PROCESSING)],
        requirements=[
            Requirement(key="return_policy", met=False, reason="The window is too short.")
        ],
    )
    assert [check.key for check in good] == [check.key for check in bad]
    assert eligibility.against(good) == []
    assert len(eligibility.against(bad)) == 5
    assert all(reason.endswith(".") for reason in eligibility.against(bad))
    assert "The window is too short." in eligibility.against(bad)
    assert "Please agree to: Terms & Conditions, Data processing agreement." in eligibility.against(
        bad
    )


def test_a_recorded_requirement_without_words_still_says_what_is_missing() -> None:
    found = eligibility.checks(
        seller(),
        invited=True,
        outstanding=[],
        requirements=[Requirement(key="return_policy", met=False)],
    )
    assert eligibility.against(found) == [
        "Not met: A return policy at least as favorable as the standard."
    ]


@pytest.mark.parametrize(
    ("by_invitation", "status", "days_left", "earlier_stint", "let_in"),
    [
        (True, "OPEN", 1, False, True),
        (True, "OPEN", 0, False, False),
        (True, "OPEN", -1, False, False),
        (True, "USED", -1, False, True),
        (True, "WITHDRAWN", 1, False, False),
        (True, "WITHDRAWN", 1, True, True),
        (True, None, 0, False, False),
        (True, None, 0, True, True),
        (False, None, 0, False, True),
    ],
)
def test_who_is_let_in(
    by_invitation: bool, status: str | None, days_left: int, earlier_stint: bool, let_in: bool
) -> None:
    invitations = (
        []
        if status is None
        else [Invitation(status=status, expires_at=AT + timedelta(days=days_left))]
    )
    stints = [Enrolment(status="ENDED")] if earlier_stint else []
    assert (
        eligibility.invited(Service(by_invitation=by_invitation), invitations, stints, AT) is let_in
    )
