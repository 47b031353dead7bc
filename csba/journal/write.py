"""Writing the journal, one line or many, always in the transaction of the fact itself."""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from csba.bulk import insert
from csba.journal.models import Actor, Line

__all__ = ["Actor", "Line", "line", "write", "write_many"]


def line(
    subject: models.Model,
    verb: str,
    *,
    at: datetime,
    actor: Actor,
    user: AbstractBaseUser | None = None,
    **facts: Any,
) -> Line:
    """A line, not yet stored."""
    return Line(
        at=at,
        actor=actor,
        user_id=user.pk if user is not None else None,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        verb=verb,
        facts=_plain(facts),
    )


def write(
    subject: models.Model,
    verb: str,
    *,
    at: datetime,
    actor: Actor,
    user: AbstractBaseUser | None = None,
    **facts: Any,
) -> None:
    """The journal says that `actor` did `verb` to `subject` at `at`."""
    line(subject, verb, at=at, actor=actor, user=user, **facts).save(force_insert=True)


def write_many(lines: Iterable[Line]) -> None:
    """All lines are stored by one statement."""
    insert(list(lines))


def _plain(value: Any) -> Any:
    """What JSON can hold: moments as RFC 3339, money as text, rows as their number."""
    match value:
        case dict():
            return {_words(str(key)): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case set() | frozenset():
            return sorted((_plain(item) for item in value), key=str)
        case str():
            return _words(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case None | bool() | int():
            return value
        case models.Model():
            return str(getattr(value, "number", value.pk))
        case _:
            return _encoder.default(value)


def _words(text: str) -> str:
    """What the database takes: strangers' mail may hold NUL and halves of characters."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


_encoder = DjangoJSONEncoder()
