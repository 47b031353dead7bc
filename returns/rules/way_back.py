"""How the goods come back and who pays for it, or why they need not come back at all."""

from decimal import Decimal
from typing import Any, Final

from csba.money import cents
from csba.rulebook import read
from returns.reasons import Condition, Fault, LabelKind, Trait
from returns.rules import book, days
from returns.rules.case import Case
from returns.rules.grounds import by_law

_POINTLESS: Final = frozenset({Trait.PERISHABLE, Trait.SEALED_HYGIENE})
"""Damaged, nobody may sell or use such goods again, so nobody wants them back."""


def way_back(case: Case) -> None:
    """Nothing comes back, or by which label, at whose cost, within how many days."""
    facts = case.facts
    if (why := nothing_comes_back(case)) is not None:
        rule, keys, source, looked_at = why
        case.fire(
            rule,
            *keys,
            facts=looked_at,
            source=source,
            returnless=True,
            postage="",
            label=LabelKind.NONE,
        )
        return
    payer = who_pays(case)
    case.fire(
        "way_back",
        "return.send_back_days",
        facts={"days": case.terms["send_back_days"], "payer": payer},
        source="domain 2.7, 2.12",
        postage=payer.value,
        label=LabelKind.PREPAID if payer == Fault.SELLER else LabelKind.OWN_CARRIER,
        send_back_days=case.terms["send_back_days"],
    )
    if facts.ship_from != "DE" and case.piece > case.standard.threshold:
        option_from_abroad(case)


def nothing_comes_back(case: Case) -> tuple[str, tuple[str, ...], str, dict[str, Any]] | None:
    """The rule by which the goods stay with the buyer: its code, its keys, source and facts."""
    facts, standard = case.facts, case.standard
    when = standard.returnless_when
    if "UNSAFE" in when and Trait.UNSAFE_TO_SEND in case.traits:
        if not case.sellers_fault:
            case.review.append("unsafe")
        return "returnless_unsafe", ("returnless.when",), "domain 1.12", {}
    if facts.reason in standard.damages and "DAMAGED_NOT_RETURNABLE" in when:
        looked_at: dict[str, Any] = {"reason": facts.reason, "condition": facts.condition}
        if facts.condition == Condition.DESTROYED:
            return "returnless_destroyed", ("returnless.when",), "domain 1.12", looked_at
        if pointless := sorted(_POINTLESS.intersection(by_law(case))):
            looked_at["trait"] = pointless[0]
            return "returnless_unreturnable", ("returnless.when",), "domain 1.12", looked_at
    limit: Decimal = case.terms["returnless_up_to"]
    if limit and facts.price <= limit:
        return "returnless_policy", (), "domain 2.25", {"price": facts.price, "limit": limit}
    if facts.ship_from != "DE" and not facts.local_address and case.piece <= standard.threshold:
        cheap: dict[str, Any] = {
            "ship_from": facts.ship_from,
            "price": cents(case.piece),
            "limit": standard.threshold,
        }
        return "returnless_abroad", ("intl.threshold_eur",), "domain 3.2", cheap
    return None


def who_pays(case: Case) -> Fault:
    """Who pays the way back."""
    facts, standard = case.facts, case.standard
    if case.sellers_fault:
        case.fire("postage_fault", "return.fault_table", source="domain 2.16")
        return Fault.SELLER
    if facts.ship_from != "DE" and not facts.local_address:
        case.fire("postage_abroad", facts={"ship_from": facts.ship_from}, source="domain 3.6")
        return Fault.SELLER
    choice = case.terms["postage"]
    if choice == "SELLER":
        case.fire("postage_policy", source="P13")
        return Fault.SELLER
    price = cents(case.piece)
    if choice == "BUYER":
        case.fire("postage_buyer", facts={"price": price}, source="BGB 357(5)")
        return Fault.BUYER
    if case.category.code in standard.free_postage_categories:
        case.fire(
            "postage_fashion",
            "return.free_postage",
            facts={"category": case.category.code},
            source="domain 2.18",
        )
        return Fault.SELLER
    looked_at = {"price": price, "limit": standard.free_postage_above}
    if price > standard.free_postage_above:
        case.fire("postage_price", "return.free_postage", facts=looked_at, source="domain 2.18")
        return Fault.SELLER
    case.fire("postage_buyer", "return.free_postage", facts=looked_at, source="BGB 357(5)")
    return Fault.BUYER


def option_from_abroad(case: Case) -> None:
    """Above the threshold a way back is offered in time, or the refund is made (3.4)."""
    facts = case.facts
    length = book.option_days(facts.asked_at)
    if length is None or (facts.local_address and not case.standard.local_address_needs_label):
        return
    due = days.calendar_days(facts.asked_at, length)
    case.fire(
        "option_abroad",
        facts={"ship_from": facts.ship_from, "days": length, "until": due},
        source="domain 3.4, 3.5",
        versions={"intl.option_days": read.version("intl.option_days", facts.asked_at)},
        option_due_at=due,
    )
