"""Where return labels come from: the interface that a carrier's connection fills, and which one is
used.

A label is asked for by a key. A carrier that is asked again with the same key answers with the same
label, so that a retry after a crash never makes a second one.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

EMBEDDED = "returns.gateways.embedded_label.EmbeddedCarrier"


@dataclass(frozen=True, slots=True)
class Place:
    """A postal address as it stands on a parcel."""

    name: str
    lines: tuple[str, ...]
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Wish:
    """The label that is wanted. `prepaid`: the receiver pays; otherwise only the addresses are
    made and the sender adds postage.
    """

    key: str
    rma: str
    sender: Place
    receiver: Place
    prepaid: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """The label as the carrier gave it. `cost` is in `currency`, None when nothing is owed."""

    carrier: str
    tracking_number: str
    cost: Decimal | None
    currency: str
    pdf: bytes


class NoLabel(Exception):
    """The carrier has not given a label; it may be asked again with the same key."""


class Carrier(Protocol):
    """A carrier's connection."""

    name: str

    def label(self, wish: Wish) -> Made:
        """The label of `wish.key`, the same one however often it is asked for; NoLabel when there
        is none yet.
        """


def carrier() -> Carrier:
    """The connection that this installation uses."""
    chosen: Carrier = import_string(getattr(settings, "CSBA_LABEL_CARRIER", EMBEDDED))()
    return chosen
