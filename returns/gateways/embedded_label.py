"""The carrier that is always there: its labels follow from their key alone, so asking twice gives
the same label.
"""

import hashlib
from typing import Final

from returns.gateways.label import Made, Wish
from returns.gateways.label_pdf import drawn
from returns.rules import book

_DIGITS: Final = 18


class EmbeddedCarrier:
    """Labels made here; no parcel service is asked."""

    name = "embedded"
    carrier: Final = "CSBA Retoure"

    def label(self, wish: Wish) -> Made:
        """A label with its PDF; the tracking number is taken from the key."""
        tracking = tracking_number(wish.key) if wish.prepaid else ""
        return Made(
            carrier=self.carrier if wish.prepaid else "",
            tracking_number=tracking,
            cost=book.label_cost(wish.at) if wish.prepaid else None,
            currency="EUR" if wish.prepaid else "",
            pdf=drawn(wish, carrier=self.carrier, tracking_number=tracking),
        )


def tracking_number(key: str) -> str:
    """Eighteen digits and a check digit (weights 3 and 1, modulo 10)."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:12]) % 10**_DIGITS
    digits = f"{number:0{_DIGITS}d}"
    odd_even = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(digits))
    return f"{digits}{-odd_even % 10}"
