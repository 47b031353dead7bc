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
    current = Rule.objects.select_for_update().filter(key=key).order_by("-valid_from").first()
    if current is None:
        raise Refused(_("There is no rule “%s”.") % key)
    if type(current.value) is not type(value):
        raise Refused(_("The value must be of the same kind as now: %s.") % current.value)
    if current.valid_from >= begins:
        raise Refused(_("A later change of this rule is already planned; withdraw it first."))
    Rule.objects.filter(pk=current.pk).update(valid_to=begins)
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
