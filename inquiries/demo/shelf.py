"""Orders as they are wished for, laid on a shelf and stored together."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Final

from inquiries.demo import buyers
from inquiries.demo.buyers import Buyer
from inquiries.demo.catalogue import MARKETPLACES, Article, articles
from inquiries.demo.parcels import DAY, Fate, Route, Way, way
from sellers.models import Order, OrderLine, Parcel, Seller, TrackingEvent

ORIGINS: Final = {
    "blume": "Berlin",
    "longmen": "Shenzhen",
    "nordlicht": "Hamburg",
    "isarfuchs": "München",
    "kiebitz": "Nürnberg",
    "sauer": "Solingen",
    "pfotenhof": "Leipzig",
    "haitong": "Ningbo",
    "qingyu": "Hangzhou",
    "xiaoman": "Guangzhou",
    "wanxiang": "Yiwu",
    "papier": "Freiburg im Breisgau",
}
_CARRIERS: Final = (
    ("DHL", "00340434"),
    ("DHL", "00340434"),
    ("DPD", "0150"),
    ("GLS", "6012"),
    ("Hermes", "H10"),
)
_PREFIXES: Final = ("028", "302", "303", "304", "305", "306")
_VAT: Final = Decimal(19) / Decimal(119)
_CENT: Final = Decimal("0.01")
_FREE_FROM: Final = Decimal(29)


@dataclass
class Wish:
    """An order that somebody needs: what, when, by whom, and how its parcel fares."""

    asin: str
    placed_at: datetime
    buyer: Buyer
    fate: Fate
    quantity: int = 1
    more: tuple[tuple[str, str], ...] = ()
    """Further lines: ASIN and, if it belongs to one, its programme."""
    number: str = ""
    channel: str = "MFN"
    marketplace: str = "DE"
    programmes: tuple[str, ...] = ()
    carrier: str = ""
    business: bool = False
    customised: bool = False
    gift: bool = False
    partly: bool = False


@dataclass
class Shelf:
    """Orders that are stored together: one statement for each kind of row."""

    sellers: dict[str, Seller]
    at: datetime
    dice: Random
    taken: set[str]
    orders: list[Order] = field(default_factory=list)
    lines: list[OrderLine] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    scans: list[TrackingEvent] = field(default_factory=list)

    def add(self, wish: Wish) -> Order:
        """The order is on the shelf, with lines, parcel and scans; not yet stored."""
        article = articles()[wish.asin]
        seller = self.sellers[article.seller]
        far = seller.country == "CN"
        route = Route(ORIGINS[article.seller], wish.buyer.city, far)
        found = way(wish.fate, route, placed=wish.placed_at, at=self.at, dice=self.dice)
        bought = [
            (article, wish.quantity, ""),
            *((articles()[asin], 1, prog) for asin, prog in wish.more),
        ]
        order = self._order(wish, seller, found, far)
        lines = [self._line(order, wish, *part) for part in bought]
        goods = sum((line.price or Decimal(0) for line in lines), Decimal(0))
        lines[0].shipping_price = Decimal("0.00") if far or goods >= _FREE_FROM else Decimal("3.95")
        order.total = goods + lines[0].shipping_price
        self.orders.append(order)
        self.lines += lines
        self._ship(order, lines, found, wish)
        return order

    def store(self) -> int:
        """Everything on the shelf is in the database; returns how many orders."""
        Order.objects.bulk_create(self.orders)
        OrderLine.objects.bulk_create(self.lines)
        Parcel.objects.bulk_create(self.parcels)
        TrackingEvent.objects.bulk_create(self.scans)
        return len(self.orders)

    def _order(self, wish: Wish, seller: Seller, found: Way, far: bool) -> Order:
        buyer, placed = wish.buyer, wish.placed_at
        place = (buyer.lines, buyer.postcode, buyer.city, buyer.state)
        if wish.marketplace != "DE":
            postcode, city, state, street = buyers.read("buyers.toml")["abroad"][wish.marketplace]
            place = ((street,), postcode, city, state)
        status = Order.Status.PARTIALLY_SHIPPED if wish.partly else found.order_status
        return Order(
            seller=seller,
            number=wish.number or self._number(),
            marketplace_id=MARKETPLACES[wish.marketplace],
            channel=wish.channel,
            status=status,
            programmes=list(wish.programmes),
            business=wish.business,
            placed_at=placed,
            changed_at=max([placed, *(scan[0] for scan in found.scans)]),
            ship_by_from=placed,
            ship_by_to=placed + 2 * DAY,
            deliver_by_from=placed + (6 if far else 2) * DAY,
            deliver_by_to=placed + (10 if far else 4) * DAY,
            ship_from_country="CN" if found.from_abroad else "DE",
            ship_service="Std DE Dom" if not far else "Std CN2DE",
            currency="EUR",
            buyer_name=buyer.name,
            buyer_email=buyer.email,
            ship_name=buyer.name,
            ship_lines=list(place[0]),
            ship_postcode=place[1],
            ship_city=place[2],
            ship_state=place[3],
            ship_country=wish.marketplace,
            source="demo",
        )

    def _line(
        self, order: Order, wish: Wish, article: Article, quantity: int, programme: str
    ) -> OrderLine:
        price = article.price * quantity
        shipped = order.status == Order.Status.SHIPPED
        return OrderLine(
            order=order,
            item_id=f"{self.dice.randrange(10**13, 10**14)}",
            asin=article.asin,
            sku=article.sku,
            title=article.title,
            quantity=quantity,
            quantity_shipped=quantity if shipped else 0,
            currency="EUR",
            price=price,
            tax=(price * _VAT).quantize(_CENT),
            condition="New",
            customised=wish.customised,
            gift=wish.gift,
            programmes=[programme] if programme else [],
        )

    def _ship(self, order: Order, lines: list[OrderLine], found: Way, wish: Wish) -> None:
        if found.parcel_status is None:
            return
        if wish.partly:
            lines[0].quantity_shipped = lines[0].quantity
        carrier, prefix = self.dice.choice(_CARRIERS)
        if wish.carrier:
            carrier, prefix = next(known for known in _CARRIERS if known[0] == wish.carrier)
        tracking = f"{prefix}{self.dice.randrange(10**11, 10**12)}"
        handed_over = found.shipped_at is not None
        parcel = Parcel(
            order=order,
            reference=tracking,
            carrier=carrier,
            tracking_number=tracking,
            status=found.parcel_status,
            shipped_at=found.shipped_at,
            delivered_at=found.delivered_at,
            signature=handed_over and found.delivered_at is not None and self.dice.random() < 0.25,
            ship_from_country=order.ship_from_country,
        )
        self.parcels.append(parcel)
        self.scans += (
            TrackingEvent(parcel=parcel, at=moment, code=code, place=place, detail=words)
            for moment, code, place, words in found.scans
        )

    def _number(self) -> str:
        while True:
            dice = self.dice
            number = (
                f"{dice.choice(_PREFIXES)}-{dice.randrange(10**6, 10**7)}-"
                f"{dice.randrange(10**6, 10**7)}"
            )
            if number not in self.taken:
                self.taken.add(number)
                return number
