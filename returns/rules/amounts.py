"""What is refunded to the cent, and what is taken off it."""

from decimal import Decimal

from csba.money import ZERO, cents, share
from returns.reasons import Condition, Ground
from returns.rules.case import Case
from returns.rules.outcome import Deduction


def money(case: Case) -> None:
    """What goes back for the goods and for the shipping there."""
    facts = case.facts
    item, shipping = cents(facts.price), cents(facts.shipping)
    ground = case.sets["ground"]
    if case.sellers_fault and ground != Ground.STATUTORY:
        case.fire(
            "refund_all",
            facts={"price": item, "shipping": shipping},
            source="domain 2.1, 2.19",
            refund_item=item,
            refund_shipping=shipping,
        )
        return
    cheapest = shipping
    if facts.shipping_cheapest is not None:
        cheapest = min(shipping, cents(facts.shipping_cheapest))
    if ground == Ground.STATUTORY:
        # The law's floor; a fault of the seller's or the seller's own promise may give more.
        whole = case.sellers_fault or case.terms["outbound"] == "PAID"
        back = shipping if whole else cheapest
        case.fire(
            "refund_statutory" if back == cheapest else "refund_statutory_all",
            facts={"price": item, "shipping": back},
            source="BGB 357(1), 357(2)" if back == cheapest else "BGB 357(1), P14",
            refund_item=item,
            refund_shipping=back,
        )
        return
    outbound = {"NONE": ZERO, "CHEAPEST": cheapest, "PAID": shipping}[case.terms["outbound"]]
    percent = case.terms["refund_percent"]
    case.fire(
        "refund_voluntary",
        facts={"price": item, "percent": percent, "shipping": outbound},
        source="domain 2.2, 2.19",
        refund_item=share(item, percent),
        refund_shipping=outbound,
    )


def deduct(case: Case) -> None:
    """Wear that is more than testing; never for a fault of the seller's."""
    facts = case.facts
    worn = facts.condition in {Condition.USED, Condition.DAMAGED, Condition.DESTROYED}
    if not worn or case.sellers_fault:
        return
    if case.sets["ground"] == Ground.STATUTORY:
        case.fire(
            "loss_of_value",
            facts={"condition": facts.condition},
            source="BGB 357a(1)",
        )
        case.review.append("loss_of_value")
        return
    percent = case.terms["used_deduction_percent"]
    refund: Decimal = case.sets["refund_item"]
    amount = min(share(facts.price, percent), refund)
    if amount:
        case.fire(
            "deduction_used",
            "refund.partial_max_percent",
            facts={"condition": facts.condition, "percent": percent, "amount": amount},
            source="domain 2.20, 2.21",
            refund_item=refund - amount,
            deductions=(Deduction("used", amount, "domain 2.20, 2.21"),),
        )
    case.review.append("used")
