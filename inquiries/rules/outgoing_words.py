"""Which words of a seller must not reach a buyer: contact data, links, advertising (domain 5.8,
5.11).

Read in German, English and Chinese at once, for people mix them. The text is looked at as it would
be read: full-width letters and invisible characters hide nothing. Every flag names its place in the
text as it was typed. The number of the order, tracking numbers, prices, dates and links of known
carriers are no flags.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inquiries.rules import outgoing_patterns as patterns


class Kind(models.TextChoices):
    """What was found."""

    EMAIL = "EMAIL", pgettext_lazy("found in a message", "E-mail address")
    PHONE = "PHONE", pgettext_lazy("found in a message", "Phone number")
    MESSENGER = "MESSENGER", _("Name in a messenger")
    LINK = "LINK", pgettext_lazy("found in a message", "Link")
    BANK = "BANK", _("Bank account")
    REVIEW = "REVIEW", _("Request about a review")
    ADVERTISING = "ADVERTISING", _("Advertising")
    NUMBER = "NUMBER", _("Could be a phone number")


MAY_BE_CONFIRMED: Final = frozenset({Kind.ADVERTISING, Kind.NUMBER})
"""Where the words may be innocent: the seller can say so and send. Everything else must change."""

_ADVICE: Final = {
    Kind.EMAIL: _("Please take it out: the buyer answers you here."),
    Kind.PHONE: _("Please take it out: the buyer answers you here."),
    Kind.MESSENGER: _("Please take it out: the buyer answers you here."),
    Kind.LINK: _(
        "Please take it out, or say in words what stands there. Links of carriers are fine."
    ),
    Kind.BANK: _("Please take it out: all payments go through the marketplace."),
    Kind.REVIEW: _("Please take it out: sellers must not ask buyers about reviews."),
    Kind.ADVERTISING: _("Please take it out, unless it is needed to answer the buyer."),
    Kind.NUMBER: _("Please take it out, unless it is no phone number."),
}


@dataclass(frozen=True)
class Flag:
    """A place in the text as it was typed, and why it must not be sent."""

    kind: Kind
    start: int
    end: int
    text: str

    @property
    def may_be_confirmed(self) -> bool:
        """May the seller say that these words are needed?"""
        return self.kind in MAY_BE_CONFIRMED

    @property
    def advice(self) -> str:
        """What to do about it, in the reader's language."""
        return str(_ADVICE[self.kind])


def find(text: str, *, known: Collection[str] = ()) -> list[Flag]:
    """All flags of `text` in the order of their places, none overlapping.

    `known` are numbers that belong to the order, such as its own and those of its parcels.
    """
    plain, places = _as_read(text)
    taken = [*_innocent(plain, known)]
    found: list[tuple[int, int, Kind]] = []
    for kind, start, end in _candidates(plain):
        if not any(start < other_end and other_start < end for other_start, other_end in taken):
            taken.append((start, end))
            found.append((start, end, kind))
    flags = []
    for start, end, kind in sorted(found):
        first, last = places[start], places[end - 1] + 1
        flags.append(Flag(kind, first, last, text[first:last]))
    return flags


def parts(text: str, flags: Sequence[Flag]) -> list[tuple[str, Flag | None]]:
    """The text in pieces, each with its flag, so that a page can mark the places."""
    pieces: list[tuple[str, Flag | None]] = []
    end = 0
    for flag in flags:
        pieces += [(text[end : flag.start], None), (text[flag.start : flag.end], flag)]
        end = flag.end
    pieces.append((text[end:], None))
    return [piece for piece in pieces if piece[0]]


def hidden(text: str, kinds: Collection[Kind], instead: str) -> str:
    """The text with `instead` in place of everything of these kinds."""
    flags = [flag for flag in find(text) if flag.kind in kinds]
    return "".join(instead if flag else piece for piece, flag in parts(text, flags))


def without_addresses(text: str, instead: str) -> str:
    """The text with `instead` in place of every e-mail address, wherever it stands."""
    plain, places = _as_read(text)
    pieces: list[str] = []
    end = 0
    for found in patterns.EMAIL.finditer(plain):
        pieces += [text[end : places[found.start()]], instead]
        end = places[found.end() - 1] + 1
    return "".join([*pieces, text[end:]])


