"""Fixed points of the demo: the stints and orders that its mails (tests/mail/demo) speak about.

The demo makes these rows; the mails name them. Moments are days before the demo was made, so the
verdicts stay the same whenever it is made: coverage is a question about the order's own time.
"""

from dataclasses import dataclass, field
from typing import Final

BLUME: Final = "A1BLUME000001"
LONGMEN: Final = "A1LONGMEN0001"


@dataclass(frozen=True)
class Stint:
    """A time in which the service ran for a seller; `ended_days_ago` None means it still runs."""

    seller: str
    active_days_ago: float
    ended_days_ago: float | None = None


@dataclass(frozen=True)
class Anchor:
    """An order with all that its mail relies on."""

    key: str
    seller: str
    number: str
    placed_days_ago: float
    buyer_email: str
    buyer_name: str
    asin: str
    title: str
    price: str
    channel: str = "MFN"
    status: str = "SHIPPED"
    customised: bool = False
    business: bool = False
    programmes: tuple[str, ...] = ()
    bullets: tuple[str, ...] = field(default=())


STINTS: Final = (
    Stint(BLUME, active_days_ago=80, ended_days_ago=30),
    Stint(BLUME, active_days_ago=12),
    Stint(LONGMEN, active_days_ago=100),
)

_LAMP = ("B0DEMO0001", "Tischleuchte Lumen, dimmbar, Messing", "64.90")
_BOTTLE = ("B0DEMO0002", "Trinkflasche Quell, Edelstahl, 750 ml", "24.50")
_TOASTER = ("B0DEMO0003", "Toaster Knusper mit Brötchenaufsatz", "39.90")
_BOARD = ("B0DEMO0004", "Schneidebrett aus Eiche mit Gravur", "32.00")
_CHARGER = ("B0DEMO0005", "Ladegerät USB-C, 65 Watt", "29.99")
_HEADSET = ("B0DEMO0006", "Kopfhörer mit Bügel, kabellos", "79.00")
_KETTLE = ("B0DEMO0007", "Wasserkocher Sieda, 1,7 Liter", "45.00")


def _order(
    key: str,
    seller: str,
    number: str,
    days: float,
    buyer: tuple[str, str],
    product: tuple[str, str, str],
    *,
    channel: str = "MFN",
    status: str = "SHIPPED",
    customised: bool = False,
    business: bool = False,
    bullets: tuple[str, ...] = (),
) -> Anchor:
    return Anchor(
        key=key,
        seller=seller,
        number=number,
        placed_days_ago=days,
        buyer_email=buyer[0],
        buyer_name=buyer[1],
        asin=product[0],
        title=product[1],
        price=product[2],
        channel=channel,
        status=status,
        customised=customised,
        business=business,
        bullets=bullets,
    )


_KLARA = ("klara.behrens@buyer.example", "Klara Behrens")
_JONAS = ("jonas.weidner@buyer.example", "Jonas Weidner")
_PRIYA = ("priya.nair@buyer.example", "Priya Nair")
_HOLGER = ("holger.strauss@buyer.example", "Holger Strauß")
_ZEYNEP = ("zeynep.aydin@buyer.example", "Zeynep Aydın")
_KANZLEI = ("einkauf@kanzlei-rott.example", "Kanzlei Rott")
_MATTHIAS = ("matthias.goetz@buyer.example", "Matthias Götz")
_LIN = ("lin.mei@buyer.example", "Lin Mei")

ORDERS: Final = (
    _order("covered", BLUME, "302-5550101-7700101", 5, _KLARA, _LAMP),
    _order(
        "covered_page",
        BLUME,
        "302-5550102-7700102",
        4,
        _JONAS,
        _BOTTLE,
        bullets=(
            "Flasche und Deckel sind spülmaschinenfest bis 65 °C",
            "Hält zwölf Stunden warm und einen Tag lang kalt",
            "Auslaufsicher, ohne Weichmacher",
        ),
    ),
    _order("covered_english", LONGMEN, "302-5550103-7700103", 9, _PRIYA, _CHARGER),
    _order("covered_chinese", LONGMEN, "302-5550104-7700104", 8, _LIN, _HEADSET),
    _order("first_of_two", BLUME, "302-5550105-7700105", 6, _MATTHIAS, _KETTLE),
    _order("second_of_two", LONGMEN, "302-5550106-7700106", 6, _MATTHIAS, _CHARGER),
    _order("fba", BLUME, "302-5550107-7700107", 3, _ZEYNEP, _BOTTLE, channel="AFN"),
    _order("invoice", BLUME, "302-5550108-7700108", 7, _KANZLEI, _LAMP, business=True),
    _order(
        "customised",
        BLUME,
        "302-5550109-7700109",
        1,
        _HOLGER,
        _BOARD,
        status="UNSHIPPED",
        customised=True,
    ),
    _order("before_enrolment", BLUME, "302-5550110-7700110", 95, _HOLGER, _KETTLE),
    _order("after_opt_out", BLUME, "302-5550111-7700111", 20, _JONAS, _LAMP),
    _order("first_stint", BLUME, "302-5550112-7700112", 45, _KLARA, _TOASTER),
    _order("safety", BLUME, "302-5550113-7700113", 92, _ZEYNEP, _TOASTER),
    _order("unshipped", BLUME, "302-5550114-7700114", 0.5, _MATTHIAS, _BOTTLE, status="UNSHIPPED"),
)
"""Blume: active from 80 to 30 days ago and again since 12 days; so 95 and 92 days ago lie before
the enrolment, 20 days ago after the opt-out, 45 days ago in the first stint."""


def order(key: str) -> Anchor:
    """The order with this key."""
    return next(one for one in ORDERS if one.key == key)
