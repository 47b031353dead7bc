"""The clauses of a seller's policy: one entry each, with how to tell the kinder of two (P13).

A policy holds only what differs from the standard. A value that is less kind than the standard's
counts as the standard's (rulings 14).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Kind = Literal["days", "months", "percent", "money", "yes_no", "choice", "set"]
Better = Callable[[Any, Any], bool]


def more(offer: Any, standard: Any) -> bool:
    """Kinder when it is more."""
    return bool(offer >= standard)


def less(offer: Any, standard: Any) -> bool:
    """Kinder when it is less."""
    return bool(offer <= standard)


def superset(offer: Any, standard: Any) -> bool:
    """Kinder when nothing is missing."""
    return set(offer) >= set(standard)


def later_in(*order: str) -> Better:
    """Kinder the further to the right of `order`."""
    return lambda offer, standard: order.index(offer) >= order.index(standard)


POSTAGE: Final = ("BUYER", "TABLE", "SELLER")
OUTBOUND: Final = ("NONE", "CHEAPEST", "PAID")


@dataclass(frozen=True, slots=True)
class Clause:
    """One value of a policy; `kinder_or_equal(offer, standard)` from the buyer's side."""

    key: str
    label: str | Promise
    help: str | Promise
    kind: Kind
    kinder_or_equal: Better
    choices: tuple[str, ...] = ()
    most: int | Decimal | None = None
    """The largest value that makes sense, for forms."""


CLAUSES: Final = (
    Clause(
        "window_a",
        _("Return window: electronics, computers, cameras, office, media"),
        _("Days from delivery in which a buyer may ask for a return."),
        "days",
        more,
        most=1000,
    ),
    Clause(
        "window_b",
        _("Return window: books, toys, kitchen, tools, car, software"),
        _("Days from delivery in which a buyer may ask for a return."),
        "days",
        more,
        most=1000,
    ),
    Clause(
        "window_c",
        _("Return window: everything else"),
        _("Days from delivery in which a buyer may ask for a return."),
        "days",
        more,
        most=1000,
    ),
    Clause(
        "holiday",
        _("Longer window for the winter holidays"),
        _("Orders of November and December may come back until the end of January."),
        "yes_no",
        more,
    ),
    Clause(
        "send_back_days",
        _("Days to send the goods back"),
        _("Counted from the moment the return is authorised."),
        "days",
        more,
        most=365,
    ),
    Clause(
        "postage",
        _("Return postage when the buyer changes their mind"),
        _("Paid by the buyer, by the standard's table, or always by you."),
        "choice",
        later_in(*POSTAGE),
        choices=POSTAGE,
    ),
    Clause(
        "outbound",
        _("Shipping there, when the buyer changes their mind"),
        _("Not refunded, refunded up to the cheapest delivery, or as paid."),
        "choice",
        later_in(*OUTBOUND),
        choices=OUTBOUND,
    ),
    Clause(
        "refund_percent",
        _("Refund for goods as new"),
        _("Share of the price that goes back when a buyer changes their mind."),
        "percent",
        more,
        most=100,
    ),
    Clause(
        "used_deduction_percent",
        _("Most that is deducted for used goods"),
        _("Share of the price that wear beyond testing may cost the buyer."),
        "percent",
        less,
        most=100,
    ),
    Clause(
        "refund_days",
        _("Business days from the goods' arrival to the refund"),
        _("After that the refund is made on your behalf."),
        "days",
        less,
        most=30,
    ),
    Clause(
        "refund_at_scan",
        _("Refund when the parcel is handed in"),
        _("The buyer has the money as soon as the carrier scans the prepaid label."),
        "yes_no",
        more,
    ),
    Clause(
        "returnless_up_to",
        _("Refund without return up to"),
        _("Goods up to this price need not come back, in any return within the window."),
        "money",
        more,
        most=Decimal("500.00"),
    ),
    Clause(
        "accepted_anyway",
        _("Also taken back"),
        _("Goods that the standard excludes and you take back all the same."),
        "set",
        superset,
        choices=(
            "CUSTOM_MADE",
            "PERISHABLE",
            "SEALED_HYGIENE",
            "SEALED_MEDIA",
            "PERIODICAL",
            "MIXED",
        ),
    ),
    Clause(
        "extra_warranty_months",
        _("Months of warranty beyond the law"),
        _("On top of the two years that the law gives."),
        "months",
        more,
        most=120,
    ),
)
BY_KEY: Final[dict[str, Clause]] = {clause.key: clause for clause in CLAUSES}

Clauses = Mapping[str, Any]
