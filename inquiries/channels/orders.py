"""Order numbers in a text, and which of them the writer may speak about.

The right to an order is shown by its buyer's e-mail address. About any other order nothing may be
said, not even whether it exists (rulings 13).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import OuterRef, Subquery

from inquiries.models import Inquiry
from sellers.models import Order

_MOST: Final = 5
# 3-7-7 digits; phones and word processors replace the hyphen.
_NUMBER = re.compile(r"(?<![\d-])(\d{3})\s?[-‐‑‒–—]\s?(\d{7})\s?[-‐‑‒–—]\s?(\d{7})(?![\d-])")


@dataclass(frozen=True)
class Named:
    """The order a writer may speak about, its number or the first one named, and the others."""

    order: Order | None = None
    number: str = ""
    others: tuple[str, ...] = ()
    talk: int | None = None
    """The newest open inquiry about the order, if there is one (helpdesk D6)."""


def numbers(*texts: str) -> list[str]:
    """The order numbers in these texts, in their order, each once."""
    found = ("-".join(match.groups()) for text in texts for match in _NUMBER.finditer(text))
    return list(dict.fromkeys(found))[:_MOST]


def named(numbers: Sequence[str], address: str) -> Named:
    """The first of these orders whose buyer has this address; of the others only the numbers."""
    if not numbers:
        return Named()
    open_now = Inquiry.objects.filter(order=OuterRef("pk"), status=Inquiry.Status.OPEN)
    rows = (
        Order.objects.select_related("seller")
        .filter(number__in=numbers)
        .annotate(talk=Subquery(open_now.order_by("-id").values("pk")[:1]))
    )
    theirs = {row.number: row for row in rows if address and row.buyer_email.lower() == address}
    chosen = next((number for number in numbers if number in theirs), numbers[0])
    others = tuple(number for number in numbers if number != chosen)
    order = theirs.get(chosen)
    return Named(order, chosen, others, getattr(order, "talk", None))
