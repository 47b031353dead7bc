"""What a scene needs before it begins: the buyer, the order, and the words with names and dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, translation

from inquiries.demo import buyers
from inquiries.demo.buyers import Buyer
from inquiries.demo.parcels import HOUR, Fate, by_day
from inquiries.demo.script import Scene, span
from inquiries.demo.shelf import Shelf, Wish
from sellers.models import Order

_FATES: Final = (
    "unshipped",
    "pending",
    "transit",
    "stuck",
    "out",
    "delivered",
    "lost",
    "undeliverable",
    "refused",
    "returned",
    "canceled",
)
_LAST_SCAN: Final = timedelta(hours=7)
_DAY_AND_MONTH: Final = {"de": "j. F", "en": "j F", "zh-hans": "n月j日"}


@dataclass(frozen=True)
class Set:
    """A scene with the buyer who plays in it and the order that it is about."""

    scene: Scene
    buyer: Buyer
    order: Order | None

    @property
    def language(self) -> str:
        return self.scene.facts.get("language", "de")

    def spoken(self, words: str) -> str:
        """The words with this order's and buyer's particulars in them."""
        order = self.order
        if order is None:
            return words.format(name=self.buyer.name, first=self.buyer.first_name)
        line, parcel = order.lines.all()[0], next(iter(order.parcels.all()), None)
        return words.format(
            name=self.buyer.name,
            first=self.buyer.first_name,
            city=self.buyer.city,
            order=order.number,
            product=line.title,
            price=formats.number_format(line.price or 0, 2),
            seller=order.seller.short_name,
            placed=self._day(order.placed_at),
            arrived=self._day(parcel.delivered_at if parcel else None),
            carrier=parcel.carrier if parcel else "",
            tracking=parcel.tracking_number if parcel else "",
        )

    def _day(self, moment: datetime | None) -> str:
        if moment is None:
            return ""
        local = moment.astimezone(ZoneInfo(settings.CSBA_MARKETPLACE_ZONE))
        with translation.override(self.language):
            return formats.date_format(local, _DAY_AND_MONTH[self.language])


def wishes(scenes: list[Scene], at: datetime) -> Iterator[tuple[Scene, Wish]]:
    """The order that each scene needs, and its buyer; scenes without one, or with another's, need
    none.
    """
    private, firms = iter(_cast(scenes)), iter(buyers.companies())
    for scene in scenes:
        asin, *words = scene.order
        if asin in {"none", "same"}:
            continue
        facts = dict(word.partition("=")[::2] for word in words)
        if "buyer" in scene.facts:
            buyer = buyers.named(scene.facts["buyer"])
        else:
            buyer = next(firms if "business" in facts else private)
        opened = at - scene.ago
        placed = opened - span(facts["placed"])
        yield (
            scene,
            Wish(
                asin=asin,
                placed_at=placed,
                buyer=buyer,
                fate=_fate(facts, opened, placed, at),
                quantity=int(facts.get("qty", 1)),
                more=((_split(facts["plus"]),) if "plus" in facts else ()),
                channel="AFN" if "fba" in facts else "MFN",
                marketplace=facts.get("market", "DE"),
                programmes=("PRIME",) if "prime" in facts else (),
                carrier=facts.get("carrier", ""),
                business="business" in facts,
                customised="customised" in facts,
            ),
        )


def prepare(scenes: list[Scene], shelf: Shelf, at: datetime) -> dict[str, Wish]:
    """The orders of all scenes lie on the shelf, with numbers; returns what each scene wished."""
    found = {}
    for scene, wish in wishes(scenes, at):
        wish.number = shelf.add(wish).number
        found[scene.key] = wish
    return found


def sets(scenes: list[Scene], wished: dict[str, Wish]) -> dict[str, Set]:
    """Every scene with its buyer and its stored order; four statements for all."""
    numbers = [wish.number for wish in wished.values()]
    rows = Order.objects.filter(number__in=numbers).select_related("seller")
    orders = {order.number: order for order in rows.prefetch_related("lines", "parcels")}
    found: dict[str, Set] = {}
    for scene in scenes:
        kind, *more = scene.order
        if kind == "none":
            found[scene.key] = Set(scene, _stranger(scene.facts["from"]), None)
        elif kind == "same":
            other = found[more[0]]
            found[scene.key] = Set(scene, other.buyer, other.order)
        else:
            wish = wished[scene.key]
            found[scene.key] = Set(scene, wish.buyer, orders[wish.number])
    return found


def _cast(scenes: list[Scene]) -> Iterator[Buyer]:
    """The people who are not named in a scene, one after the other, again from the start."""
    named = {scene.facts.get("buyer") for scene in scenes}
    free = [buyer for buyer in buyers.people() if buyer.name not in named]
    while True:
        yield from free


def _stranger(text: str) -> Buyer:
    """Somebody of whom only a name, if that, and an address are known."""
    name, _bracket, rest = text.partition(" <")
    email = rest.rstrip(">") or name
    return Buyer(name if rest else "", email, (), "", "", "")


def _fate(facts: dict[str, str], opened: datetime, placed: datetime, at: datetime) -> Fate:
    kind = next(name for name in _FATES if name in facts)
    when = facts[kind]
    if when.startswith("+"):
        return Fate(kind, by_day(opened + span(when[1:]), later=True))
    if when:
        return Fate(kind, max(by_day(opened - span(when)), placed + HOUR))
    return Fate(kind, placed if kind == "canceled" else at - _LAST_SCAN)


def _split(text: str) -> tuple[str, str]:
    asin, _slash, programme = text.partition("/")
    return asin, programme
