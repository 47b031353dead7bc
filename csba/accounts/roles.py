"""The roles of the desk and what each may do; sync_roles writes them into groups after every
migrate.
"""

from fnmatch import fnmatchcase
from typing import Final

from django.contrib.auth.models import Group, Permission

AGENT: Final = "agent"
SENIOR: Final = "senior"
LEAD: Final = "lead"
POLICY_ADMIN: Final = "policy_admin"
AUDITOR: Final = "auditor"

# Our own rows, and not those of the login's machinery: they hold the secrets of second factors.
_OURS: Final = (
    *("sellers", "caselog", "returns", "inquiries"),
    *("accounts", "outbox", "journal", "rulebook", "health", "files"),
)
_READ: Final = tuple(f"{app}.view_*" for app in _OURS)
_AGENT: Final = (
    *_READ,
    "inquiries.answer_inquiry",
    "inquiries.ask_seller",
    "inquiries.decide_inquiry",
    "inquiries.merge_inquiry",
    "returns.open_return",
    "returns.review_return",
    "returns.ask_refund",
)
_SENIOR: Final = (*_AGENT, "returns.ask_larger_refund")
_LEAD: Final = (
    *_SENIOR,
    "inquiries.lead_inquiry",
    "inquiries.replay_mail",
    "outbox.resend_mail",
    "returns.approve_refund",
    "returns.decide_claim",
)
_POLICY: Final = (
    *_READ,
    "rulebook.change_rule",
    "sellers.add_invitation",
    "sellers.change_invitation",
    "sellers.settle_interest",
    "sellers.record_standing",
    "caselog.edit_template",
    "sellers.add_terms",
    "sellers.change_plan",
    "returns.review_policy",
    "inquiries.change_wordrule",
)

ROLES: Final[dict[str, tuple[str, ...]]] = {
    AGENT: _AGENT,
    SENIOR: _SENIOR,
    LEAD: _LEAD,
    POLICY_ADMIN: _POLICY,
    AUDITOR: _READ,
}


def sync() -> dict[str, int]:
    """Every role is a group that holds exactly its permissions; returns how many each has.

    LookupError when a role names a permission that does not exist.
    """
    everything = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    held = {}
    for role, wanted in ROLES.items():
        keys = set()
        for pattern in wanted:
            found = {pk for name, pk in everything.items() if fnmatchcase(name, pattern)}
            if not found and "*" not in pattern:
                raise LookupError(f"role {role}: there is no permission {pattern}")
            keys |= found
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set(keys)
        held[role] = len(keys)
    return held
