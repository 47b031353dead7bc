"""The standard return policy for orders of one moment, read from the rulebook as one value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from csba.rulebook import read
from returns.reasons import Fault, Reason, Trait


@dataclass(frozen=True, slots=True)
class Category:
    """What the book says about a category of goods."""

    code: str
    group: str
    traits: frozenset[Trait]
    review: bool


@dataclass(frozen=True, slots=True)
class Holiday:
    """Orders placed on one of these days, the marketplace's calendar, may come back until the end
    of `until`.
    """

    first: date
    last: date
    until: date
    short_until: date
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Goods with `trait` cannot be returned without a reason."""

    trait: Trait
    only_opened: bool
    paragraph: str


@dataclass(frozen=True, slots=True)
class Standard:
    """The standard policy for orders of one moment. `versions` has the row of each key."""

    categories: Mapping[str, Category]
    windows: Mapping[str, int]
    holidays: tuple[Holiday, ...]
    short_window_days: int
    statutory_days: int
    uninstructed_months: int
    uninstructed_days: int
    send_back_days: int
    exclusions: Mapping[Trait, Exclusion]
    review_traits: frozenset[Trait]
    auto_authorise: bool
    fault: Mapping[Reason, Fault]
    defects: frozenset[Reason]
    damages: frozenset[Reason]
    free_postage_above: Decimal
    free_postage_categories: frozenset[str]
    used_deduction_percent: int
    refund_days: int
    refund_at_scan: bool
    returnless_when: frozenset[str]
    threshold: Decimal
    local_address_needs_label: bool
    warranty_years: int
    presumption_months: int
    after_defect_months: int
    repair_extension_months: int
    versions: Mapping[str, int]

    def category(self, code: str) -> Category:
        """The category; what the book does not know is OTHER."""
        return self.categories.get(code) or self.categories["OTHER"]


_KEYS: Final = (
    "return.categories",
    "return.window_days",
    "return.holidays",
    "return.short_window_days",
    "return.statutory_days",
    "return.statutory_uninstructed",
    "return.send_back_days",
    "return.exclusions",
    "return.review_traits",
    "return.auto_authorise",
    "return.fault_table",
    "return.defect_reasons",
    "return.damage_reasons",
    "return.free_postage",
    "refund.after_receipt_business_days",
    "refund.partial_max_percent",
    "refund.at_scan",
    "returnless.when",
    "intl.threshold_eur",
    "warranty.years",
    "warranty.presumption_months",
    "warranty.after_defect_months",
    "warranty.repair_extension_months",
)
_NOT_ALWAYS: Final = ("intl.local_address_needs_label",)


def standard(placed_at: datetime) -> Standard:
    """The standard policy that binds orders placed at this moment; read.UnknownRule before its
    first version.
    """
    found = [(key, read.version(key, placed_at)) for key in _KEYS]
    for key in _NOT_ALWAYS:
        try:
            found.append((key, read.version(key, placed_at)))
        except read.UnknownRule:
            found.append((key, 0))
    versions = tuple(found)
    known = _known.get(versions)
    if known is None:
        if len(_known) >= _MOST:
            _known.clear()
        known = _known[versions] = _read(dict(versions), placed_at)
    return known


# The rows of a key never change, so what was read from them holds as long as the process lives.
_known: dict[tuple[tuple[str, int], ...], Standard] = {}
_MOST: Final = 64


def _read(known: dict[str, int], at: datetime) -> Standard:
    def of(key: str) -> Any:
        return read.value(key, at)

    uninstructed = of("return.statutory_uninstructed")
    postage = of("return.free_postage")
    return Standard(
        categories={
            row["code"]: Category(
                row["code"],
                row["group"],
                frozenset(Trait(trait) for trait in row["traits"]),
                row["review"],
            )
            for row in of("return.categories")
        },
        windows=of("return.window_days"),
        holidays=tuple(
            Holiday(
                first=date.fromisoformat(row["first"]),
                last=date.fromisoformat(row["last"]),
                until=date.fromisoformat(row["until"]),
                short_until=date.fromisoformat(row["short_until"]),
                confirmed=row["confirmed"],
            )
            for row in of("return.holidays")
        ),
        short_window_days=of("return.short_window_days"),
        statutory_days=of("return.statutory_days"),
        uninstructed_months=uninstructed["months"],
        uninstructed_days=uninstructed["days"],
        send_back_days=of("return.send_back_days"),
        exclusions={
            Trait(row["trait"]): Exclusion(
                Trait(row["trait"]), row["only_opened"], row["paragraph"]
            )
            for row in of("return.exclusions")
        },
        review_traits=frozenset(Trait(trait) for trait in of("return.review_traits")),
        auto_authorise=of("return.auto_authorise"),
        fault={Reason(row["reason"]): Fault(row["fault"]) for row in of("return.fault_table")},
        defects=frozenset(Reason(reason) for reason in of("return.defect_reasons")),
        damages=frozenset(Reason(reason) for reason in of("return.damage_reasons")),
        free_postage_above=Decimal(postage["above_eur"]),
        free_postage_categories=frozenset(postage["categories"]),
        used_deduction_percent=of("refund.partial_max_percent")["used"],
        refund_days=of("refund.after_receipt_business_days"),
        refund_at_scan=of("refund.at_scan"),
        returnless_when=frozenset(of("returnless.when")),
        threshold=Decimal(of("intl.threshold_eur")),
        local_address_needs_label=bool(
            known["intl.local_address_needs_label"] and of("intl.local_address_needs_label")
        ),
        warranty_years=of("warranty.years"),
        presumption_months=of("warranty.presumption_months"),
        after_defect_months=of("warranty.after_defect_months"),
        repair_extension_months=of("warranty.repair_extension_months"),
        versions=known,
    )