def _as_read(text: str) -> tuple[str, list[int]]:
    """The text in its plainest form, and for each character of it the place it comes from."""
    plain: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        if unicodedata.category(sign) == "Cf":
            continue
        read = unicodedata.normalize("NFKC", sign)
        plain += read
        places += [place] * len(read)
    return "".join(plain), places


def _innocent(plain: str, known: Collection[str]) -> Iterator[tuple[int, int]]:
    """Places that look like contact data and are none."""
    for number in known:
        if len(number) >= patterns.SHORTEST_KNOWN:
            for found in re.finditer(re.escape(number), plain, re.IGNORECASE):
                yield found.span()
    for pattern in patterns.INNOCENT:
        for found in pattern.finditer(plain):
            yield found.span()
    whole = [found.span() for found in patterns.URL.finditer(plain)]
    bare = [found.span() for found in patterns.BARE_HOST.finditer(plain)]
    # A carrier's name inside of another's address says nothing.
    bare = [one for one in bare if not any(start <= one[0] < end for start, end in whole)]
    for start, end in [*whole, *bare]:
        if _is_allowed_link(plain[start:end]):
            yield start, end


def _candidates(plain: str) -> Iterator[tuple[Kind, int, int]]:
    """Everything that could be flagged, the surest first: of two that overlap the first counts."""
    for found in patterns.URL.finditer(plain):
        yield Kind.LINK, *found.span()
    for found in patterns.EMAIL.finditer(plain):
        yield Kind.EMAIL, *found.span()
    for pattern in (patterns.BARE_HOST, patterns.SPELT_HOST):
        for found in pattern.finditer(plain):
            yield Kind.LINK, *found.span()
    for found in patterns.IBAN.finditer(plain):
        if _is_iban(found[0]):
            yield Kind.BANK, *found.span()
    for pattern in patterns.MESSENGER:
        for found in pattern.finditer(plain):
            yield Kind.MESSENGER, *found.span()
    for found in patterns.PER_MESSENGER.finditer(plain):
        start, end = found.span()
        if patterns.CONTACT_WORDS.search(plain[max(0, start - 40) : end + 40]):
            yield Kind.MESSENGER, start, end
    for found in patterns.SURE_PHONE.finditer(plain):
        yield Kind.PHONE, *found.span(found.lastgroup or 0)
    for found in patterns.PHONE.finditer(plain):
        if not _is_named_otherwise(plain, found.start()):
            yield Kind.PHONE, *found.span()
    for pattern in patterns.REVIEW:
        for found in pattern.finditer(plain):
            yield Kind.REVIEW, *found.span()
    for pattern in patterns.ADVERTISING:
        for found in pattern.finditer(plain):
            yield Kind.ADVERTISING, *found.span()
    for found in patterns.DOUBTFUL_NUMBER.finditer(plain):
        if not _is_named_otherwise(plain, found.start()):
            yield Kind.NUMBER, *found.span()


def _is_named_otherwise(plain: str, start: int) -> bool:
    """Do the words before it say that this number is no phone number?"""
    return patterns.NAMED_NUMBER.search(plain[max(0, start - 45) : start]) is not None


def _is_allowed_link(found: str) -> bool:
    """A known carrier's page, or one of the marketplace that is no shop window."""
    url = found if "//" in found else f"https://{found}"
    try:
        parsed = urlsplit("".join(url.split()))
        host = (parsed.hostname or "").lower().rstrip(".")
    except ValueError:
        return False
    rest = f"{parsed.path}?{parsed.query}#{parsed.fragment}".lower()
    if parsed.username is not None or parsed.port is not None or patterns.LEADS_ON.search(rest):
        return False
    if any(host == one or host.endswith(f".{one}") for one in patterns.CARRIERS):
        return True
    ours = any(host == one or host.endswith(f".{one}") for one in patterns.MARKETPLACE)
    return ours and not patterns.SHOP_WINDOW.match(parsed.path.lower())


def _is_iban(text: str) -> bool:
    """Its check digits tell an account from a tracking number."""
    plain = "".join(text.split()).upper()
    number = "".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])
    return int(number) % 97 == 1
