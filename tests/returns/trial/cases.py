"""One case, as a form sends it and as JSON: headphones that are no longer needed after a week."""

from typing import Any

from django.test import Client
from django.urls import reverse

FIELDS = {
    "category": "ELECTRONICS",
    "price": "79.00",
    "shipping": "3.99",
    "currency": "EUR",
    "quantity": "1",
    "bought": "1",
    "placed_at": "2026-10-01T12:00",
    "delivered_at": "2026-10-05T12:00",
    "asked_at": "2026-10-12T12:00",
    "reason": "NOT_NEEDED",
    "condition": "UNOPENED",
    "consumer": "on",
    "instructed": "on",
    "local_address": "on",
    "ship_from": "DE",
    "state": "",
}
JSON: dict[str, Any] = {
    "category": "ELECTRONICS",
    "price": "79.00",
    "shipping": "3.99",
    "placed_at": "2026-10-01T12:00:00+02:00",
    "delivered_at": "2026-10-05T12:00:00+02:00",
    "asked_at": "2026-10-12T12:00:00+02:00",
    "reason": "NOT_NEEDED",
}
API = "/api/returns/try"


def trial_page(name: str) -> str:
    return reverse("admin:trial" if name == "desk" else "returns:trial")


def ask(client: Client, body: Any) -> Any:
    return client.post(API, body, content_type="application/json")
