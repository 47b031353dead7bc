"""The roles of the desk: groups that hold exactly what the code says."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from csba.accounts import roles
from csba.accounts.models import User
from csba.accounts.roles import AGENT, AUDITOR, LEAD, POLICY_ADMIN, ROLES, SENIOR


def _held(role: str) -> set[str]:
    found = Permission.objects.filter(group__name=role)
    return {
        f"{app}.{name}" for app, name in found.values_list("content_type__app_label", "codename")
    }


@pytest.fixture
def synced(db: None) -> None:
    roles.sync()


def test_every_role_is_a_group(db: None) -> None:
    counts = roles.sync()
    assert set(counts) == set(ROLES) == set(Group.objects.values_list("name", flat=True))
    assert counts == {role: len(_held(role)) for role in ROLES}
    assert all(counts.values())


def test_again_it_changes_nothing(synced: None) -> None:
    before = {role: _held(role) for role in ROLES}
    with CaptureQueriesContext(connection) as statements:
        roles.sync()
    assert not [each for each in statements if each["sql"].startswith(("INSERT", "DELETE"))]
    assert {role: _held(role) for role in ROLES} == before


def test_what_was_given_or_taken_by_hand_is_put_right(synced: None, agent: User) -> None:
    group = Group.objects.get(name=AGENT)
    before = _held(AGENT)
    group.permissions.remove(*group.permissions.all()[:3])
    group.permissions.add(Permission.objects.get(codename="delete_inquiry"))
    roles.sync()
    assert _held(AGENT) == before
    assert list(agent.groups.all()) == [group]


def test_the_command_says_how_many_each_role_has(db: None) -> None:
    out = StringIO()
    call_command("sync_roles", stdout=out)
    assert f"agent: {len(_held(AGENT))} permissions" in out.getvalue().splitlines()


def test_a_role_that_names_no_permission_is_an_error(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROLES, AGENT, ("inquiries.does_not_exist",))
    with pytest.raises(LookupError, match=r"agent: .*inquiries\.does_not_exist"):
        roles.sync()


EVERYDAY = {
    "inquiries.answer_inquiry",
    "inquiries.ask_seller",
    "inquiries.decide_inquiry",
    "inquiries.merge_inquiry",
    "returns.open_return",
    "returns.review_return",
    "returns.ask_refund",
}
SENIORS = {"returns.ask_larger_refund"}
LEADING = {
    "inquiries.lead_inquiry",
    "inquiries.replay_mail",
    "outbox.resend_mail",
    "returns.approve_refund",
    "returns.decide_claim",
}
GOVERNING = {
    "rulebook.change_rule",
    "sellers.add_invitation",
    "sellers.change_invitation",
    "sellers.add_terms",
    "sellers.change_plan",
    "sellers.record_standing",
    "sellers.settle_interest",
    "returns.review_policy",
    "caselog.edit_template",
    "inquiries.change_wordrule",
}


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (AGENT, EVERYDAY),
        (SENIOR, EVERYDAY | SENIORS),
        (LEAD, EVERYDAY | SENIORS | LEADING),
        (POLICY_ADMIN, GOVERNING),
        (AUDITOR, set()),
    ],
)
def test_each_role_may_read_and_do_its_own_work_and_no_other(
    role: str, may: set[str], synced: None
) -> None:
    held = _held(role)
    reading = {name for name in held if name.split(".")[1].startswith("view_")}
    assert held - reading == may
    assert {"inquiries.view_inquiry", "journal.view_line", "sellers.view_seller"} <= reading


@pytest.mark.parametrize("role", ROLES)
def test_no_role_may_read_what_the_login_keeps_secret(role: str, synced: None) -> None:
    apps = {name.split(".")[0] for name in _held(role)}
    assert not apps & {"mfa", "sessions", "usersessions", "account", "admin", "auth"}


def test_an_agent_cannot_see_the_secret_of_a_second_factor(
    client: Client, agent: User, other_agent: User
) -> None:
    row = Authenticator.objects.create(
        user=other_agent, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
    )
    client.force_login(agent)
    for path in ("", f"{row.pk}/change/"):
        answer = client.get(f"/desk/mfa/authenticator/{path}")
        assert answer.status_code in {403, 404}
        assert b"JBSWY3DPEHPK3PXP" not in answer.content
