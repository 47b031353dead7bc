"""The Case Log's pages, as its tests ask for them."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caselog.models import Case

LIST = "/portal/cases/"


def url(name: str, case: Case) -> str:
    return reverse(f"caselog:{name}", args=[case.number])


def shown(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def statements(page: Client, address: str) -> int:
    """How many statements this page takes."""
    with CaptureQueriesContext(connection) as seen:
        assert page.get(address).status_code == 200
    return len(seen)
