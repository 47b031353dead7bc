"""Signed reply addresses: the lane and the number stand in the address, a keyed hash proves them.

An address is `inq+9e3779b1.<16 letters>@domain`. It lives in one lane: an address of the seller's
lane can never be read as one of the buyer's (helpdesk T2, T5).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

BUYER_LANE = "inq"
SELLER_LANE = "case"

# ASCII, because without it [a-z] in any case also means the long s, which no comparison takes.
_FORM = re.compile(
    r"\b(inq|case)\+([0-9a-z-]{1,24})\.([a-z2-7]{16})@([a-z0-9.-]+)", re.IGNORECASE | re.ASCII
)

_STAMP = 6
_STAMPED = re.compile(
    r"\b((?:INQ|CASE)-[0-9A-Z]{4,20})\s*\[([a-z2-7]{6})\]", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True)
class Address:
    """What a genuine reply address says."""

    lane: str
    number: str


def write(lane: str, number: str) -> str:
    """The reply address of `number` in `lane`."""
    plain = number.lower()
    return f"{lane}+{plain}.{_signature(lane, plain)}@{settings.CSBA_REPLY_DOMAIN}"


def read(text: str) -> Address | None:
    """The first genuine reply address in `text`, or None; a forged one is no address."""
    for lane, number, signature, domain in _FORM.findall(text):
        lane, number = lane.lower(), number.lower()
        genuine = hmac.compare_digest(_signature(lane, number), signature.lower())
        if genuine and domain.lower().rstrip(".") == settings.CSBA_REPLY_DOMAIN:
            return Address(lane, number.upper())
    return None


def stamp(lane: str, number: str) -> str:
    """A number as it stands in a subject, with a short proof that it is from us: an answer whose
    program kept neither address nor headers still finds its thread.
    """
    return f"{number} [{_signature(lane, number.lower())[:_STAMP]}]"


def read_stamped(text: str) -> Address | None:
    """The first number with a genuine proof beside it, or None."""
    for number, proof in _STAMPED.findall(text):
        lane = SELLER_LANE if number.upper().startswith("CASE") else BUYER_LANE
        if hmac.compare_digest(_signature(lane, number.lower())[:_STAMP], proof.lower()):
            return Address(lane, number.upper())
    return None


def read_any(texts: Iterable[str]) -> Address | None:
    """The first genuine reply address among several header values."""
    for text in texts:
        if found := read(text):
            return found
    return None


def _signature(lane: str, number: str) -> str:
    key = hashlib.sha256(b"csba.addresses" + settings.SECRET_KEY.encode()).digest()
    digest = hmac.new(key, f"{lane}|{number}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode().lower()
