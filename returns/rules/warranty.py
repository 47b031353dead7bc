"""When every window has passed: a defect leads to the warranty of the law, never to a flat no."""

from datetime import datetime

from returns.reasons import Ground, Remedy, Trait
from returns.rules import days
from returns.rules.case import Case


def over(case: Case, ended: datetime) -> None:
    """Every window has passed: a defect leads to the warranty, anything else to a person."""
    facts, standard = case.facts, case.standard
    case.fire(
        "windows_over",
        facts={"asked_at": facts.asked_at, "until": ended},
        may_return=False,
        ground=Ground.NONE,
    )
    if facts.delivered_at is None:
        case.review.append("estimated")
    if facts.reason not in standard.defects:
        case.review.append("out_of_window")
        return
    shown_at = facts.shown_at or facts.asked_at
    months = 12 * standard.warranty_years + int(case.terms["extra_warranty_months"])
    end = days.end_of_months(case.since, months, facts.state)
    if facts.consumer and shown_at < end:
        end = max(end, days.end_of_months(shown_at, standard.after_defect_months, facts.state))
    if facts.asked_at >= end:
        case.fire(
            "warranty_over",
            "warranty.years",
            facts={"until": end},
            source="BGB 438(1) no. 3",
            warranty_until=end,
        )
        case.review.append("warranty_over")
        return
    case.fire(
        "warranty",
        "warranty.years",
        *(["warranty.after_defect_months"] if facts.consumer else []),
        facts={"until": end, "months": months},
        source="BGB 437, 438, 439" + (", 475e(3)" if facts.consumer else ""),
        ground=Ground.WARRANTY,
        warranty_until=end,
        remedies=(Remedy.REPAIR.value, Remedy.REPLACEMENT.value),
    )
    # No weekend or holiday moves it: nobody has to do anything by then.
    last = days.after_months(days.local_day(case.since), standard.presumption_months)
    presumed = days.end_of_day(last)
    if facts.consumer and shown_at < presumed:
        case.fire(
            "presumption",
            "warranty.presumption_months",
            facts={"until": presumed},
            source="BGB 477(1)",
        )
    else:
        case.fire("no_presumption", facts={"until": presumed}, source="BGB 477(1)")
    if Trait.USED_GOODS in case.traits:
        case.fire("used_goods", facts={"traits": [Trait.USED_GOODS.value]}, source="BGB 476(2)")
    if facts.consumer and standard.repair_extension_months:
        case.notices.append("repair_extension")
        case.fire(
            "repair_extension",
            "warranty.repair_extension_months",
            facts={"months": standard.repair_extension_months},
            source="BGB 475(4), 475e(5)",
        )
    case.review.append("warranty")
