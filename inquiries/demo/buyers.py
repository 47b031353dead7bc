"""The demo's buyers: a name, an address that exists as a place, a mailbox that does not."""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).resolve().parent / "data"

_MAILBOXES: Final = ("post.example", "mail.example", "buyer.example", "briefkasten.example")
_SPELT: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ł": "l", "'": "", "&": ""}
)


@dataclass(frozen=True)
class Buyer:
    """Who buys, as the marketplace knows them."""

    name: str
    email: str
    lines: tuple[str, ...]
    postcode: str
    city: str
    state: str
    business: bool = False

    @property
    def first_name(self) -> str:
        return self.name.partition(" ")[0]


@cache
def read(name: str) -> dict[str, Any]:
    """A data file of the demo."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


@cache
def people() -> tuple[Buyer, ...]:
    """All private buyers; person n lives in place n, so that nobody moves between two loads."""
    return tuple(
        living_at(number, name) for number, name in enumerate(read("buyers.toml")["people"])
    )


@cache
def companies() -> tuple[Buyer, ...]:
    """Buyers who order as businesses."""
    names = read("buyers.toml")["companies"]
    return tuple(
        living_at(7 * number + 3, name, email=f"einkauf@{slug(name, '-')}.example", business=True)
        for number, name in enumerate(names)
    )


def living_at(number: int, name: str, *, email: str = "", business: bool = False) -> Buyer:
    """A buyer by this name at the address that belongs to this number."""
    data = read("buyers.toml")
    postcode, city, state, *streets = data["places"][number % len(data["places"])]
    street = f"{streets[number % len(streets)]} {3 + number * 17 % 94}"
    floor = ("2. OG", "Hinterhaus", "c/o Weber", "Seitenflügel rechts")[number % 4]
    return Buyer(
        name=name,
        email=email or _mailbox(number, name),
        lines=(street, floor) if number % 9 == 4 else (street,),
        postcode=postcode,
        city=city,
        state=state,
        business=business,
    )


def _mailbox(number: int, name: str) -> str:
    """Their own address; for every tenth only the marketplace's alias is known."""
    aliases = read("buyers.toml")["aliases"]
    if number % 10 == 0:
        return f"{aliases[number // 10 % len(aliases)]}@marketplace.example"
    return f"{slug(name, '.')}@{_MAILBOXES[number % len(_MAILBOXES)]}"


def named(name: str) -> Buyer:
    """The buyer with this name, who must be among the people."""
    return next(buyer for buyer in people() if buyer.name == name)


def slug(name: str, joint: str) -> str:
    """A name as it may stand in an address."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_SPELT))
    letters = "".join(
        char if char.isalnum() and char.isascii() else " "
        for char in plain
        if not unicodedata.combining(char)
    )
    return joint.join(letters.split())
