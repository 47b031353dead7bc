"""Which orders the demo wishes for besides those of its conversations."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from typing import Final

from inquiries.demo import anchors, buyers
from inquiries.demo.catalogue import articles
from inquiries.demo.parcels import DAY, Fate, by_day
from inquiries.demo.shelf import ORIGINS, Wish
from sellers.models import Order

ENGRAVED: Final = "B0DEMO0004"

_PAYMENT_CHECK: Final = timedelta(minutes=40)
_PACKING: Final = timedelta(hours=20)
_HANDOVER: Final = timedelta(hours=40)


def of_the_mails(at: datetime) -> Iterable[Wish]:
    """The orders that the demo's mails name, exactly as they are listed (anchors.ORDERS)."""
    addresses = sorted({anchor.buyer_email for anchor in anchors.ORDERS})
    for anchor in anchors.ORDERS:
        placed = at - timedelta(days=anchor.placed_days_ago)
        arrival = by_day(placed + 3 * DAY)
        fate = Fate("delivered", arrival) if arrival < at else Fate("transit", at - DAY / 4)
        if anchor.status != Order.Status.SHIPPED:
            fate = Fate("unshipped", at)
        yield Wish(
            asin=anchor.asin,
            placed_at=placed,
            buyer=buyers.living_at(
                20 + addresses.index(anchor.buyer_email),
                anchor.buyer_name,
                email=anchor.buyer_email,
            ),
            fate=fate,
            number=anchor.number,
            channel=anchor.channel,
            programmes=anchor.programmes,
            business=anchor.business,
            customised=anchor.customised,
        )


def everyday(count: int, at: datetime, dice: Random) -> Iterable[Wish]:
    """Orders about which nobody writes: ninety days of them, of every kind."""
    asins = sorted(articles())
    minutes = 90 * 24 * 60
    for number in range(count):
        # The first few are of today, so that every early state is there whatever the dice say.
        age = timedelta(minutes=25 + 190 * number if number < 8 else dice.randrange(30, minutes))
        asin = dice.choice(asins)
        company = dice.random() < 0.05
        wish = Wish(
            asin=asin,
            placed_at=at - age,
            buyer=dice.choice(buyers.companies() if company else buyers.people()),
            fate=_dealt(age, at, far=_is_far(asin), dice=dice),
            quantity=dice.choices((1, 2, 3), (88, 9, 3))[0],
            channel="AFN" if dice.random() < 0.06 else "MFN",
            programmes=("PRIME",) if dice.random() < 0.03 else (),
            business=company,
            customised=asin == ENGRAVED,
            gift=dice.random() < 0.05,
        )
        if number % 19 == 0:
            wish.more = ((_beside(asin, asins, dice), ""),)
            wish.partly = wish.fate.kind == "transit"
        yield wish


def _is_far(asin: str) -> bool:
    """Its seller is in China, and it usually comes from there."""
    return ORIGINS[articles()[asin].seller] in {
        "Shenzhen",
        "Ningbo",
        "Hangzhou",
        "Guangzhou",
        "Yiwu",
    }


def _beside(asin: str, asins: list[str], dice: Random) -> str:
    """Something else of the same seller."""
    seller = articles()[asin].seller
    return dice.choice([one for one in asins if one != asin and articles()[one].seller == seller])


def _dealt(age: timedelta, at: datetime, *, far: bool, dice: Random) -> Fate:
    """Most parcels arrive; of the others there are a few of each kind."""
    placed = at - age
    if age < _PAYMENT_CHECK:
        return Fate("paying", at)
    if dice.random() < 0.04:
        return Fate(dice.choice(("canceled", "canceled", "impossible")), placed)
    if age < _HANDOVER:
        return Fate("unshipped" if age < _PACKING else "pending", at)
    days = dice.uniform(8, 11) if far else dice.uniform(2.2, 4.4)
    if age > 16 * DAY and dice.random() < 0.08:
        kind = dice.choice(("lost", "undeliverable", "refused", "returned"))
        later = days + (8 if kind == "returned" else 0)
        return Fate(kind, by_day(placed + timedelta(days=later)))
    arrival = by_day(placed + timedelta(days=days))
    if arrival < at:
        return Fate("delivered", arrival)
    return Fate("transit", at - timedelta(hours=dice.uniform(3, 14)))
