"""May this seller opt in? Every requirement with its tick or its reason against (P8, P9, P17)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sellers.models import Enrolment, Invitation, Requirement, Seller, Service, Terms

# What upper storeys record (rulings 19); whatever nobody has recorded counts as met.
RECORDED: Final[dict[str, Promise]] = {
    "return_policy": gettext_lazy("A return policy at least as favorable as the standard"),
}
AGREEMENT: Final = "agreement"


@dataclass(frozen=True)
class Check:
    """One requirement: met, or the reason why not, which says what to do."""

    key: str
    label: str
    met: bool
    reason: str = ""


def invited(
    service: Service,
    invitations: Iterable[Invitation],
    stints: Iterable[Enrolment],
    at: datetime,
) -> bool:
    """Has this seller been let in, by an open or used invitation or an earlier stint (P17, P19)?"""
    if not service.by_invitation or any(True for _stint in stints):
        return True
    return any(
        found.status == Invitation.Status.USED
        or (found.status == Invitation.Status.OPEN and at < found.expires_at)
        for found in invitations
    )


def checks(
    seller: Seller,
    *,
    invited: bool,
    outstanding: Sequence[Terms],
    requirements: Iterable[Requirement],
) -> list[Check]:
    """All that opting in needs; `outstanding` are the documents not yet agreed to."""
    return [
        _invitation(met=invited),
        _professional(met=seller.professional),
        _standing(seller),
        *_recorded({found.key: found for found in requirements}),
        _agreement(outstanding),
    ]


def against(found: Iterable[Check]) -> list[str]:
    """Every reason against, as sentences; none means the seller may opt in."""
    return [check.reason for check in found if not check.met]


def _invitation(*, met: bool) -> Check:
    why = _("CSBA is by invitation only, and there is no valid invitation for your account.")
    return Check("invitation", _("Invited to CSBA"), met, "" if met else why)


def _professional(*, met: bool) -> Check:
    why = _("CSBA needs a professional selling plan. Change your plan, then opt in.")
    return Check("professional", _("Professional selling plan"), met, "" if met else why)


def _standing(seller: Seller) -> Check:
    met = seller.standing == Seller.Standing.NORMAL
    why = _(
        "Your account is not in good standing: “%(standing)s”. See Account Health, then opt in."
    )
    words = {"standing": seller.get_standing_display()}
    return Check("standing", _("Account in good standing"), met, "" if met else why % words)


def _recorded(rows: dict[str, Requirement]) -> list[Check]:
    found = []
    for key in [*RECORDED, *sorted(rows.keys() - RECORDED.keys())]:
        row = rows.get(key)
        label = str(RECORDED.get(key, key))
        met = row is None or row.met
        why = (
            ""
            if row is None or row.met
            else row.reason or _("Not met: %(what)s.") % {"what": label}
        )
        found.append(Check(key, label, met, why))
    return found


def _agreement(outstanding: Sequence[Terms]) -> Check:
    label = _("Terms & Conditions and Data processing agreement agreed to")
    if not outstanding:
        return Check(AGREEMENT, label, met=True)
    names = ", ".join(str(terms.get_kind_display()) for terms in outstanding)
    return Check(
        AGREEMENT,
        label,
        met=False,
        reason=_("Please agree to: %(documents)s.") % {"documents": names},
    )
