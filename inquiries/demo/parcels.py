"""The way of a parcel: from what an order's line says of it to its scans."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings

from sellers.models import Order, Parcel

Status = Parcel.Status

_FIRST_ROUND: Final = 9
_LAST_ROUND: Final = 18
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

_STANDS: Final = {
    "paying": Order.Status.PENDING,
    "unshipped": Order.Status.UNSHIPPED,
    "canceled": Order.Status.CANCELED,
    "impossible": Order.Status.UNFULFILLABLE,
}
_STORE: Final = "Frankfurt am Main"
_HUBS: Final = ("Leipzig", "Hamburg", "Köln", "Frankfurt am Main", "Nürnberg", "Hannover")

# Shares of the way from hand-over to the last scan, with code, place and words.
_HOME: Final = (
    (0.0, "PICKED_UP", "{origin}", "Vom Versender übergeben"),
    (0.3, "IN_TRANSIT", "{hub}", "Im Paketzentrum der Startregion bearbeitet"),
    (0.7, "IN_TRANSIT", "{near}", "Im Paketzentrum der Zielregion angekommen"),
)
_FAR: Final = (
    (0.0, "PICKED_UP", "{origin}", "Vom Versender übergeben"),
    (0.12, "IN_TRANSIT", "{origin}", "Ausfuhr abgefertigt"),
    (0.3, "IN_TRANSIT", "{origin}", "An die Fluglinie übergeben"),
    (0.62, "IN_TRANSIT", "Leipzig", "In Deutschland angekommen"),
    (0.72, "IN_TRANSIT", "Leipzig", "Zollabfertigung abgeschlossen"),
    (0.85, "IN_TRANSIT", "{near}", "Im Paketzentrum der Zielregion angekommen"),
)


@dataclass(frozen=True)
class Fate:
    """What becomes of a parcel, and when it was last seen.

    `kind` is paying, unshipped, pending (a label, not handed over), transit, stuck, out, delivered,
    lost, undeliverable, refused (on its way back), returned (delivered, and sent back), canceled or
    impossible.
    """

    kind: str
    moment: datetime


@dataclass
class Way:
    """A parcel's scans, and what they make of the parcel and of its order."""

    order_status: str
    parcel_status: str | None = None
    from_abroad: bool = False
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    scans: list[tuple[datetime, str, str, str]] = field(default_factory=list)

    def seen(self, at: datetime, code: str, place: str, words: str) -> None:
        """One scan more."""
        self.scans.append((at, code, place, words))


@dataclass(frozen=True)
class Route:
    """Between which places, and whether customs lies on the way."""

    origin: str
    city: str
    far: bool


def by_day(moment: datetime, *, later: bool = False) -> datetime:
    """The moment, or the nearest before it (`later`: after it) at which parcels are handed out."""
    local = moment.astimezone(ZoneInfo(settings.CSBA_MARKETPLACE_ZONE))
    if _FIRST_ROUND <= local.hour < _LAST_ROUND:
        return moment
    if later:
        days, hour = int(local.hour >= _LAST_ROUND), _FIRST_ROUND
    else:
        days, hour = -int(local.hour < _FIRST_ROUND), _LAST_ROUND - 1
    return (local + days * DAY).replace(hour=hour).astimezone(UTC)


def way(fate: Fate, route: Route, *, placed: datetime, at: datetime, dice: Random) -> Way:
    """The way of a parcel whose order was placed then; nothing of it lies after `at`."""
    if fate.kind in _STANDS:
        return Way(_STANDS[fate.kind])
    if fate.kind == "pending":
        return Way(Order.Status.UNSHIPPED, Status.PENDING)
    last = min(fate.moment, at - timedelta(minutes=20))
    usual = (11 if route.far else 3) * DAY
    door = min(placed + usual, last - 3 * DAY) if fate.kind == "returned" else last
    # What a seller in China has here within days came from a store in Germany.
    far = route.far and door - placed > 5 * DAY
    origin = _STORE if route.far and not far else route.origin
    shipped = placed + min((door - placed) / 4, 2 * DAY if far else DAY)
    found = Way(Order.Status.SHIPPED, Status.IN_TRANSIT, far, shipped)
    names = {"origin": origin, "hub": dice.choice(_HUBS), "near": dice.choice(_HUBS)}
    arrives = fate.kind in {"out", "delivered", "undeliverable", "refused", "returned"}
    # A parcel that stands still has seen only a part of its way.
    reached = 1.0 if arrives else max(0.3, (door - shipped) / usual)
    scans = [scan for scan in (_FAR if far else _HOME) if scan[0] <= reached]
    whole = 1.0 if arrives else scans[-1][0] or 1.0
    for share, code, place, words in scans:
        moment = shipped + (door - shipped) * (share / whole)
        found.seen(moment, code, place.format(**names), words)
    _end(found, fate.kind, route.city, names["near"], door=door, last=last, at=at)
    return found


def _end(
    found: Way, kind: str, city: str, near: str, *, door: datetime, last: datetime, at: datetime
) -> None:
    """The last scans, and the status that they lead to."""
    if kind in {"out", "delivered", "undeliverable", "refused", "returned"}:
        before = found.scans[-1][0]
        moment = door if kind == "out" else max(before + (door - before) / 2, door - 3 * HOUR)
        found.seen(moment, "OUT_FOR_DELIVERY", city, "Im Zustellfahrzeug")
    match kind:
        case "out":
            found.parcel_status = Status.OUT_FOR_DELIVERY
        case "delivered" | "returned":
            found.parcel_status, found.delivered_at = Status.DELIVERED, door
            found.seen(door, "DELIVERED", city, "Zugestellt")
        case "undeliverable":
            found.parcel_status = Status.UNDELIVERABLE
            found.seen(door, "UNDELIVERABLE", city, "Zustellung nicht möglich")
        case "refused":
            found.seen(door, "RETURNING_TO_SELLER", near, "Auf dem Rückweg zum Versender")
    back = {"returned": last, "refused": last + 3 * DAY}.get(kind)
    if back is not None and back < at:
        found.parcel_status = Status.RETURNED
        found.seen(back, "RETURNED_TO_SELLER", "", "Beim Versender eingegangen")
    if kind == "lost" and last + 6 * DAY < at:
        found.parcel_status = Status.LOST
        found.seen(last + 6 * DAY, "LOST", near, "Gilt nach Nachforschung als verloren")
