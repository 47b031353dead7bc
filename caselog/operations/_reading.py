"""An answer beside its question: whether it still meets the one that was read, and its words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from caselog.models import Case, Question
from caselog.rules.answers import shown
from csba.errors import Conflict

Status = Question.Status


def refuse_if_moved(newest: Question | None, seen: int | None, at: datetime) -> None:
    """Two browsers, or a page left open: an answer must not meet a question nobody has read."""
    if seen is None:
        return
    if newest is not None and newest.pk != seen and newest.waits(at):
        raise Conflict(
            _(
                "Customer service has asked something new since you opened this page. Please read "
                "it; what you have written is kept."
            ),
            code="question_moved",
        )
    if newest is None or newest.pk != seen:
        return
    if newest.status == Status.ANSWERED:
        raise Conflict(
            _(
                "This question has been answered a moment ago, in another window or by a "
                "colleague. What you have written is kept: send it if it should be added."
            ),
            code="question_answered",
        )
    if newest.status == Status.WITHDRAWN:
        raise Conflict(
            _(
                "Customer service has withdrawn this question: no answer is needed any more. What "
                "you have written is kept: send it if it should be read all the same."
            ),
            code="question_withdrawn",
        )


def in_words(question: Question | None, given: Mapping[str, Any] | None, case: Case) -> str:
    """The typed values as the seller would say them, to be found by."""
    if question is None or not given:
        return ""
    rows = shown(question.fields, given, case.seller.language)
    return "\n".join(f"{label} {value}" for label, value in rows)
