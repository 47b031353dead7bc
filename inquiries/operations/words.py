"""Changing the words that tell reasons and signals: a new row, the old one ends (domain 7.6)."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from csba.journal import write as journal
from inquiries.models import WordRule
from inquiries.rules import wordbook

_LONGEST = 120
_MOST = 200


@transaction.atomic
def change(
    rule: WordRule, *, phrases: Sequence[str], why: str, by: User, position: int | None = None
) -> WordRule:
    """In a minute the rule holds these phrases (none: it is never asked again); what was read
    before keeps the old row.
    """
    wanted = _tidy(phrases)
    if not why.strip():
        raise Refused(_("Please say why the rule changes."), code="why")
    at = timezone.now()
    begins = at + timedelta(seconds=2 * wordbook.HOLD)
    newest = WordRule.objects.filter(code=rule.code, language=rule.language, valid_to=None)
    held = newest.select_for_update(no_key=True).first()
    if held is None:
        raise Refused(_("This rule has ended."), code="ended")
    if held.pk != rule.pk:
        raise Refused(
            _("A colleague has changed this rule meanwhile. Please look at it again."),
            code="stale",
        )
    if held.valid_from >= begins:
        raise Refused(_("A change of this rule begins within a minute. Please wait for it."))
    WordRule.objects.filter(pk=held.pk).update(valid_to=begins)
    fresh = WordRule.objects.create(
        code=held.code,
        language=held.language,
        kind=held.kind,
        means=held.means,
        position=held.position if position is None else position,
        phrases=wanted,
        valid_from=begins,
        changed_by=by,
        why=why.strip()[:300],
    )
    journal.write(
        fresh,
        "words_changed",
        at=at,
        actor=journal.Actor.ADMIN,
        user=by,
        before=held.pk,
        added=sorted(set(wanted) - set(held.phrases)),
        removed=sorted(set(held.phrases) - set(wanted)),
        why=why.strip()[:300],
    )
    transaction.on_commit(wordbook.forget)
    return fresh


def _tidy(phrases: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(" ".join(one.lower().split()) for one in phrases if one.strip()))
    for one in found:
        if len(one) > _LONGEST:
            raise Refused(_("“%s” is too long for a phrase.") % f"{one[:40]}…", code="too_long")
        if not any(sign.isalnum() for sign in one):
            raise Refused(_("“%s” holds no word.") % one, code="no_word")
        if one.startswith(("*", "…")) or one.endswith("…"):
            raise Refused(
                _("“%s”: a phrase begins and ends with a word; * stands behind one.") % one,
                code="placeholder",
            )
    if len(found) > _MOST:
        raise Refused(_("At most %(most)d phrases.") % {"most": _MOST}, code="too_many")
    return found
