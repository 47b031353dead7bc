"""Since when, whose fault, on which ground and until when something may come back."""

from datetime import datetime, timedelta

from returns.reasons import Condition, Ground
from returns.rules import days
from returns.rules.case import Case
from returns.rules.standard import Holiday
from returns.rules.warranty import over


def anchor(case: Case) -> None:
    """The day from which every window counts: the delivery, or its latest estimate, marked so."""
    facts = case.facts
    if facts.delivered_at is not None:
        case.fire(
            "delivered",
            facts={"delivered_at": case.since},
            source="BGB 187(1)",
            estimated=False,
        )
        return
    case.fire(
        "delivery_estimated",
        facts={"deliver_by": case.since},
        source="domain 6.6",
        estimated=True,
    )
    if facts.asked_at < case.since:
        case.fire("not_delivered_yet", source="BGB 356(2)")


def whose_fault(case: Case) -> None:
    """Who bears the reason, by the fault table."""
    rule = "fault_seller" if case.sellers_fault else "fault_buyer"
    case.fire(
        rule,
        "return.fault_table",
        facts={"reason": case.facts.reason},
        source="domain 2.16" if case.sellers_fault else "domain 2.15",
    )


def grounds(case: Case) -> None:
    """The ground that counts, and the last moment of all that are open to this wish."""
    facts = case.facts
    # A fault of the seller's is no withdrawal, unless the buyer says so.
    as_withdrawal = facts.withdrawal or not case.sellers_fault
    blocked = excluded(case) if as_withdrawal else frozenset(by_law(case))
    open_ends: dict[Ground, datetime] = {}
    statutory = statutory_end(case) if facts.consumer and not blocked else None
    if statutory is not None and as_withdrawal:
        say_statutory(case, statutory)
        open_ends[Ground.STATUTORY] = statutory
    if not case.sellers_fault and not blocked <= case.terms["accepted_anyway"]:
        case.fire("excluded_no_ground", facts={"traits": sorted(blocked)}, ground=Ground.NONE)
        case.review.append("excluded")
        declared(case, Ground.NONE, excluded=True)
        return
    guarantee = guarantee_end(case)
    policy = promised_end(case, guarantee)
    if case.sellers_fault:
        open_ends[Ground.FAULT] = max(guarantee, policy)
        if statutory is not None and statutory > open_ends[Ground.FAULT] and not as_withdrawal:
            # Whoever has a reason has no less than whoever has none.
            say_statutory(case, statutory)
            open_ends[Ground.STATUTORY] = statutory
    elif not blocked:
        open_ends[Ground.GUARANTEE] = guarantee
        if policy > guarantee:
            open_ends[Ground.SELLER_POLICY] = policy
    else:
        case.fire(
            "accepted_anyway",
            facts={"traits": sorted(blocked)},
            source="P13",
        )
        open_ends[Ground.SELLER_POLICY] = policy
    ground = next((one for one, end in open_ends.items() if facts.asked_at < end), None)
    declared(case, ground or Ground.NONE, excluded=bool(blocked))
    if ground is None:
        over(case, max(open_ends.values()))
        return
    until = max(open_ends.values())
    case.fire(
        f"ground_{ground.lower()}",
        facts={"asked_at": facts.asked_at, "until": until},
        source={
            Ground.STATUTORY: "BGB 355",
            Ground.GUARANTEE: "domain 2.2",
            Ground.SELLER_POLICY: "P13",
            Ground.FAULT: "domain 2.1",
        }[ground],
        may_return=True,
        ground=ground,
        until=until,
    )


def declared(case: Case, ground: Ground, *, excluded: bool) -> None:
    """What somebody hears who has declared a withdrawal."""
    if not case.facts.withdrawal:
        return
    if ground == Ground.STATUTORY:
        notice = "withdrawal_confirmed"
    elif not case.facts.consumer:
        notice = "withdrawal_business"
    elif excluded:
        notice = "withdrawal_excluded"
    elif ground == Ground.NONE:
        notice = "withdrawal_late"
    else:
        notice = "withdrawal_as_return"
    case.notices.append(notice)


