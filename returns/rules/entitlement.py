"""What a buyer is entitled to: rules that fire one after the other, each a step of the trace.

Order of thought: which policy, since when, until when on which ground, what comes back and who pays
the way, what is taken off, whether a person must look. A ground counts only while its window is
open; of several the law comes first, then the marketplace's guarantee, then the seller's own
promise (domain 2, 3, 8; P13 to P15).
"""

from datetime import datetime

from django.utils.translation import gettext as _

from csba.errors import Refused
from csba.money import ZERO
from returns.reasons import Ground
from returns.rules.amounts import deduct, money
from returns.rules.case import Case
from returns.rules.facts import Facts
from returns.rules.grounds import anchor, grounds, whose_fault
from returns.rules.outcome import Entitlement, Outcome
from returns.rules.standard import Standard
from returns.rules.way_back import way_back
from returns.terms import Clauses


def check(facts: Facts) -> None:
    """Refused, with a sentence that says what to do, when no decision can rest on these facts."""
    if facts.quantity < 1:
        raise Refused(_("Please give how many pieces, at least one."), code="quantity")
    if facts.quantity > facts.bought:
        raise Refused(
            _("Only %(bought)s were bought: please give at most that many.")
            % {"bought": facts.bought},
            code="more_than_bought",
        )
    for amount in (facts.price, facts.shipping, facts.shipping_cheapest or ZERO):
        if not amount.is_finite() or amount < 0:
            raise Refused(_("An amount cannot be below zero."), code="amount")
    if facts.currency != "EUR":
        raise Refused(
            _("The policy is written in EUR; an order in %(currency)s cannot be decided by it.")
            % {"currency": facts.currency or "?"},
            code="currency",
        )
    if facts.delivered_at is None and facts.deliver_by is None:
        raise Refused(
            _("Neither a delivery nor a latest delivery date is known. Please give one of them."),
            code="no_delivery",
        )
    if any(moment is not None and moment.tzinfo is None for moment in _moments(facts)):
        raise Refused(_("Please give each moment with its time zone."), code="dates")
    if facts.asked_at < facts.placed_at:
        raise Refused(_("Nobody can ask before the order was placed."), code="dates")
    if facts.delivered_at is not None and facts.delivered_at < facts.placed_at:
        raise Refused(_("Nothing can arrive before it was ordered."), code="dates")
    if facts.shown_at is not None and not facts.placed_at <= facts.shown_at <= facts.asked_at:
        raise Refused(
            _("A defect shows itself between the order and the day it is asked about."),
            code="dates",
        )


def _moments(facts: Facts) -> tuple[datetime | None, ...]:
    return (
        facts.placed_at,
        facts.asked_at,
        facts.delivered_at,
        facts.deliver_by,
        facts.shown_at,
    )


def known_category(facts: Facts, standard: Standard) -> None:
    """Refused when a person has typed a category that the book does not know."""
    if facts.category not in standard.categories:
        raise Refused(
            _("There is no category “%(category)s”. Please choose one of the list.")
            % {"category": facts.category},
            code="category",
        )


def entitle(
    facts: Facts, standard: Standard, own: Clauses | None = None, *, strict: bool = False
) -> Entitlement:
    """The outcome for these facts under the standard and the seller's own clauses, with its trace.

    Of `own` only what is kinder counts; with `strict` every clause as it stands, down to the floor
    of the law.
    """
    check(facts)
    return _decide(Case(facts, standard, own, strict=strict)).decided()


def outcome_alone(
    facts: Facts, standard: Standard, own: Clauses | None = None, *, strict: bool = False
) -> Outcome:
    """The outcome of `entitle` without its trace, for facts that are sound: where thousands are
    compared, keeping the steps would take as long as deciding.
    """
    return Outcome(**_decide(Case(facts, standard, own, strict=strict, traced=False)).sets)


def _decide(case: Case) -> Case:
    facts = case.facts
    case.fire(
        "policy",
        "return.categories",
        "return.window_days",
        facts={
            "placed_at": facts.placed_at,
            "category": case.category.code,
            "group": case.category.group,
        },
        source="domain 9.8",
        currency=facts.currency,
    )
    anchor(case)
    whose_fault(case)
    grounds(case)
    if case.sets["ground"] in {Ground.WARRANTY, Ground.NONE}:
        review_alone(case)
    else:
        money(case)
        deduct(case)
        way_back(case)
        reviewed(case)
    return case


def reviewed(case: Case) -> None:
    """By rule alone, or by a person, and why."""
    standard = case.standard
    if case.category.review:
        case.fire(
            "review_category",
            "return.categories",
            facts={"category": case.category.code},
            source="domain 2.11",
        )
        case.review.append("category")
    for trait in sorted(case.traits & standard.review_traits):
        case.fire(
            "review_trait",
            "return.review_traits",
            facts={"trait": trait},
            source="domain 2.11",
        )
        case.review.append("trait")
    automatic = standard.auto_authorise and not case.review
    case.fire(
        "automatic" if automatic else "by_hand",
        "return.auto_authorise",
        source="domain 2.10",
        automatic=automatic,
        review=tuple(dict.fromkeys(case.review)) or (() if automatic else ("switched_off",)),
        notices=tuple(case.notices),
    )


def review_alone(case: Case) -> None:
    """Nothing is granted by rule: a person looks."""
    case.fire(
        "by_hand",
        "return.auto_authorise",
        source="domain 2.10",
        automatic=False,
        review=tuple(dict.fromkeys(case.review)),
        notices=tuple(case.notices),
    )
