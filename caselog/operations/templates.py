"""Question templates: a new version replaces the old one for what is asked from now on (P23)."""

from collections.abc import Sequence
from typing import Any, Unpack

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from caselog.models import QuestionTemplate
from caselog.rules import templates as rules
from csba.accounts.models import User
from csba.errors import Conflict, Refused
from csba.journal import write as journal


class NotWhole(Refused):
    """A template lacks something; `problems` are sentences."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems), code="not_whole")
        self.problems = list(problems)


@transaction.atomic
def publish(
    code: str, *, why: str, by: User, seen_version: int, **words: Unpack[rules.Words]
) -> QuestionTemplate:
    """Agents pick this version from now on; questions that were asked keep the one they had.

    `seen_version` is the newest that the writer knew, 0 for a new template; Conflict when there is
    a newer one by now, NotWhole with what is missing.
    """
    why = why.strip()
    if wrong := missing(code, why=why, **words):
        raise NotWhole(wrong)
    at = timezone.now()
    newest = _versions(code).first()
    _refuse_if_newer(newest, seen_version)
    _versions(code).filter(active=True).update(active=False)
    try:
        with transaction.atomic():
            template = QuestionTemplate.objects.create(
                code=code,
                version=seen_version + 1,
                created_at=at,
                created_by=by,
                why=why,
                **words,
            )
    except IntegrityError as rival:
        raise Conflict(_newer()) from rival
    journal.write(
        template,
        "template_published",
        at=at,
        actor=journal.Actor.ADMIN,
        user=by,
        code=code,
        version=template.version,
        why=why,
    )
    return template


def missing(code: str, *, why: str, **words: Unpack[rules.Words]) -> list[str]:
    """What keeps a version from being published, each as a sentence that says what to do."""
    wrong = rules.problems(code, **words)
    if not why.strip():
        wrong.append(_("Please say in a sentence why, for our record."))
    return wrong


@transaction.atomic
def offer(code: str, *, offered: bool, by: User, seen_version: int) -> QuestionTemplate:
    """The newest version can be picked by agents, or no more; asked twice it is as wished."""
    at = timezone.now()
    newest = _versions(code).first()
    if newest is None:
        raise Refused(_("There is no such template."), code="unknown")
    _refuse_if_newer(newest, seen_version)
    if newest.active == offered:
        return newest
    newest.active = offered
    newest.save(update_fields=["active"])
    journal.write(
        newest,
        "template_offered" if offered else "template_withdrawn",
        at=at,
        actor=journal.Actor.ADMIN,
        user=by,
        code=code,
        version=newest.version,
    )
    return newest


def _versions(code: str) -> Any:
    """All versions, the newest first, locked until the end."""
    return QuestionTemplate.objects.select_for_update().filter(code=code).order_by("-version")


def _refuse_if_newer(newest: QuestionTemplate | None, seen_version: int) -> None:
    if (newest.version if newest is not None else 0) != seen_version:
        raise Conflict(_newer(), code="newer")


def _newer() -> str:
    return _(
        "Somebody has published another version meanwhile. Your text is kept; please look at "
        "theirs and publish again."
    )
