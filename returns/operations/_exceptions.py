"""Lines that the rules do not give, given by a lead all the same: a step of their trace says so."""

from typing import Any, Final

from django.utils.translation import gettext as _

from csba.accounts.models import User
from csba.errors import Refused
from returns.models import ReturnRequest
from returns.operations import keeping
from returns.reasons import Fault, Ground, LabelKind
from returns.rules import book
from returns.rules.facts import Facts
from returns.rules.outcome import Entitlement, Step, fold

EXCEPTION: Final = "authorised_as_exception"
"""The step of a trace with which a lead authorises what the rules do not give."""
MAY_MAKE_EXCEPTIONS: Final = "returns.approve_refund"


def make_exceptions(request: ReturnRequest, by: User, reason: str) -> None:
    """Lines that the rules do not give are given by this person, as the last step of their
    trace.
    """
    found = keeping.read(request)
    without = [pk for pk, one in found.items() if not one.outcome.may_return]
    if not without:
        return
    if not by.has_perm(MAY_MAKE_EXCEPTIONS):
        raise Refused(
            _("The rules do not give this return. Only a lead may authorise it all the same."),
            code="needs_lead",
        )
    both: dict[int, tuple[Facts, Entitlement]] = {}
    for pk, one in found.items():
        trace = one.trace
        if pk in without:
            trace = (*trace, _exception(one.facts, by, reason))
        both[pk] = (one.facts, Entitlement(fold(trace), trace))
    request.entitlement = keeping.as_json(both, language=request.entitlement.get("language", ""))
    request.returnless = False
    request.save(update_fields=["entitlement", "returnless"])


def _exception(facts: Facts, by: User, reason: str) -> Step:
    standard = book.standard(facts.placed_at)
    sets: dict[str, Any] = {
        "may_return": True,
        "ground": Ground.GUARANTEE,
        "postage": Fault.BUYER,
        "label": LabelKind.OWN_CARRIER,
        "send_back_days": standard.send_back_days,
        "returnless": False,
        "refund_item": facts.price,
        "review": (),
    }
    return Step(
        rule=EXCEPTION,
        sets=sets,
        facts={"by": by.name, "reason": reason.strip()},
        versions={"return.send_back_days": standard.versions["return.send_back_days"]},
        source="own",
    )