def by_law(case: Case) -> list[str]:
    """The traits for which the law gives no withdrawal in this condition."""
    exclusions = case.standard.exclusions
    unopened = case.facts.condition == Condition.UNOPENED
    return [
        str(trait)
        for trait in sorted(case.traits & exclusions.keys())
        if not (exclusions[trait].only_opened and unopened)
    ]


def excluded(case: Case) -> frozenset[str]:
    """As `by_law`, each said, also those that would count once the goods are opened."""
    found = frozenset(by_law(case))
    for trait in sorted(case.traits & case.standard.exclusions.keys()):
        case.fire(
            "excluded" if trait in found else "still_sealed",
            "return.exclusions",
            facts={"trait": trait, "condition": case.facts.condition},
            source=case.standard.exclusions[trait].paragraph,
        )
    return found


def statutory_end(case: Case) -> datetime:
    """The end of the right of withdrawal; longer when the buyer was not told of it."""
    standard, state = case.standard, case.facts.state
    if case.facts.instructed:
        return days.end_of_days(case.since, standard.statutory_days, state)
    last = days.after_months(days.local_day(case.since), standard.uninstructed_months)
    return days.end_of_days(
        days.end_of_day(last) - timedelta(microseconds=1), standard.uninstructed_days, state
    )


def say_statutory(case: Case, end: datetime) -> None:
    """The step of the right of withdrawal."""
    standard, state = case.standard, case.facts.state
    if case.facts.instructed:
        case.fire(
            "statutory_window",
            "return.statutory_days",
            facts={"days": standard.statutory_days, "until": end, "state": state},
            source="BGB 355(2), 187(1), 188(1), 193",
        )
        return
    case.fire(
        "statutory_window_uninstructed",
        "return.statutory_uninstructed",
        facts={
            "months": standard.uninstructed_months,
            "days": standard.uninstructed_days,
            "until": end,
            "state": state,
        },
        source="BGB 356(3), 356(4)",
    )


def guarantee_end(case: Case) -> datetime:
    """The end of the marketplace's own window, holidays of the winter included."""
    length = case.standard.windows[case.category.group]
    end = window(case, length)
    case.fire(
        "guarantee_window",
        "return.window_days",
        facts={"group": case.category.group, "days": length, "until": end},
        source="domain 2.2 to 2.5",
    )
    return in_winter(case, length, end, case.standard.holidays)


def promised_end(case: Case, guarantee: datetime) -> datetime:
    """The end that counts with the seller's own window."""
    key = f"window_{case.category.group.lower()}"
    length = case.terms[key]
    if length == case.standard.windows[case.category.group] and case.terms["holiday"]:
        return guarantee
    end = window(case, length)
    if case.terms["holiday"]:
        end = in_winter(case, length, end, case.standard.holidays, quiet=True)
    case.fire("seller_window", facts={"days": length, "until": end}, source="P13")
    return end


def window(case: Case, length: int) -> datetime:
    """The end of so many days."""
    return days.end_of_days(case.since, length, case.facts.state)


def in_winter(
    case: Case,
    length: int,
    end: datetime,
    rows: tuple[Holiday, ...],
    *,
    quiet: bool = False,
) -> datetime:
    """`end`, or the end of the winter's longer window for orders of its days."""
    placed = days.local_day(case.facts.placed_at)
    row = next((one for one in rows if one.first <= placed <= one.last), None)
    if row is None:
        return end
    short = length <= case.standard.short_window_days
    longer = days.end_of_day(row.short_until if short else row.until)
    if longer > end and not quiet:
        case.fire(
            "winter_window" if row.confirmed else "winter_window_unconfirmed",
            "return.holidays",
            facts={
                "first": row.first.isoformat(),
                "last": row.last.isoformat(),
                "until": longer,
            },
            source="domain 2.8",
        )
    return max(longer, end)
