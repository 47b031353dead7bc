"""What of sellers waits for a person of the desk, at the left of every page."""

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from csba.accounts.models import User
from csba.staff import Entry, Group
from sellers import metrics
from sellers.desk.standing import not_fit
from sellers.models import Interest

_ENTRIES: Final[tuple[tuple[str, Promise | str, str], ...]] = (
    ("waiting-list", _("Waiting list"), "sellers.view_interest"),
    ("invitations", _("Invitations"), "sellers.view_invitation"),
    ("standing", _("Accounts not fit"), "sellers.view_seller"),
    ("activation", _("Activation"), "sellers.view_enrolment"),
    ("terms", pgettext_lazy("of the service", "Terms"), "sellers.view_terms"),
)


def groups(user: User, at: datetime) -> list[Group]:
    """How sellers come and go; folded for those who only look on. An alarm of the activation is
    red.
    """
    rows: dict[str, QuerySet[Any]] = {
        "waiting-list": Interest.objects.waiting(),
        "standing": not_fit(),
        "activation": metrics.waiting_too_long(at),
    }
    entries = [
        Entry(key, label, reverse(f"admin:{key}"), rows.get(key), alarm=key == "activation")
        for key, label, permission in _ENTRIES
        if user.has_perm(permission)
    ]
    return [Group(_("Sellers"), entries, folded=not user.has_perm("sellers.add_invitation"))]
