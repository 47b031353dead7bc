"""How the desk says what is kept about a refund: where it stands on the ladder, what happened,
which rules.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from csba.journal.models import Line
from csba.money import shown
from returns.models import Refund
from returns.rules import words
from returns.rules.outcome import steps_from_json

_VERBS: Final[dict[str, Promise]] = {
    "refund_asked": gettext_lazy("Asked for"),
    "refund_approved": gettext_lazy("Approved by a second person"),
    "refund_rejected": gettext_lazy("Not approved"),
    "refund_called_back": gettext_lazy("Called back"),
    "refund_released": gettext_lazy("Released: the time to call it back is over"),
    "refund_answer_missing": gettext_lazy("No answer of the payment service: asked again"),
    "refund_sent_again": gettext_lazy("Put to the payment service again"),
    "refund_settled": gettext_lazy("Paid back"),
    "refund_failed": gettext_lazy("Refused by the payment service"),
}
_ROLES: Final[dict[str, Promise]] = {
    "agent": gettext_lazy("agent"),
    "senior": gettext_lazy("senior agent"),
    "lead": gettext_lazy("desk lead"),
}


def asked_beyond(refund: Refund) -> str:
    """What a person grants beyond the entitlement, and what they could grant alone."""
    stands = refund.facts.get("authority")
    if not stands:
        return ""
    beyond = Decimal(stands["beyond"])
    if not beyond:
        return _("The entitlement gives all of it: nobody grants anything beyond.")
    facts = {
        "beyond": shown(beyond, refund.currency),
        "role": _ROLES.get(stands["role"], stands["role"]),
    }
    if stands.get("left") is None:
        return (
            _("%(beyond)s beyond the entitlement; whoever asked may grant that alone (%(role)s).")
            % facts
        )
    facts["left"] = shown(Decimal(stands["left"]), refund.currency)
    return (
        _("%(beyond)s beyond the entitlement; alone %(left)s could be granted here (%(role)s).")
        % facts
    )


def history(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """What happened to it, oldest first."""
    return [
        {
            "at": line.at,
            "what": _VERBS.get(line.verb, line.verb),
            "who": str(line.user) if line.user else line.get_actor_display(),
            "why": line.facts.get("reason") or line.facts.get("why") or "",
        }
        for line in lines
    ]


def trace(refund: Refund) -> list[dict[str, str]]:
    """The rules behind it, in order and in words: those of its own facts, else of its return."""
    stored = refund.facts.get("trace")
    if not stored and refund.request is not None:
        stored = list(_traces(refund.request.entitlement))
    return [
        {"said": words.said(step), "source": step.source} for step in steps_from_json(stored or [])
    ]


def _traces(stored: Any) -> Iterator[Mapping[str, Any]]:
    """Every step of a stored entitlement, of one line or of many."""
    if isinstance(stored, list):
        for item in stored:
            yield from _traces(item)
    elif isinstance(stored, dict):
        for name, value in stored.items():
            if name == "trace" and isinstance(value, list):
                yield from value
            elif isinstance(value, dict | list):
                yield from _traces(value)
