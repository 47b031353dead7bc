"""What of the Case Log waits for a person of the desk, at the left of every page."""

from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from csba.accounts.models import User
from csba.staff import Entry, Group


def groups(user: User, at: datetime) -> list[Group]:
    """The questions that agents may pick, for those who keep them."""
    if not user.has_perm("caselog.edit_template"):
        return []
    try:
        url = reverse("admin:templates")
    except NoReverseMatch:
        return []
    return [Group(_("Questions"), [Entry("templates", _("Question templates"), url)])]
