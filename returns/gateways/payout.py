"""The payment service that carries money back: what we ask of it, and two that can be asked.

Every payment has a key. A service that is asked twice with the same key moves the money once and
answers the same, so an answer that was lost is simply asked for again. A payment that was declined
leaves the key free.
"""

import hashlib
import hmac
import http.client
import ipaddress
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

TIMEOUT: Final = 10.0
"""Seconds to connect, and again for each read."""
LONGEST_ANSWER: Final = 64 * 1024
REPLAY_WINDOW: Final = timedelta(minutes=5)
"""How far a signed message's own time may lie from ours."""
TIMESTAMP_HEADER: Final = "X-CSBA-Timestamp"
SIGNATURE_HEADER: Final = "X-CSBA-Signature"
_DECLINES: Final = (402, 422)


@dataclass(frozen=True, slots=True)
class Payment:
    """What the service is asked: so much of what was paid for this order goes back. No word about
    the buyer: the service knows them from the order's own payment.
    """

    key: str
    amount: Decimal
    currency: str
    order: str
    number: str
    """The refund's number, for statements."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`settled`: the money has moved. `accepted`: the result comes later, by the webhook.
    `declined`: it will not move, and `why`.
    """

    outcome: Literal["settled", "accepted", "declined"]
    reference: str = ""
    why: str = ""


class NotKnown(Exception):
    """Whether the money moves is not known: ask again, with the same key."""


class Gateway(Protocol):
    """A payment service."""

    name: str

    def pay(self, payment: Payment) -> Answer:
        """The service's answer; NotKnown when there was none that can be relied on."""
        ...


class EmbeddedLedger:
    """Books at once in our own ledger. The reference is made from the key, so that being asked
    again gives the same answer without keeping anything beside the refund itself.
    """

    name = "embedded"

    def pay(self, payment: Payment) -> Answer:
        """Always settled."""
        return Answer("settled", f"EMB-{hashlib.sha256(payment.key.encode()).hexdigest()[:16]}")


class SignedWebhook:
    """POSTs JSON with an HMAC-SHA256 signature over time and body.

    200 or 201 with {"status": "settled" | "failed", "reference", "reason"} is the result, 202 says
    that it comes later to our own address (returns.channels.payout); 402 and 422 decline. Anything
    else, and silence, is not known.
    """

    name = "webhook"

    def __init__(self, url: str, secret: str, *, timeout: float = TIMEOUT) -> None:
        found = urlsplit(url)
        if found.scheme not in {"http", "https"} or not found.hostname:
            raise ValueError("the payment service needs an http or https address")
        if found.scheme == "http" and not _stays_here(found.hostname):
            raise ValueError("a payment service elsewhere needs https")
        if not secret:
            raise ValueError("the payment service needs a secret")
        self.url, self.secret, self.timeout = found, secret, timeout

    def pay(self, payment: Payment) -> Answer:
        """One request; no redirect is followed, no proxy is used."""
        body = json.dumps(
            {
                "type": "refund",
                "key": payment.key,
                "amount": str(payment.amount),
                "currency": payment.currency,
                "order": payment.order,
                "number": payment.number,
            }
        ).encode()
        try:
            status, said = self._post(body, payment.key)
        except (OSError, http.client.HTTPException) as problem:
            raise NotKnown(f"{type(problem).__name__}: {problem}") from problem
        if status in {200, 201}:
            return _result(said)
        if status == 202:
            return Answer("accepted", str(said.get("reference", ""))[:120])
        if status in _DECLINES:
            return Answer("declined", why=str(said.get("reason", "") or f"HTTP {status}"))
        raise NotKnown(f"HTTP {status}")

    def _post(self, body: bytes, key: str) -> tuple[int, Mapping[str, Any]]:
        connection = self._connection()
        try:
            path = (self.url.path or "/") + (f"?{self.url.query}" if self.url.query else "")
            headers = {
                "Content-Type": "application/json",
                "Idempotency-Key": _header(key),
                **signed(body, self.secret, timezone.now()),
            }
            connection.request("POST", path, body=body, headers=headers)
            response = connection.getresponse()
            text = response.read(LONGEST_ANSWER)
            return response.status, _json(text)
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self.url.hostname or "", self.url.port
        if self.url.scheme == "https":
            return http.client.HTTPSConnection(
                host, port, timeout=self.timeout, context=ssl.create_default_context()
            )
        return http.client.HTTPConnection(host, port, timeout=self.timeout)


def chosen() -> Gateway:
    """The service that the settings name; without one our own ledger."""
    url = getattr(settings, "CSBA_PAYOUT_URL", "")
    if not url:
        return EmbeddedLedger()
    return SignedWebhook(
        url,
        getattr(settings, "CSBA_PAYOUT_SECRET", ""),
        timeout=getattr(settings, "CSBA_PAYOUT_TIMEOUT", TIMEOUT),
    )


def signed(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """The two headers of a message sent at this moment."""
    stamp = str(int(at.timestamp()))
    return {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: f"v1={_mac(stamp, body, secret)}"}


def genuine(body: bytes, secret: str, *, timestamp: str, signature: str, at: datetime) -> bool:
    """The message carries the secret's signature and is not older than the replay window."""
    if not secret or not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        return False
    if abs(at.timestamp() - int(timestamp)) > REPLAY_WINDOW.total_seconds():
        return False
    wanted = f"v1={_mac(timestamp, body, secret)}"
    return hmac.compare_digest(wanted.encode(), signature.encode())


def _mac(stamp: str, body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _result(said: Mapping[str, Any]) -> Answer:
    reference = str(said.get("reference", ""))[:120]
    match said.get("status"):
        case "settled":
            return Answer("settled", reference)
        case "failed":
            return Answer("declined", reference, str(said.get("reason", "")))
        case _:
            raise NotKnown("an answer without a status that we know")


def _json(text: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _header(key: str) -> str:
    """Keys are our own; what a header cannot hold is told by its hash (the body has the key)."""
    if key.isascii() and key.isprintable():
        return key
    return hashlib.sha256(key.encode()).hexdigest()


def _stays_here(host: str) -> bool:
    """The host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
