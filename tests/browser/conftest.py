"""What tests in a real browser stand on: the product behind a port, Chromium, windows, mailboxes.

Playwright keeps an event loop in the thread of the tests as long as it runs. So it runs for this
folder only: tests elsewhere find their thread as it was.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.post import Post
from tests.browser.server import Server
from tests.browser.windows import Windows
from tests.conftest import Travel
from tests.csba.relay import TestRelay
from tests.mail.posting import real_postman

__all__ = ["real_postman"]


@pytest.fixture(scope="package")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """One Chromium for all tests here; without one they are skipped, or fail if CI demands them."""
    if chromium.find() is None:
        if os.environ.get("CSBA_REQUIRE_E2E", "") not in {"", "0", "false"}:
            pytest.fail(f"{chromium.HOW_TO_GET_IT} (CSBA_REQUIRE_E2E is set)")
        pytest.skip(chromium.HOW_TO_GET_IT)
    seeds = vars(connections["default"])["_test_serialized_contents"]
    with sync_playwright() as playwright:
        # Beside a running loop Django keeps other connections; what migrations have written has to
        # be known to these too, because it comes back before every test.
        vars(connections["default"])["_test_serialized_contents"] = seeds
        running = playwright.chromium.launch(**chromium.options())
        yield running
        running.close()


@pytest.fixture
def committed(django_db_serialized_rollback: None, transactional_db: None) -> None:
    """What is written is committed, so that the server's threads see it, and the test theirs."""


@pytest.fixture
def asgi_server(committed: None, settings: Any) -> Iterator[Server]:
    """The product as bin/run serves it, pages and event streams; letters lead to it."""
    with Server() as running:
        settings.CSBA_BASE_URL = running.url
        yield running


@pytest.fixture
def windows(browser: Browser, asgi_server: Server, travel: Travel) -> Iterator[Windows]:
    """Call open() for a window, wait() to let time pass. Nothing may go wrong in any of them."""
    opened = Windows(browser, asgi_server.url, travel)
    yield opened
    opened.close()
    assert not opened.troubles, "\n".join(opened.troubles)


@pytest.fixture
def post(committed: None, settings: Any) -> Iterator[Post]:
    """A relay on loopback, and everybody's letters as it has taken them."""
    relay = TestRelay().start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", relay.port
    # Nobody here waits for what may still be taken back.
    settings.CSBA_UNDO_SECONDS = 0
    yield Post(relay)
    relay.stop()
