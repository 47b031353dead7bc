"""What the Case Log adds to the left of every page of the desk."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from csba.accounts.models import User
from csba.staff import Entry, Group


def groups(user: User, at: datetime) -> list[Group]:
    """The questions that agents may pick, for those who keep them."""
    if not user.has_perm("caselog.edit_template"):
        return []
    entry = Entry("templates", _("Question templates"), reverse("admin:templates"))
    return [Group(_("Questions"), [entry])]
