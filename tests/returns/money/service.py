"""A payment service that speaks the protocol of returns.gateways.payout, on this machine only.

It moves money once for each key and can be told to misbehave: `next` holds what it does with the
following requests, one word each; afterwards it settles.
"""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from returns.gateways.payout import SIGNATURE_HEADER, TIMESTAMP_HEADER, genuine

SECRET = "between-us-only"


class Service:
    """What the service knows: which key moved how much, and what it was asked."""

    def __init__(self) -> None:
        self.next: deque[str] = deque()
        self.moved: dict[str, Decimal] = {}
        self.accepted: dict[str, Decimal] = {}
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.let_go = threading.Event()
        self.url = ""
        self._lock = threading.Lock()

    def hear(self, body: bytes, headers: Any) -> tuple[int, bytes]:
        """What it answers; 0 means: hang up without an answer."""
        stamp, signature = headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER]
        at = datetime.fromtimestamp(int(stamp), UTC)
        if not genuine(body, SECRET, timestamp=stamp, signature=signature, at=at):
            self.refused.append("signature")
            return 401, b"{}"
        said = json.loads(body)
        with self._lock:
            self.asked.append(said["key"])
            self.bodies.append(said)
            mood = self.next.popleft() if self.next else "settle"
        return self._answer(mood, said["key"], Decimal(said["amount"]))

    def _answer(self, mood: str, key: str, amount: Decimal) -> tuple[int, bytes]:
        match mood:
            case "500" | "401" | "302" | "409":
                return int(mood), b"oops"
            case "hang":
                self.let_go.wait(10)
                return 0, b""
            case "move and hang":
                self._move(key, amount)
                self.let_go.wait(10)
                return 0, b""
            case "decline":
                return 422, json.dumps({"reason": "the card is closed"}).encode()
            case "accept":
                self.accepted[key] = amount
                return 202, json.dumps({"reference": f"A-{len(self.accepted)}"}).encode()
            case "garbage":
                self._move(key, amount)
                return 200, b"<html>"
            case "lost":
                self._move(key, amount)
                return 0, b""
            case "failed":
                return 200, json.dumps({"status": "failed", "reason": "no such order"}).encode()
        reference = self._move(key, amount)
        return 200, json.dumps({"status": "settled", "reference": reference}).encode()

    def _move(self, key: str, amount: Decimal) -> str:
        """Once for each key, whatever is asked how often."""
        with self._lock:
            self.moved.setdefault(key, amount)
            return f"P-{sorted(self.moved).index(key) + 1}"


@contextmanager
def running() -> Iterator[Service]:
    """The service on a free port of the loopback, stopped at the end."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, text = service.hear(body, self.headers)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            if status == 302:
                self.send_header("Location", service.url)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_address[1]}/refunds"
    try:
        yield service
    finally:
        service.let_go.set()
        server.shutdown()
        thread.join(10)
        server.server_close()
