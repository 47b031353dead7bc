"""Changing the rulebook: a new row from a moment on, the old one ends there."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from csba.rulebook.models import Rule
from csba.rulebook.read import HOLD, forget


@transaction.atomic
def change(key: str, value: Any, *, by: User, why: str, valid_from: datetime | None = None) -> Rule:
    """From `valid_from` on (at once means in a minute) `key` has `value`; the journal says who and
    why.
    """
    at = timezone.now()
    soonest = at + timedelta(seconds=2 * HOLD)
    begins = max(valid_from or soonest, soonest)
    if not why.strip():
        raise Refused(_("Please say why the rule changes."))
    rows = Rule.objects.filter(key=key)
    list(rows.select_for_update().values_list("pk"))
    # Asked again: who waited for the lock would otherwise not see the row of the one before.
    current = rows.order_by("-valid_from").first()
    if current is None:
        raise Refused(_("There is no rule “%s”.") % key)
    if not _same_kind(current.value, value):
        raise Refused(_("The value must be of the same kind as now: %s.") % current.value)
    if current.valid_from >= begins:
        raise Refused(_("A later change of this rule is already planned; withdraw it first."))
    # A rule that has ended or will end earlier keeps its end: no promise of its days changes.
    rows.filter(pk=current.pk).exclude(valid_to__lte=begins).update(valid_to=begins)
    rule = Rule.objects.create(
        key=key, value=value, valid_from=begins, changed_by=by, why=why, source=current.source
    )
    journal.write(
        rule,
        "rule_changed",
        at=at,
        actor=journal.Actor.ADMIN,
        user=by,
        key=key,
        before=current.value,
        after=value,
        valid_from=begins,
        why=why,
    )
    transaction.on_commit(forget)
    return rule


def _same_kind(now: Any, new: Any) -> bool:
    """Whether all that reads `now` can read `new`: same type, same names, no number below zero."""
    if type(now) is not type(new):
        return False
    match now:
        case dict():
            return now.keys() == new.keys() and all(_same_kind(now[key], new[key]) for key in now)
        case list():
            return not now or all(_same_kind(now[0], item) for item in new)
        case bool():
            return True
        case int() | float():
            return bool(new >= 0)
        case _:
            return True
